import Domain
import Testing

@testable import Wire

/// What the ledger tells of the risk state, and what the gate proposes.
extension Sample {
  /// Every kind of change, lock, scope and end.
  static func risk() throws -> [LedgerEvent.Body] {
    var bodies: [LedgerEvent.Body] = [
      .risk(.limit(limit(.asked))), .risk(.limit(limit(.set))), .risk(.tradingState(state)),
      .risk(
        .unlocked(RiskLock.Key(.shock, .everything), at: wall, by: "ann (uid 0)", why: "ok")),
    ]
    for figure in RiskFigure.allCases { bodies.append(.risk(.figure(figure, -5, at: wall))) }
    for kind in RiskLock.Kind.allCases {
      bodies.append(.risk(.locked(try lock(kind, .everything, until: nil))))
    }
    let strategy = StrategyID(unchecked: "a:b")
    let scopes: [RiskLock.Scope] = [
      .strategy(strategy), .instrument(try signal().instrument),
      .pair(try signal().instrument, strategy), .setups(.tight), .setups(.wide),
    ]
    for scope in scopes {
      let until = wall.advanced(byMilliseconds: 5)
      bodies.append(.risk(.locked(try lock(.manual, scope, until: until))))
    }
    for end in ClosedTrade.End.allCases { bodies.append(.tradeClosed(try trade(end, knows: true))) }
    bodies.append(.tradeClosed(try trade(.vanished, knows: false)))
    return bodies
  }

  static func proposals() throws -> [RiskProposal] {
    let bodies: [RiskProposal.Body] = [
      .lock(try lock(.shock, .everything, until: wall)), .tradingState(state),
    ]
    return bodies.map { RiskProposal(id: SignalID(unchecked: "r1"), body: $0, validUntil: wall) }
  }

  private static var state: RiskTradingState {
    RiskTradingState(word: "reducing", why: "drawdown 11 %", by: "risk-gate", at: wall)
  }

  private static func limit(_ state: LimitChange.State) -> LimitChange {
    LimitChange(
      key: "risk_gate.max_positions", from: 4, to: -1, configured: 3, state: state, at: wall,
      by: "ann", why: "x")
  }

  private static func lock(
    _ kind: RiskLock.Kind, _ scope: RiskLock.Scope, until: WallTime?
  ) throws -> RiskLock {
    RiskLock(kind: kind, scope: scope, since: wall, until: until, why: "losses=3", by: "router")
  }

  private static func trade(_ end: ClosedTrade.End, knows: Bool) throws -> ClosedTrade {
    let signal = try signal()
    return ClosedTrade(
      intent: try hash(), signal: signal.id, strategy: knows ? signal.strategy : nil,
      setup: knows ? signal.setup : nil, instrument: signal.instrument, direction: .short,
      quantity: Quantity(lots: 9), entryPrice: knows ? Price(ticks: 5) : nil,
      exitPrice: knows ? Price(ticks: 4) : nil, openedAt: wall, closedAt: wall,
      profit: knows ? .zero : nil, fees: Money(micros: 1), end: end,
      equity: knows ? Money(micros: -1) : nil)
  }
}

@Suite("risk messages")
struct RiskMessageTests {
  @Test func `a proposal survives the wire and is no intent, no exit and no signal`() throws {
    for proposal in try Sample.proposals() {
      let bytes = Codec.encode(proposal)
      #expect(try Codec.decodeRisk(bytes) == proposal)
      #expect(try Codec.decodeExit(bytes) == nil)
      #expect(throws: WireError.self) { try Codec.decodeIntent(bytes) }
    }
    #expect(try Codec.decodeRisk(Codec.encode(try Sample.intent())) == nil)
    #expect(try Codec.decodeRisk(Codec.encode(Sample.exit())) == nil)
  }

  @Test func `a proposal and something else in one payload is refused`() throws {
    let both = Codec.encode(try Sample.proposals()[0]) + Codec.encode(Sample.exit())
    #expect(throws: WireError.self) { try Codec.decodeRisk(both) }
    #expect(throws: WireError.self) { try Codec.decodeExit(both) }
  }

  @Test func `words that are unknown are refused with what they are`() {
    var lock = ProtoRiskLock()
    lock.kind = "party"
    lock.scope = "all"
    #expect(throws: WireError.self) { try RiskLock(lock) }
    lock.kind = "shock"
    lock.scope = "nobody"
    #expect(throws: WireError.self) { try RiskLock(lock) }
    var figure = ProtoRiskFigure()
    figure.name = "luck"
    #expect(throws: WireError.self) { try RiskChange(figure) }
    var trade = ProtoClosedTrade()
    trade.end = "happily"
    #expect(throws: WireError.self) { try ClosedTrade(trade) }
  }
}
