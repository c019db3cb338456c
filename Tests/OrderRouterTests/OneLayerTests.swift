import Domain
import Ledger
import Testing

@testable import OrderRouter

/// For each layer a situation in which it alone stands between a second order and the venue.
///
/// The first order is at the venue. What else would keep the second one back is lost with the
/// ledger, or is not shown by a reading that is behind its time; one layer still knows. That it is
/// the only one is shown by the mutants `layer-N-removed`: without it each of these tests fails, by
/// a second entry in the venue's own book.
@Suite("one layer alone")
struct OneLayerTests {
  private let instrument = Sample.instrument.id

  private static var resting: RouterSettings {
    var settings = RouterSettings()
    settings.entryOrder = .limit
    return settings
  }

  /// The second decision is refused for `reason` alone, and no second entry reaches the venue.
  private func expectOne(
    _ reason: DenialReason, _ bench: RouterBench, _ intent: OrderIntent, past: SetupPast? = nil
  ) throws {
    #expect(bench.venue.entries.count == 1, "the first order is at the venue")
    let verdict = try bench.offer(intent, past: past)
    try bench.pass(milliseconds: 250, upTo: 4000)
    #expect(bench.venue.entries.count == 1, "and no second one: \(String(describing: verdict))")
    guard case .denied(let denials) = verdict else {
      Issue.record("not denied: \(String(describing: verdict))")
      return
    }
    #expect(denials.map(\.reason) == [reason], "\(denials)")
  }

  @Test func `layer 1: the setup's order ended unfilled, and only its hash is remembered`() throws {
    let bench = try RouterBench()
    bench.venue.fillLimit = 0
    try bench.offer(Sample.intent("a", at: bench.milliseconds, setup: "s"))
    try bench.pass(milliseconds: 500, upTo: 5000)
    // Told anew, and sized anew: it is still the same decision.
    let again = Sample.intent("b", at: bench.milliseconds + 5000, setup: "s", lots: 11)
    let past = try bench.past(of: again)
    #expect(past.closed.count == 1)
    try bench.loseLedger()
    try bench.pass(milliseconds: 500, upTo: 3000)
    try expectOne(.duplicateIntent, bench, again, past: past)
  }

  @Test func `layer 2: an entry rests, no reading shows it, and only its lock is remembered`()
    throws
  {
    let bench = try RouterBench(Self.resting)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 1000)
    let locks = bench.machine.book.locks
    #expect(locks.count == 1)
    bench.venue.isBehind = true
    try bench.loseLedger { $0.locks = locks }
    try bench.pass(milliseconds: 500, upTo: 3000)
    try expectOne(.symbolLocked, bench, Sample.intent("b", at: bench.milliseconds))
  }

  @Test func `layer 3: a position that one reading showed, and the next ones do not`() throws {
    let bench = try RouterBench()
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.isBehind = true
    try bench.loseLedger()
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.isBehind = false
    for _ in 0..<20 where bench.machine.venuePositions.isEmpty {
      try bench.pass(milliseconds: 250)
    }
    #expect(bench.machine.venuePositions[instrument]?.signedLots == 10)
    bench.venue.isBehind = true
    try expectOne(.positionExists, bench, Sample.intent("b", at: bench.milliseconds))
  }

  @Test func `layer 4: an entry rests, and only the venue knows of it`() throws {
    let bench = try RouterBench(Self.resting)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 1000)
    bench.venue.isBehind = true
    try bench.loseLedger()
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.venue.isBehind = false
    try bench.offer(Sample.intent("b", at: bench.milliseconds))
    try bench.pass(milliseconds: 250, upTo: 4000)
    #expect(bench.venue.entries.count == 1, "the first order, and no second one")
    #expect(try bench.intents().map(\.denial?.reason) == [.venueDisagrees])
  }

  @Test func `layer 5: the position is closed, its stop not yet, and no reading shows that`()
    throws
  {
    let bench = try RouterBench()
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let profit = try #require(
      bench.venue.placements.first { if case .takeProfit = $0.type { true } else { false } })
    bench.venue.trigger(profit)
    try bench.pass(milliseconds: 500)
    #expect(bench.machine.book.position(instrument).isFlat)
    #expect(bench.machine.book.locks.isEmpty)
    bench.venue.isBehind = true
    try expectOne(.intentPending, bench, Sample.intent("b", at: bench.milliseconds))
  }
}
