import Domain
import Testing
import Wire

@testable import MarketData

@Suite("a feed with an archive")
struct ArchiveFeedTests {
  private static let id = SeriesID(ScriptedMarket.id("PF_XBTUSD"), .oneMinute)

  private func drive(_ places: [SeriesID: MarketTime] = [:]) -> FeedDrive {
    FeedDrive(places: places) { $0.usesArchive = true }
  }

  private func bars(_ range: Range<Int64>) -> [Candle] {
    let market = ScriptedMarket()
    return range.map { market.bar("PF_XBTUSD", $0, isOver: true) }
  }

  private func time(_ minute: Int64) -> MarketTime {
    MarketTime(milliseconds: ScriptedMarket.start + minute * ScriptedMarket.minute)
  }

  private func firstAsked(_ drive: FeedDrive) -> MarketTime? {
    for request in drive.requests {
      if case .candles(_, _, let from, _) = request { return from }
    }
    return nil
  }

  @Test func `it asks the archive first, and the chart only for what is newer`() {
    var drive = drive()
    drive.turn()
    #expect(drive.recalls == [ArchiveQuestion(series: Self.id, count: 50, before: nil)])
    #expect(drive.candleRequests == 0, "the chart waits for the archive")
    drive.step(.archived([Self.id: bars(300..<390)]))
    drive.turn()
    #expect(drive.isReady)
    #expect(firstAsked(drive) == time(390))
    let snapshot = drive.machine.snapshot(epoch: 1, sequence: 1, candles: 1000)
    #expect(snapshot.candles == bars(300..<400), "what a strategy begins with has no seam")
    #expect(drive.candles.isEmpty, "history is not published")
    #expect(drive.kept.map(\.candle) == bars(390..<400))
    #expect(drive.machine.recalledSeries == 1)
  }

  @Test func `after a restart it publishes from its place on, whatever the archive has beyond`() {
    var drive = drive([Self.id: time(395)])
    drive.turn()
    #expect(drive.recalls.first?.before == time(395))
    drive.step(.archived([Self.id: bars(300..<399)]))
    drive.turn()
    #expect(drive.minutes == [395, 396, 397, 398, 399])
  }

  @Test(arguments: [
    // Fewer than a strategy wants, with a hole near the end, older than the history that is wanted.
    Array(380..<390), Array(300..<385) + Array(386..<390), Array(100..<200),
  ])
  func `what the archive has too little or too late of is read from the chart`(
    _ minutes: [Int64]
  ) {
    var drive = drive()
    drive.turn()
    let market = ScriptedMarket()
    drive.step(
      .archived([Self.id: minutes.map { market.bar("PF_XBTUSD", $0, isOver: true) }]))
    drive.turn()
    drive.turn()
    let snapshot = drive.machine.snapshot(epoch: 1, sequence: 1, candles: 1000)
    #expect(snapshot.candles == bars(350..<400))
  }

  @Test func `an archive that does not answer is given up after three seconds`() {
    var drive = drive()
    for _ in 0..<14 { drive.turn() }
    #expect(drive.candleRequests == 0)
    for _ in 0..<3 { drive.turn() }
    #expect(drive.candleRequests > 0 && drive.isReady)
    #expect(drive.alerts.contains { $0.contains("archive does not answer") })
    drive.step(.archived([Self.id: bars(0..<399)]))
    let snapshot = drive.machine.snapshot(epoch: 1, sequence: 1, candles: 1000)
    #expect(snapshot.candles == bars(350..<400), "an answer that comes too late is none")
  }

  @Test func `every candle that is taken is kept once, in order`() {
    var drive = drive()
    drive.turn()
    drive.step(.archived([Self.id: []]))
    for _ in 0..<100 { drive.turn(market: 20_000) }
    let kept = drive.kept.filter { !$0.isCharted }.map(\.candle.openTime)
    #expect(kept == kept.sorted() && Set(kept).count == kept.count)
    #expect(kept.count >= 80)
    #expect(Set(drive.candles.map(\.openTime)).isSubset(of: kept))
  }
}
