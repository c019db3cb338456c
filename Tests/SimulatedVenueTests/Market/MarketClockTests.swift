import Domain
import Foundation
import Testing

@testable import SimulatedVenue

@Suite("a market clock")
struct MarketClockTests {
  private let market = MarketTime(milliseconds: 1_000_000)
  private let wall = WallTime(milliseconds: 5_000)

  @Test func `runs from its anchor at its speed`() {
    let clock = MarketClock(marketAnchor: market, wallAnchor: wall, speed: 60)
    #expect(clock.market(at: wall) == market)
    #expect(clock.market(at: wall.advanced(byMilliseconds: 1000)).milliseconds == 1_060_000)
    #expect(clock.market(at: wall.advanced(byMilliseconds: -1000)) == market)
  }

  @Test(arguments: [0.001, 0.5, 1, 60, 3600, MarketClock.fastest])
  func `never goes back, and says when a moment comes`(speed: Double) {
    let clock = MarketClock(marketAnchor: market, wallAnchor: wall, speed: speed)
    var last = market
    for delta in stride(from: Int64(-10), through: 100_000, by: 37) {
      let now = clock.market(at: wall.advanced(byMilliseconds: delta))
      #expect(now >= last)
      last = now
      let reached = clock.wall(at: now)
      #expect(clock.market(at: reached) >= now)
    }
  }

  @Test func `does not overflow at the ends of time`() {
    let clock = MarketClock(
      marketAnchor: market, wallAnchor: wall, speed: MarketClock.fastest)
    #expect(clock.market(at: WallTime(milliseconds: 1 << 62)) > market)
    #expect(clock.wall(at: MarketTime(milliseconds: 1 << 62)) > wall)
  }

  @Test func `is the same after it was written down`() throws {
    let clock = MarketClock(marketAnchor: market, wallAnchor: wall, speed: 12.5)
    let data = try JSONEncoder().encode(clock)
    #expect(try JSONDecoder().decode(MarketClock.self, from: data) == clock)
  }

  @Test(arguments: ["0", "-1", "1e9"])
  func `of an impossible speed is not read`(speed: String) {
    let text = #"{"market_anchor_ms":1,"wall_anchor_ms":1,"speed":\#(speed)}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(MarketClock.self, from: Data(text.utf8))
    }
  }
}
