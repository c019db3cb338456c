import Domain
import Ledger
import Testing

@testable import OrderRouter

/// The collar at the last hop, entries that the venue rejects, and a second person's word.
@Suite("guards of entries at the router")
struct EntryGuardTests {
  private func bench(_ change: (inout RouterSettings) -> Void) throws -> RouterBench {
    var settings = RouterSettings()
    settings.rearmCooldownMilliseconds = 0
    change(&settings)
    let bench = try RouterBench(settings)
    try bench.pass(milliseconds: 500, upTo: 2000)
    return bench
  }

  // MARK: - Collar

  private func collared() throws -> RouterBench {
    try bench {
      $0.gateLimits = [
        DenialCases.limit(SharedLimits.collar, .percent, 1_000_000),
        DenialCases.limit(SharedLimits.stale, .milliseconds, 5000),
      ]
    }
  }

  /// The worst price is 10 000 ticks; 1 % of a mark is its hundredth.
  @Test(arguments: [(9902, false), (9901, false), (9900, true), (10_101, false), (10_102, true)])
  func `the worst price against the router's own mark`(mark: Int64, isDenied: Bool) throws {
    let bench = try collared()
    try bench.mark(mark)
    let one = Sample.intent("a", at: bench.milliseconds).signal
    let intent = OrderIntent(
      signal: Signal(
        id: one.id, strategy: one.strategy, instrument: one.instrument, direction: .long,
        setup: one.setup, worstPrice: Price(ticks: 10_000), stop: Price(ticks: 9000),
        takeProfits: [], decidedAt: one.decidedAt, validUntil: one.validUntil),
      quantity: Quantity(lots: 10), equity: Money(micros: 1_000_000))
    #expect(try bench.reasons(intent) == (isDenied ? [.routerCollar] : []))
  }

  @Test(arguments: [(5000, true), (5001, false)])
  func `a mark that is stale says nothing; that there is none is the gate's to deny`(
    age: Int64, isDenied: Bool
  ) throws {
    let bench = try collared()
    try bench.mark(500)
    try bench.pass(milliseconds: age)
    let reasons = try bench.reasons(Sample.intent("a", at: bench.milliseconds))
    #expect(reasons == (isDenied ? [.routerCollar] : []))
  }

  // MARK: - Rejections

  private func reject(_ bench: RouterBench, _ name: String) throws {
    bench.venue.fates = [.refused("insufficientAvailableFunds")]
    try bench.offer(Sample.intent(name, at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 1000)
    #expect(try bench.intents().last?.state == .rejected)
  }

  @Test(arguments: ["iocWouldNotExecute", "postWouldExecute"])
  func `an order that met nothing, or something, is no fault of ours`(_ word: String) throws {
    let bench = try bench { $0.risk.rejects = 1 }
    bench.venue.fates = [.refused(word)]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 1000)
    #expect(try bench.intents().last?.state == .rejected)
    #expect(bench.machine.tradingState == .active)
  }

  @Test func `the last of too many rejections pauses entries, over a restart, until resumed`()
    throws
  {
    let bench = try bench { $0.risk.rejects = 3 }
    try reject(bench, "a")
    try reject(bench, "b")
    #expect(bench.machine.tradingState == .active)
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 2000)
    try reject(bench, "c")
    #expect(bench.machine.tradingState == .reducing, "the ledger has counted on")
    #expect(bench.alerts.contains { $0.contains("rejected=3 limit=3") })
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(try bench.reasons(Sample.intent("d", at: bench.milliseconds)) == [.routerHalted])
    #expect(try bench.command(.resume(by: "ann", reason: "funds")) == .done("entries again"))
    try reject(bench, "e")
    #expect(bench.machine.tradingState == .active, "whoever resumes begins anew")
    try bench.expectNoDrift()
  }

  @Test func `rejections that lie further apart than the window do not add up`() throws {
    let bench = try bench { policy in
      policy.risk.rejects = 2
      policy.risk.rejectsWindow = 10_000
    }
    for name in ["a", "b", "c"] {
      try reject(bench, name)
      try bench.pass(milliseconds: 500, upTo: 10_000)
    }
    #expect(bench.machine.tradingState == .active)
    try reject(bench, "d")
    try reject(bench, "e")
    #expect(bench.machine.tradingState == .reducing)
  }

  @Test func `a limit of none counts nothing, and a stop's rejection is not an entry's`() throws {
    let bench = try bench { _ in }
    for name in ["a", "b", "c", "d", "e", "f"] { try reject(bench, name) }
    #expect(bench.machine.tradingState == .active)
    #expect(bench.machine.book.properties[RejectedEntries.property] == nil)
  }

  @Test func `times that a set-back clock left in the future count for nothing`() {
    var rejected = RejectedEntries("99000 nonsense 1000")
    #expect(rejected.add(WallTime(milliseconds: 2000), window: 60_000) == 2)
    #expect(rejected.text == "1000 2000")
  }

  // MARK: - Two persons

  private static let key = "risk_gate.max_positions"

  private func confirm(_ asker: String, _ confirmer: String, byAnother: Bool) throws -> Bool {
    let bench = try bench {
      $0.risk.confirmByAnother = byAnother
      $0.gateLimits = [
        ChangeableLimit(
          key: Self.key, unit: .count, tighter: .lower, range: 1...1000, configured: 4)
      ]
    }
    _ = try bench.command(
      .change(Self.key, to: "6", tightens: false, by: asker, reason: "calm"))
    let answer = try bench.command(.confirm(Self.key, to: "6", by: confirmer, reason: "seen"))
    if case .done = answer { return true }
    return false
  }

  @Test func `where it is asked for, only another person confirms a loosening`() throws {
    let ann = "root (uid 0, pid 17) as ann"
    let annAgain = "root (uid 0, pid 99) as ann"
    let ben = "root (uid 0, pid 17) as ben"
    #expect(try confirm(ann, annAgain, byAnother: false))
    #expect(try !confirm(ann, annAgain, byAnother: true))
    #expect(try confirm(ann, ben, byAnother: true))
    #expect(try confirm(ann, "ann (uid 7, pid 17) as ann", byAnother: true))
  }
}
