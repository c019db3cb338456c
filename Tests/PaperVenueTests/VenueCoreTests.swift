import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the venue moves with its market")
struct VenueCoreTests {
  private static let flat: (Int64, Int64, Int64, Int64)? = (50_000, 50_000, 50_000, 50_000)

  /// A resting order in the book of an earlier life.
  private func resting(
    _ kind: VenueOrderKind, _ side: Side, at ticks: Int64, reduceOnly: Bool = false
  ) throws -> [BookChange] {
    let time = WallTime(milliseconds: 1)
    let order = VenueOrder(
      id: VenueOrderID(unchecked: "early"), number: 1, clientOrderID: "early",
      instrument: try #require(InstrumentID("PF_XBTUSD")), side: side, kind: kind,
      limit: kind.isTrigger ? nil : Price(ticks: ticks),
      trigger: kind.isTrigger ? Price(ticks: ticks) : nil, signal: .last,
      quantity: Quantity(lots: 100), reduceOnly: reduceOnly, receivedAt: time, updatedAt: time,
      status: .open, word: "placed")
    return [
      .deposit(Money(micros: 100_000_000_000), balanceBefore: .zero),
      .order(order, reason: .placed, old: nil),
    ]
  }

  @Test func `what the market did while the venue was away happens when it is back`() throws {
    let bars = [Self.flat, (50_000, 50_000, 40_000, 50_000), Self.flat, Self.flat]
    let bench = try CoreBench(
      bars: bars, minutes: 3.5, changes: resting(.stop, .sell, at: 45_000))
    bench.core.advance()
    let fills = try #require(try bench.admin("/book")["fills"] as? [[String: Any]])
    #expect(fills.map { $0["price"] as? String } == ["44999"])
    #expect(try bench.get("openorders")["openOrders"] as? [String] == [])
  }

  @Test func `a long absence is played to its end`() throws {
    // More turning points than one path may have, and the price is reached only in the last bar.
    let many = Array(repeating: Self.flat, count: 3000) + [(50_000, 60_000, 50_000, 60_000)]
    let bench = try CoreBench(
      bars: many, minutes: 3000.999, changes: resting(.limit, .sell, at: 55_000))
    bench.core.advance()
    let fills = try #require(try bench.admin("/book")["fills"] as? [[String: Any]])
    #expect(fills.map { $0["price"] as? String } == ["55000"])
  }

  @Test func `a gap in the data is a jump`() throws {
    let bars = [Self.flat, nil, nil, (40_000, 40_000, 40_000, 40_000), Self.flat]
    let bench = try CoreBench(
      bars: bars, minutes: 3.2, changes: resting(.stop, .sell, at: 45_000))
    bench.core.advance()
    let fills = try #require(try bench.admin("/book")["fills"] as? [[String: Any]])
    #expect(fills.map { $0["price"] as? String } == ["39999"])
  }

  @Test func `after the end of the market it stands still`() throws {
    let bench = try CoreBench(bars: [Self.flat, (50_000, 51_000, 50_000, 51_000)], minutes: 60)
    let first = try bench.admin("/book")["market_ms"] as? Int64
    #expect(first == CoreBench.moment(2).milliseconds - 1)
    let ticker = try bench.get("tickers/PF_XBTUSD")["ticker"] as? [String: Any]
    #expect(ticker?["last"] as? Int == 51_000)
    #expect(try bench.admin("/book")["market_ms"] as? Int64 == first)
    #expect(try bench.send("orderType=mkt&side=buy&size=0.01")["status"] as? String == "placed")
  }

  @Test func `candles show nothing of what is to come`() throws {
    let bars = [Self.flat, (50_000, 59_000, 50_000, 59_000), (59_000, 70_000, 59_000, 60_000)]
    let bench = try CoreBench(bars: bars, minutes: 1.5)
    let answer = try bench.ask("GET", "/api/charts/v1/trade/PF_XBTUSD/1m", "from=0")
    let candles = try #require(answer["candles"] as? [[String: Any]])
    #expect(candles.count == 2)
    #expect(candles[0]["time"] as? Int64 == CoreBench.start.milliseconds)
    #expect(candles[0]["close"] as? String == "50000")
    let high = try #require((candles[1]["high"] as? String).flatMap { Int($0) })
    #expect(50_000 < high && high < 59_000)
    #expect(answer["more_candles"] as? Bool == false)
  }

  @Test func `market data is in market time, orders are in wall time`() throws {
    let bench = try CoreBench(bars: [Self.flat, Self.flat], minutes: 1)
    let tickers = try bench.get("tickers")
    let ticker = try #require((tickers["tickers"] as? [[String: Any]])?.first)
    #expect((ticker["lastTime"] as? String)?.hasPrefix("2025-01-01T00:0") == true)
    let today = ISO8601.text(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)).prefix(4)
    #expect((tickers["serverTime"] as? String)?.hasPrefix(today) == true)
    let status = try bench.send("orderType=mkt&side=buy&size=0.01")
    #expect((status["receivedTime"] as? String)?.hasPrefix(today) == true)
  }
}
