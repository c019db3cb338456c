import Domain
import Testing
import Wire

@testable import MarketData

@Suite("records of a feed")
struct RecordedStartTests {
  private static let series = SeriesID(ScriptedMarket.id("PF_XBTUSD"), .fifteenMinutes)

  private var start: RecordedStart {
    var settings = FeedSettings()
    settings.instruments = [ScriptedMarket.id("PF_XBTUSD")]
    settings.timeframe = .fifteenMinutes
    settings.furtherTimeframes = [.oneMinute]
    settings.usesStream = true
    settings.usesArchive = true
    settings.generation = 3
    return RecordedStart(
      settings: settings, places: [Self.series: MarketTime(milliseconds: 900_000)], seed: .max,
      epoch: 7)
  }

  @Test func `a start comes back as it was`() {
    #expect(RecordedStart(start.bytes) == start)
  }

  @Test(arguments: [
    "", "{}", "null", "\u{0}",
    #"{"version":1,"historyCandles":-1}"#,
  ])
  func `what is no start is none`(_ text: String) {
    #expect(RecordedStart(Array(text.utf8)) == nil)
    let odd = String(decoding: start.bytes, as: UTF8.self)
      .replacing("\"historyCandles\":300", with: "\"historyCandles\":9000000000")
    #expect(RecordedStart(Array(odd.utf8)) == nil)
  }

  @Test func `candles of the archive come back as they were, damaged ones do not`() {
    let market = ScriptedMarket()
    let bars = (0..<3).map { market.bar("PF_XBTUSD", Int64($0), isOver: true) }
    let id = SeriesID(ScriptedMarket.id("PF_XBTUSD"), .oneMinute)
    let bytes = ArchivedCandles.bytes([id: bars, Self.series: []])
    #expect(ArchivedCandles.candles(bytes) == [id: bars, Self.series: []])
    for count in 1..<bytes.count {
      let cut = ArchivedCandles.candles(Array(bytes.prefix(count)))
      #expect(cut == nil || cut != [id: bars, Self.series: []] || count == bytes.count - 1)
    }
    #expect(ArchivedCandles.candles(Array("PF_XBTUSD 1m 9\n".utf8)) == nil)
    #expect(ArchivedCandles.candles(Array("PF_XBTUSD 1m 1\n0 1 1 -1 1 1\n".utf8)) == nil)
  }

  @Test func `the end of a turn comes back as it was`() {
    var tally = FeedTally()
    tally.add(.ticker(market.ticker("PF_XBTUSD"), readAt: market.time.wall))
    for isDrained in [true, false] {
      let turn = RecordedTurn(isDrained: isDrained, tally: tally)
      #expect(RecordedTurn(turn.bytes) == turn)
    }
    #expect(RecordedTurn(Array("drained 1".utf8)) == nil)
  }

  private var market: ScriptedMarket { ScriptedMarket() }
}
