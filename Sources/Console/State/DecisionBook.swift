import Domain

/// The newest decisions of the strategies and what became of each.
///
///     proposed ─► denied by the gate
///         └─► passed ─► denied by the router
///                  └─► accepted as an intent ─► the states of its entry order
struct DecisionBook {
  struct Row {
    let signal: Signal
    /// Wall milliseconds at which it was heard; 0 when only the ledger told of it.
    var heardAt: Int64
    var decidedAt: Int64?
    var quantity: Quantity?
    var denials: [Denial] = []
    /// `gate` or `router`, of whoever denied it.
    var deniedBy: String?
    var intent: IntentHash?
    var state: IntentState?

    var outcome: String {
      if deniedBy != nil { return "denied" }
      if let state { return state.rawValue }
      return decidedAt == nil ? "proposed" : "passed"
    }
  }

  /// How far decisions have come while this process listened.
  struct Funnel {
    var signals: UInt64 = 0
    var passed: UInt64 = 0
    var intents: UInt64 = 0
    var orders: UInt64 = 0
    var filled: UInt64 = 0
    /// By stage and code of the reason.
    var denied: [String: [String: UInt64]] = [:]
  }

  static let most = 10_000
  private static let explanationsKept = 2000
  /// A decision has up to 96 checks.
  private static let checksKept = 300

  private(set) var rows = Ring<Row>(capacity: most)
  private var places: [SignalID: Int] = [:]
  private var explanations: [SignalID: Explanation] = [:]
  private var explained = Ring<SignalID>(capacity: explanationsKept)
  private var checks: [SignalID: [RiskCheck]] = [:]
  private var checked = Ring<SignalID>(capacity: checksKept)
  private(set) var funnel = Funnel()
  /// Whether what comes now is no history.
  var isCounting = true

  /// How many of those that became an intent stand where.
  var states: [String: Int] {
    var states: [String: Int] = [:]
    for number in rows.first..<rows.end {
      if let state = rows[number].state { states[state.rawValue, default: 0] += 1 }
    }
    return states
  }

  func row(_ id: SignalID) -> Row? { places[id].map { rows[$0] } }
  func explanation(_ id: SignalID) -> Explanation? { explanations[id] }
  /// What the gate looked at, of the newest decisions; those that said no first.
  func checks(_ id: SignalID) -> [RiskCheck] {
    let all = checks[id] ?? []
    return all.filter { !$0.passed } + all.filter(\.passed)
  }

  /// Whether it was not known before.
  @discardableResult
  mutating func propose(_ signal: Signal, heardAt: Int64) -> Bool {
    guard places[signal.id] == nil else { return false }
    if let oldest = rows.append(Row(signal: signal, heardAt: heardAt)) {
      places.removeValue(forKey: oldest.signal.id)
    }
    places[signal.id] = rows.end - 1
    if isCounting { funnel.signals += 1 }
    return true
  }

  mutating func explain(_ explanation: Explanation) {
    guard let id = explanation.signal, explanations[id] == nil else { return }
    explanations[id] = explanation
    if let oldest = explained.append(id) { explanations.removeValue(forKey: oldest) }
  }

  mutating func decide(_ decision: Decision, heardAt: Int64) {
    propose(decision.signal, heardAt: heardAt)
    if !decision.checks.isEmpty, checks[decision.signal.id] == nil {
      checks[decision.signal.id] = decision.checks
      if let oldest = checked.append(decision.signal.id) { checks.removeValue(forKey: oldest) }
    }
    change(decision.signal.id) { row, funnel in
      guard row.decidedAt == nil else { return }
      row.decidedAt = decision.time.milliseconds
      if decision.quantity.lots > 0 { row.quantity = decision.quantity }
      switch decision.verdict {
      case .accepted(let hash):
        row.intent = hash
        funnel.passed += 1
      case .denied(let denials): Self.deny(&row, &funnel, denials)
      }
    }
  }

  mutating func accept(_ hash: IntentHash, _ intent: OrderIntent) {
    propose(intent.signal, heardAt: 0)
    change(intent.signal.id) { row, funnel in
      guard row.state == nil else { return }
      row.intent = hash
      row.quantity = intent.quantity
      row.state = .accepted
      funnel.intents += 1
    }
  }

  /// An intent that was committed ends before its first byte.
  mutating func deny(_ id: SignalID, _ denial: Denial) {
    change(id) { row, funnel in
      row.state = .denied
      guard row.deniedBy == nil else { return }
      row.denials = [denial]
      row.deniedBy = "router"
      funnel.denied["router", default: [:]][denial.reason.rawValue, default: 0] += 1
    }
  }

  /// The entry order of that decision has come so far.
  mutating func progress(_ id: SignalID, _ status: OrderStatus) {
    change(id) { row, funnel in
      let next = IntentState(entry: status)
      guard row.state != next else { return }
      if status == .sending { funnel.orders += 1 }
      if status == .filled { funnel.filled += 1 }
      row.state = next
    }
  }

  private mutating func change(_ id: SignalID, _ body: (inout Row, inout Funnel) -> Void) {
    guard let place = places[id], rows.holds(place) else { return }
    var funnel = funnel
    body(&rows[place], &funnel)
    if isCounting { self.funnel = funnel }
  }

  private static func deny(_ row: inout Row, _ funnel: inout Funnel, _ denials: [Denial]) {
    row.denials = denials
    // The verdict is the gate's or, once the signal has passed it, the router's.
    let router = !denials.isEmpty && denials.allSatisfy { $0.isOfRouter }
    let stage = router ? "router" : "gate"
    row.deniedBy = stage
    if router { funnel.passed += 1 }
    for denial in denials {
      funnel.denied[stage, default: [:]][denial.reason.rawValue, default: 0] += 1
    }
  }
}

extension Denial {
  /// Whether one of the router's layers says it; the other codes are the gate's.
  fileprivate var isOfRouter: Bool {
    switch reason {
    case .duplicateIntent, .symbolLocked, .positionExists, .venueDisagrees, .venueUnreadable,
      .intentPending, .routerNotReady, .routerHalted, .diskNearlyFull, .contentMismatch,
      .killLatch, .instrumentFrozen, .clockUntrusted, .marginUnread, .marginMode, .orderRate,
      .maxOrderSize, .maxOrderNotional, .maxExposure, .routerMaxPositions, .routerMaxMargin,
      .riskLocked, .outOverIn, .nothingToClose, .exitUnderWay, .notSent:
      true
    default: false
    }
  }
}
