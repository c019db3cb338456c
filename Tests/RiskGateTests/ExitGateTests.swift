import Domain
import Testing
import Wire

@testable import RiskGate

@Suite("exits at the gate")
struct ExitGateTests {
  private static let signal = Sample.signal("breakout/1")

  private static func exit(
    _ name: String = "breakout/x", of signal: String = "breakout/1",
    by strategy: String = "breakout", reason: String = "CROSSED_BACK", valid: Int64 = 10_000
  ) -> ExitProposal {
    ExitProposal(
      id: SignalID(unchecked: name), strategy: StrategyID(unchecked: strategy),
      instrument: Sample.id("PF_XBTUSD"), signal: SignalID(unchecked: signal),
      reason: ExitWord(unchecked: reason), decidedAt: MarketTime(milliseconds: 60_000),
      validUntil: WallTime(milliseconds: Sample.wall + valid))
  }

  private static func position(_ lots: Int64) -> LedgerEvent.Body {
    .position(Position(instrument: Sample.id("PF_XBTUSD"), signedLots: lots))
  }

  private static func accepted(_ generation: Int = 1) -> LedgerEvent.Body {
    .exitAccepted(
      Sample.hash(9),
      ExitIntent(
        instrument: Sample.id("PF_XBTUSD"), direction: .long, position: Sample.hash(1),
        reason: .strategy, generation: generation, quantity: Quantity(lots: 10)))
  }

  /// A gate whose ledger shows ten lots of the sample signal.
  private static func holding() -> GateDrive {
    var drive = GateDrive.ready()
    drive.tell(.intentAccepted(Sample.hash(1), Sample.intent(signal)))
    drive.tell(position(10))
    return drive
  }

  private func reasons(_ drive: GateDrive) -> [DenialReason] {
    guard case .denied(let denials) = drive.exitDecisions.last?.decision.verdict else { return [] }
    return denials.map(\.reason)
  }

  @Test func `an exit of the strategy's own position goes on, and gets the router's verdict`() {
    var drive = Self.holding()
    drive.step(.offerExit(1, Self.exit()))
    #expect(drive.forwardedExits == [Self.exit()])
    #expect(drive.exitDecisions.isEmpty)
    drive.step(.exitVerdict(Self.exit().id, .accepted(Sample.hash(9))))
    #expect(drive.exitDecisions.map(\.offers) == [[1]])
    #expect(drive.exitDecisions.last?.decision.verdict == .accepted(Sample.hash(9)))
  }

  @Test func `no entry limit stands in its way`() {
    var drive = Self.holding()
    // Prices are an hour old and nothing is allowed to be open.
    drive.clock = 3_600_000
    drive.step(.offerExit(1, Self.exit(valid: 3_700_000)))
    #expect(drive.forwardedExits.count == 1)
  }

  @Test func `another strategy's position is refused by name, and so is another signal's`() {
    var drive = Self.holding()
    drive.step(.offerExit(1, Self.exit(by: "smc")))
    #expect(reasons(drive) == [.foreignPosition])
    drive.step(.offerExit(2, Self.exit("breakout/y", of: "breakout/0")))
    #expect(reasons(drive) == [.foreignPosition])
    #expect(drive.forwardedExits.isEmpty)
  }

  @Test func `an adopted position belongs to no strategy`() {
    var drive = Self.holding()
    drive.tell(
      .adopted(
        Sample.hash(4),
        Adoption(
          instrument: Sample.id("PF_XBTUSD"), direction: .long, quantity: Quantity(lots: 10),
          stop: Price(ticks: 1), number: 1)))
    drive.step(.offerExit(1, Self.exit()))
    #expect(reasons(drive) == [.foreignPosition])
  }

  @Test func `without a position there is nothing to close, and a late exit is too late`() {
    var drive = GateDrive.ready()
    drive.step(.offerExit(1, Self.exit()))
    #expect(reasons(drive) == [.nothingToClose])
    drive = Self.holding()
    drive.step(.offerExit(2, Self.exit(valid: 0)))
    #expect(reasons(drive) == [.expired])
  }

  @Test func `offered again it is one exit: under way, decided, and after a restart of the gate`() {
    var drive = Self.holding()
    drive.step(.offerExit(1, Self.exit()))
    drive.step(.offerExit(2, Self.exit(valid: 20_000)))
    #expect(drive.forwardedExits.count == 1)
    drive.step(.exitVerdict(Self.exit().id, .accepted(Sample.hash(9))))
    #expect(drive.exitDecisions.map(\.offers) == [[1, 2]])
    drive.step(.offerExit(3, Self.exit()))
    #expect(drive.answers.last?.verdict == .accepted(Sample.hash(9)))

    var next = GateDrive()
    next.ledger = drive.ledger
    next.write(Self.accepted())
    next.step(.offerExit(4, Self.exit()))
    #expect(next.exitDecisions.isEmpty, "nothing is judged before the ledger is read")
    next.replay()
    #expect(next.exitDecisions.map(\.decision.verdict) == [.accepted(Sample.hash(9))])
    // A later candle's exit of the same position is the same exit.
    next.step(.offerExit(5, Self.exit("breakout/z")))
    #expect(next.exitDecisions.last?.decision.verdict == .accepted(Sample.hash(9)))
    #expect(next.forwardedExits.isEmpty)
  }

  @Test func `an answer that never came is looked up in the ledger`() {
    var drive = Self.holding()
    drive.step(.offerExit(1, Self.exit()))
    drive.tell(Self.accepted())
    drive.step(.exitVerdict(Self.exit().id, nil))
    #expect(drive.exitDecisions.last?.decision.verdict == .accepted(Sample.hash(9)))
  }

  @Test func `the same name with another reason is refused`() {
    var drive = Self.holding()
    drive.step(.offerExit(1, Self.exit()))
    drive.step(.offerExit(2, Self.exit(reason: "OTHER")))
    #expect(reasons(drive) == [.contentMismatch])
  }

  @Test func `a strategy hears its fills and its position, live and after a restart`() throws {
    var drive = Self.holding()
    #expect(drive.reports.map(\.signal.text) == ["breakout/1"])
    drive.tell(Sample.execution(Sample.hash(1), Self.signal, .filled, filled: 10))
    let fill = Fill(
      id: ExecutionID(unchecked: "f1"), instrument: Sample.id("PF_XBTUSD"), side: .buy,
      quantity: Quantity(lots: 10), price: Price(ticks: 200_000),
      time: WallTime(milliseconds: Sample.wall), venueOrderID: VenueOrderID(unchecked: "v1"),
      clientOrderID: ClientOrderID(unchecked: "c"))
    drive.tell(.fill(fill))
    #expect(drive.reports.last?.body == .fill(fill))
    let number = try #require(drive.reports.last?.number)

    var next = GateDrive()
    next.ledger = drive.ledger
    next.step(.greeted(Greeting(strategy: StrategyID(unchecked: "breakout"), after: number - 1)))
    next.step(.greeted(Greeting(strategy: StrategyID(unchecked: "smc"), after: 1)))
    #expect(next.reports.isEmpty)
    next.replay()
    let open = Position(instrument: Sample.id("PF_XBTUSD"), signedLots: 10)
    #expect(next.reports.map(\.body) == [.fill(fill), .position(open)])
    next.tell(Self.position(0))
    #expect(
      next.reports.last?.body
        == .position(
          Position(instrument: Sample.id("PF_XBTUSD"), signedLots: 0)))
  }

  /// It stayed in a position that was gone, and every cross became an exit of nothing.
  @Test func `a strategy hears that its position was closed while nobody told it`() {
    var drive = Self.holding()
    drive.tell(Self.position(0))
    drive.tell(.state("closed \(Sample.hash(1))"))
    var next = GateDrive()
    next.ledger = drive.ledger
    next.step(.greeted(Greeting(strategy: StrategyID(unchecked: "breakout"), after: 0)))
    next.replay()
    let flat = Position(instrument: Sample.id("PF_XBTUSD"), signedLots: 0)
    #expect(next.reports.map(\.body) == [.position(flat)])
  }
}

@Suite("what a program may say")
struct ProgramGuardTests {
  private static let mine = StrategyID(unchecked: "mine")
  private static let wall = WallTime(milliseconds: Sample.wall)

  @Test func `a flood is denied, and a minute later the program is heard again`() {
    var rules = ProgramGuard()
    let start = MachineTime(nanoseconds: 0)
    let denied = (0..<10_000).count { _ in rules.rate(Self.mine, now: start) != nil }
    #expect(denied == 10_000 - Int(ProgramGuard.burst))
    #expect(rules.throttled == UInt64(denied))
    #expect(rules.rate(StrategyID(unchecked: "other"), now: start) == nil)
    #expect(rules.rate(Self.mine, now: start.advanced(byMilliseconds: 60_000)) == nil)
  }

  @Test func `it speaks for itself alone, under ids of its own`() {
    let foreign = Sample.signal("mine/1")
    #expect(
      ProgramGuard.objection(to: foreign, from: Self.mine, now: Self.wall)?.reason
        == .foreignIdentity)
    let breakout = StrategyID(unchecked: "breakout")
    #expect(
      ProgramGuard.objection(to: Sample.signal("smc/1"), from: breakout, now: Self.wall)?.reason
        == .foreignIdentity)
    #expect(
      ProgramGuard.objection(to: Sample.signal("breakout/1"), from: breakout, now: Self.wall) == nil
    )
  }

  @Test func `nothing it says stays good for ever`() {
    let breakout = StrategyID(unchecked: "breakout")
    let eternal = Sample.signal("breakout/1", valid: 600_001)
    #expect(
      ProgramGuard.objection(to: eternal, from: breakout, now: Self.wall)?.reason == .validTooLong)
  }

  @Test func `a name on the link is a strategy only with the prefix of programs`() {
    #expect(ProgramGuard.strategy(of: "program/mine") == Self.mine)
    #expect(ProgramGuard.strategy(of: "signal-service") == nil)
  }
}
