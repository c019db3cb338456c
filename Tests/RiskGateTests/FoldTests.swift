import Daemon
import Domain
import Testing

@testable import RiskGate

@Suite("the fold over the ledger")
struct FoldTests {
  private var fold = LedgerFold()
  private let signal = Sample.signal()

  private mutating func apply(_ body: LedgerEvent.Body) {
    let taken = fold.apply(Sample.event(fold.next, body))
    #expect(taken)
  }

  @Test mutating func `only the next event is taken`() {
    let taken = [2, 1, 1, 3, 2].map { fold.apply(Sample.event($0, .state("ready"))) }
    #expect(taken == [false, true, false, false, true])
    #expect(fold.next == 3)
  }

  @Test(arguments: OrderStatus.allCases)
  mutating func `an entry without fills gives its place back when it is over, not before`(
    _ status: OrderStatus
  ) {
    apply(.intentAccepted(Sample.hash(1), Sample.intent(signal)))
    apply(Sample.execution(Sample.hash(1), signal, status))
    #expect(fold.occupied.isEmpty == status.isTerminal)
  }

  @Test mutating func `a filled entry keeps its place until the position is gone`() {
    apply(.intentAccepted(Sample.hash(1), Sample.intent(signal)))
    // The report may come before the position does.
    apply(Sample.execution(Sample.hash(1), signal, .filled, filled: 10))
    #expect(fold.occupied == [signal.instrument])
    apply(.position(Position(instrument: signal.instrument, signedLots: 10)))
    apply(Sample.execution(Sample.hash(1), signal, .filled, filled: 10, role: .stop))
    #expect(fold.occupied == [signal.instrument])
    apply(.position(Position(instrument: signal.instrument, signedLots: 0)))
    #expect(fold.occupied.isEmpty && fold.openPositions == 0)
  }

  @Test mutating func `a closed intent gives its place back`() {
    apply(.intentAccepted(Sample.hash(1), Sample.intent(signal)))
    apply(Sample.execution(Sample.hash(1), signal, .filled, filled: 10))
    apply(.state("closed \(Sample.hash(1))"))
    #expect(fold.occupied.isEmpty)
    apply(.state("closed nonsense"))
  }

  @Test mutating func `a denial with the hash of an earlier intent does not end that one`() {
    apply(.intentAccepted(Sample.hash(1), Sample.intent(signal)))
    apply(
      .intentDenied(Sample.hash(1), SignalID(unchecked: "again"), Denial(.duplicateIntent)))
    #expect(fold.occupied == [signal.instrument])
    #expect(fold.verdict(on: signal) == .accepted(Sample.hash(1)))
    apply(.intentDenied(Sample.hash(1), signal.id, Denial(.venueDisagrees)))
    #expect(fold.occupied.isEmpty)
    #expect(fold.verdict(on: signal) == .denied([Denial(.venueDisagrees)]))
  }

  @Test mutating func `another decision under a known name is a mismatch`() {
    apply(.intentAccepted(Sample.hash(1), Sample.intent(signal)))
    let other = Sample.signal(stop: 197_000)
    #expect(
      fold.verdict(on: other) == .denied([Denial(.contentMismatch, "\(signal.id)")]))
  }

  @Test mutating func `memory of verdicts is bounded and forgets the oldest`() {
    for index in 0..<(3 * LedgerFold.mostVerdicts) {
      apply(.intentDenied(Sample.hash(1), SignalID(unchecked: "d\(index)"), Denial(.expired)))
    }
    #expect(fold.verdict(on: Sample.signal("d0")) == nil)
    #expect(fold.verdict(on: Sample.signal("d\(3 * LedgerFold.mostVerdicts - 1)")) != nil)
  }

  @Test func `limits that contradict each other refuse the start, all at once`() throws {
    func limits(_ text: String) throws -> GateLimits {
      try GateLimits(Configuration.parse(text, path: "test.yaml", profile: .demo))
    }
    for profile in Profile.allCases {
      let shipped = try GateLimits(.defaults(profile: profile))
      #expect(shipped[.maximumLeverage] == 250_000_000 && shipped[.maximumPositions] == 4)
    }
    let failure = #expect(throws: Fatal.self) {
      try limits(
        """
        risk_gate:
          risk_per_trade_pct: 10
          max_positions: 11
          collar_pct: 0.5
          stale_after_ms: 200
        breakout:
          slippage_pct: 0.6
        """)
    }
    #expect(failure?.code == .badConfiguration)
    for words in [
      "test.yaml:2:23: risk_gate.risk_per_trade_pct × risk_gate.max_positions 110%",
      "test.yaml:7:17: breakout.slippage_pct 0.6% is above risk_gate.collar_pct 0.5%",
      "market_data.poll_interval_ms 200 ms is not below risk_gate.stale_after_ms 200 ms",
      "risk_gate.risk_per_trade_pct 10% is above risk_gate.max_risk_per_trade_entry_pct 2%",
    ] {
      #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "") \(words)")
    }
    #expect(throws: Never.self) {
      try limits(
        """
        risk_gate:
          risk_per_trade_pct: 10
          max_risk_per_trade_entry_pct: 10
          max_positions: 10
        """)
    }
  }
}
