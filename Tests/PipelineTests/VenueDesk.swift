import Daemon
import Domain
import Foundation
import Testing
import Wire

@testable import Interlock

/// What a test asks the venue of a `RouterScene`: prices to decide with, and what it received.
struct VenueDesk {
  let run: RunFiles

  private func get(_ path: String, isAdmin: Bool) throws -> [String: Any] {
    let address = try #require(try run.readVenue())
    let body = try LoopbackHTTP.get(isAdmin ? address.admin : address.url, path)
    return try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
  }

  /// How often each endpoint was asked, by anybody.
  func requests() throws -> [String: Int] {
    try get("/requests", isAdmin: true).compactMapValues { $0 as? Int }
  }

  func book() throws -> VenueBookReport { try VenueBookReport.read(run.folder) }

  func entries() throws -> Int { try book().orders.count { !$0.reduceOnly } }

  /// Of ours at rest.
  func resting(_ type: String) throws -> Int {
    try book().orders.count { $0.status == "open" && $0.type == type }
  }

  /// The mark price of PF_XBTUSD in ticks.
  private func mark() throws -> Int64 {
    let instruments = try get("/derivatives/api/v3/instruments", isAdmin: false)
    let tickers = try get("/derivatives/api/v3/tickers", isAdmin: false)
    func row(_ list: Any?) throws -> [String: Any] {
      try #require((list as? [[String: Any]])?.first { $0["symbol"] as? String == "PF_XBTUSD" })
    }
    let tick = try #require(try row(instruments["instruments"])["tickSize"] as? Double)
    let mark = try #require(try row(tickers["tickers"])["markPrice"] as? Double)
    return Int64((mark / tick).rounded())
  }

  /// A long of ten lots that fills at once, far from its stop and from where it takes profit.
  func intent(
    _ name: String, instrument: String = "PF_XBTUSD", setup: String? = nil, lots: Int64 = 10,
    stop: Int64 = 80, validFor milliseconds: Int64 = 60_000
  ) throws -> OrderIntent {
    let mark = try mark()
    let signal = Signal(
      id: SignalID(unchecked: name), strategy: StrategyID(unchecked: "breakout"),
      instrument: try #require(InstrumentID(instrument)), direction: .long,
      setup: SetupID(unchecked: setup ?? name), worstPrice: Price(ticks: mark * 102 / 100),
      stop: Price(ticks: mark * stop / 100),
      takeProfits: [Price(ticks: mark * 120 / 100), Price(ticks: mark * 130 / 100)],
      decidedAt: MarketTime(milliseconds: 60_000),
      validUntil: HandGate.now.advanced(byMilliseconds: milliseconds))
    return OrderIntent(
      signal: signal, quantity: Quantity(lots: lots), equity: Money(micros: 10_000_000_000))
  }
}
