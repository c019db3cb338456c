import Domain
import Testing

@testable import Interlock

@Suite("candle tally")
struct CandleTallyTests {
  private let bitcoin: InstrumentID
  private let ether: InstrumentID

  init() throws {
    bitcoin = try #require(InstrumentID("PF_XBTUSD"))
    ether = try #require(InstrumentID("PF_ETHUSD"))
  }

  private func candle(
    _ minute: Int64, _ id: InstrumentID? = nil, _ timeframe: Timeframe = .oneMinute
  ) throws -> Candle {
    try #require(
      Candle(
        instrument: id ?? bitcoin, timeframe: timeframe,
        openTime: MarketTime(milliseconds: minute * 60_000), open: Price(ticks: 2),
        high: Price(ticks: 3), low: Price(ticks: 1), close: Price(ticks: 2),
        volume: Quantity(lots: 1)))
  }

  @Test func `each candle counts once, per instrument and timeframe`() throws {
    var tally = CandleTally()
    for minute in [5, 6, 6, 5, 7] as [Int64] { tally.hear(try candle(minute)) }
    tally.hear(try candle(5, ether))
    tally.hear(try candle(5, bitcoin, .fiveMinutes))
    #expect(tally.count == 5)
  }

  @Test func `history before the run is not counted, whichever comes first`() throws {
    var snapshotFirst = CandleTally()
    snapshotFirst.catchUp(try (1...5).map { try candle($0) })
    snapshotFirst.hear(try candle(5))
    snapshotFirst.hear(try candle(6))
    #expect(snapshotFirst.count == 1)
    var candleFirst = CandleTally()
    candleFirst.hear(try candle(6))
    candleFirst.catchUp(try (1...6).map { try candle($0) })
    #expect(candleFirst.count == 1)
  }

  @Test func `what was missed is counted from the snapshot, also after newer candles`() throws {
    var tally = CandleTally()
    tally.hear(try candle(1))
    tally.hear(try candle(5))
    tally.catchUp(try (0...6).map { try candle($0) })
    tally.hear(try candle(6))
    #expect(tally.count == 6)
  }

  @Test func `a long run is remembered in bounds and counted right`() throws {
    var tally = CandleTally()
    let most = Int64(CandleTally.mostRemembered * 3)
    for minute in 1...most { tally.hear(try candle(minute)) }
    tally.catchUp(try ((most - 1000)...most).map { try candle($0) })
    #expect(tally.count == Int(most))
  }
}
