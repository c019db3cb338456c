import Domain
import Ledger
import Testing

@testable import OrderRouter

/// Round trips on the bench; 10 lots that lose 100 ticks lose 0.01 of an equity of 1 USD.
extension RouterBench {
  var risk: RiskBook { machine.book.risk }

  /// Opens 10 lots at 1000 ticks.
  func open(_ name: String, setup: String? = nil, strategy: String = "breakout") throws {
    venue.fillTicks = 1000
    let verdict = try offer(
      Sample.intent(name, at: milliseconds, setup: setup, strategy: strategy))
    guard case .accepted = verdict else {
      Issue.record("\(name) was not accepted: \(String(describing: verdict))")
      return
    }
    try pass(milliseconds: 500, upTo: 3000)
    #expect(machine.book.position(Sample.instrument.id).signedLots == 10)
  }

  /// The market reaches the stop of the position, which executes at `ticks`.
  func stopOut(at ticks: Int64?) throws {
    venue.fillTicks = ticks
    let stop = try #require(venue.stops.last)
    venue.trigger(stop)
    try pass(milliseconds: 500, upTo: 3000)
    #expect(machine.book.position(Sample.instrument.id).isFlat)
  }

  /// A round trip that ends by its stop.
  func trade(
    _ name: String, setup: String? = nil, exit ticks: Int64?, strategy: String = "breakout"
  ) throws {
    try open(name, setup: setup, strategy: strategy)
    try stopOut(at: ticks)
  }

  /// The reasons why an entry is denied; none when it is accepted.
  func reasons(_ intent: OrderIntent) throws -> [DenialReason] {
    guard case .denied(let denials) = try offer(intent) else { return [] }
    return denials.map(\.reason)
  }
}
