import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("limits and locks by hand")
struct RiskCommandTests {
  private static let key = "risk_gate.max_positions"

  private func bench(configured: Int64 = 4) throws -> RouterBench {
    var settings = RouterSettings()
    settings.maxOrderNotional = Money(micros: 1_000_000)
    settings.gateLimits = [
      ChangeableLimit(
        key: Self.key, unit: .count, tighter: .lower, range: 1...1000, configured: configured),
      ChangeableLimit(
        key: "risk_gate.min_stop_pct", unit: .percent, tighter: .higher, range: 1000...50_000_000,
        configured: 50_000),
    ]
    let bench = try RouterBench(settings)
    try bench.pass(milliseconds: 500, upTo: 2000)
    return bench
  }

  private func tighten(_ bench: RouterBench, _ key: String, _ value: String) throws -> String {
    try words(
      bench, .change(key, to: value, tightens: true, by: "root as ann", reason: "thin market"))
  }

  private func loosen(_ bench: RouterBench, _ key: String, _ value: String) throws -> String {
    try words(bench, .change(key, to: value, tightens: false, by: "ann", reason: "calm again"))
  }

  private func confirm(_ bench: RouterBench, _ key: String, _ value: String) throws -> String {
    try words(bench, .confirm(key, to: value, by: "ben", reason: "seen"))
  }

  private func words(_ bench: RouterBench, _ command: RouterCommand) throws -> String {
    switch try bench.command(command) {
    case .done(let text): "done: \(text)"
    case .refused(let why): "refused: \(why)"
    case nil: "nothing"
    }
  }

  @Test func `tightening acts at once and over a restart`() throws {
    let bench = try bench()
    #expect(
      try tighten(bench, Self.key, "1") == "done: risk_gate.max_positions tightened from 4 to 1")
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.machine.limit(Self.key) == 1)
    #expect(bench.risk.limits[Self.key]?.by == "root as ann")
    #expect(bench.risk.limits[Self.key]?.why == "thin market")
    try bench.expectNoDrift()
  }

  @Test func `loosening waits for the same word a second time`() throws {
    let bench = try bench()
    #expect(try confirm(bench, Self.key, "6").hasPrefix("refused: nobody asked"))
    #expect(try loosen(bench, Self.key, "6").contains("waits for its second confirmation"))
    #expect(bench.machine.limit(Self.key) == 4, "nothing has changed yet")
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(try confirm(bench, Self.key, "7").hasPrefix("refused: asked was 4 to 6"))
    #expect(try confirm(bench, Self.key, "6") == "done: \(Self.key) loosened from 4 to 6")
    #expect(bench.machine.limit(Self.key) == 6)
    #expect(try confirm(bench, Self.key, "6").hasPrefix("refused: nobody asked"))
    try bench.expectNoDrift()
  }

  @Test(arguments: [(600_000, true), (600_001, false)])
  func `a confirmation has ten minutes`(after: Int64, isTaken: Bool) throws {
    let bench = try bench()
    _ = try loosen(bench, Self.key, "6")
    try bench.pass(milliseconds: after)
    #expect(try confirm(bench, Self.key, "6").hasPrefix("done") == isTaken)
  }

  @Test func `a tightening in between takes what was asked away`() throws {
    let bench = try bench()
    _ = try loosen(bench, Self.key, "6")
    _ = try tighten(bench, Self.key, "2")
    #expect(try confirm(bench, Self.key, "6").hasPrefix("refused"))
    #expect(bench.machine.limit(Self.key) == 2)
    try bench.expectNoDrift()
  }

  @Test func `nonsense is refused with what would be right`() throws {
    let bench = try bench()
    #expect(try tighten(bench, "risk_gate.max_position", "1").contains("no such limit"))
    #expect(try tighten(bench, Self.key, "two").contains("no number"))
    #expect(try tighten(bench, Self.key, "1.5").contains("no number"))
    #expect(try tighten(bench, Self.key, "nan").contains("no number"))
    #expect(try tighten(bench, Self.key, "0").contains("out of bounds, 1 to 1000"))
    #expect(try tighten(bench, Self.key, "4").contains("is 4 already"))
    #expect(try tighten(bench, Self.key, "5").contains("loosens it"))
    #expect(try loosen(bench, Self.key, "3").contains("tightens it"))
    #expect(bench.risk.limits.isEmpty && bench.risk.asked.isEmpty)
  }

  @Test func `a least value is tightened upwards, and no limit is the loosest`() throws {
    let bench = try bench()
    #expect(try tighten(bench, "risk_gate.min_stop_pct", "0.1").hasPrefix("done"))
    #expect(bench.machine.limit("risk_gate.min_stop_pct") == 100_000)
    #expect(try loosen(bench, "risk_gate.min_stop_pct", "0.05").contains("waits"))
    #expect(try tighten(bench, RouterLimits.maxOrder, "0").contains("loosens it"))
    #expect(try tighten(bench, RouterLimits.maxTotal, "100").hasPrefix("done"))
    #expect(bench.machine.limit(RouterLimits.maxTotal) == 100_000_000)
  }

  @Test func `when the file says something else since, the tighter of both holds`() {
    var book = RiskBook()
    book.apply(
      .limit(
        LimitChange(
          key: Self.key, from: 4, to: 2, configured: 4, state: .set,
          at: WallTime(milliseconds: 0), by: "ann", why: "x")))
    #expect(book.effective(Self.key, configured: 4, tighter: .lower) == 2)
    #expect(book.effective(Self.key, configured: 1, tighter: .lower) == 1)
    #expect(book.effective(Self.key, configured: 9, tighter: .lower) == 2)
    #expect(book.effective("other", configured: 9, tighter: .lower) == 9)
  }

  @Test func `a lock by hand holds over a restart until it is taken away`() throws {
    let bench = try bench()
    let scope = RiskLock.Scope.instrument(Sample.instrument.id)
    #expect(
      try words(bench, .lock(scope, until: nil, by: "ann", reason: "halving"))
        == "done: locked instrument:PF_XBTUSD")
    #expect(
      try words(bench, .lock(scope, until: nil, by: "ann", reason: "halving"))
        .contains("locked already"))
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(try bench.reasons(Sample.intent("a", at: bench.milliseconds)) == [.riskLocked])
    #expect(
      try words(bench, .unlock(.manual, .everything, by: "ann", reason: "x"))
        == "refused: no lock manual of all holds")
    #expect(
      try words(bench, .unlock(.manual, nil, by: "ann", reason: "over"))
        == "done: unlocked manual instrument:PF_XBTUSD")
    #expect(try bench.reasons(Sample.intent("b", at: bench.milliseconds)).isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `unlocking a drawdown begins the peak anew`() throws {
    let bench = try bench()
    bench.venue.equity = Money(micros: 800_000)
    try bench.pass(milliseconds: 500, upTo: 12_000)
    try bench.propose(.lock(gatesLock(.drawdown, .everything, bench)))
    #expect(bench.risk.figure(.peakEquity) == 1_000_000)
    _ = try bench.command(.unlock(.drawdown, nil, by: "ann", reason: "withdrawal"))
    #expect(bench.risk.figure(.peakEquity) == 800_000)
    try bench.expectNoDrift()
  }

  private func gatesLock(
    _ kind: RiskLock.Kind, _ scope: RiskLock.Scope, _ bench: RouterBench, until: Int64? = nil
  ) -> RiskLock {
    RiskLock(
      kind: kind, scope: scope, since: bench.now.wall,
      until: until.map { bench.now.wall.advanced(byMilliseconds: $0) }, why: "measured",
      by: "risk-gate")
  }

  @Test func `what the gate proposes is journaled once, however often it is offered`() throws {
    let bench = try bench()
    let lock = gatesLock(.shock, .everything, bench, until: 1_800_000)
    for _ in 0..<3 {
      guard case .accepted = try bench.propose(.lock(lock)) else {
        Issue.record("the lock was not taken")
        return
      }
    }
    #expect(bench.risk.activeLocks(at: bench.now.wall) == [lock])
    let state = RiskTradingState(
      word: "reducing", why: "drawdown 11 %", by: "risk-gate", at: bench.now.wall)
    _ = try bench.propose(.tradingState(state))
    _ = try bench.propose(.tradingState(state))
    #expect(bench.risk.tradingState == state)
    #expect(try bench.events(type: "RISK_LOCK") == 1)
    #expect(try bench.events(type: "RISK_STATE") == 1)
    #expect(try bench.reasons(Sample.intent("a", at: bench.milliseconds)) == [.riskLocked])
    try bench.expectNoDrift()
  }

  @Test func `a gate that lies neither crashes the router nor unlocks anything`() throws {
    let bench = try bench()
    let bad: [RiskLock] = [
      gatesLock(.throttle, .everything, bench), gatesLock(.manual, .everything, bench),
      gatesLock(.shock, .everything, bench, until: -1),
      gatesLock(.shock, .instrument(Sample.other), bench, until: 1000),
      RiskLock(
        kind: .shock, scope: .everything,
        since: bench.now.wall.advanced(byMilliseconds: 86_400_000), until: nil, why: "", by: ""),
    ]
    for lock in bad {
      guard case .denied = try bench.propose(.lock(lock)) else {
        Issue.record("taken: \(lock)")
        continue
      }
    }
    let longer = gatesLock(.shock, .everything, bench, until: 60_000)
    _ = try bench.propose(.lock(longer))
    _ = try bench.propose(.lock(gatesLock(.shock, .everything, bench, until: 1000)))
    #expect(bench.risk.activeLocks(at: bench.now.wall) == [longer], "no lock becomes shorter")
    let state = RiskTradingState(word: "party", why: "", by: "x", at: bench.now.wall)
    guard case .denied = try bench.propose(.tradingState(state)) else {
      Issue.record("an unknown state was taken")
      return
    }
    try bench.expectNoDrift()
  }
}
