package import Domain

/// The router's ledger as far as the gate needs it: a fold over its events, complete and in order.
///
/// Invariants: 1. Event `next` is the only one that is taken; what was missed has to be asked for.
/// 2. An intent occupies its instrument from its acceptance until nothing of it can become a
///    position; then the position does.
package struct LedgerFold: Hashable, Sendable {
  static let mostVerdicts = 4096

  private struct OpenIntent: Hashable, Sendable {
    let signal: SignalID
    let instrument: InstrumentID
    /// The entry has ended with something filled: from now on the position tells.
    var isFilled = false
  }

  /// Number of the next event.
  package private(set) var next: Int64 = 1
  package private(set) var account: AccountSnapshot?
  /// When the router wrote it down.
  package private(set) var accountAt: WallTime?
  /// Whose the positions are.
  package private(set) var ownership = OwnershipFold()
  /// What the last event means to the strategy it concerns.
  package private(set) var news: StrategyReport?
  private var open: [IntentHash: OpenIntent] = [:]
  private var lots: [InstrumentID: Int64] = [:]
  private var verdicts: [SignalID: Verdict] = [:]
  private var accepted: [SignalID: Signal] = [:]
  /// Signals in the order they were decided, so that the oldest are forgotten first.
  private var order: [SignalID] = []

  package init() {}

  package var openPositions: Int { lots.values.count { $0 != 0 } }

  /// Instruments with a position, or an intent that may become one.
  package var occupied: Set<InstrumentID> {
    Set(lots.filter { $0.value != 0 }.keys).union(open.values.map(\.instrument))
  }

  /// What the router said of this decision; a denial if it knows the name for another decision.
  package func verdict(on signal: Signal) -> Verdict? {
    guard let verdict = verdicts[signal.id] else { return nil }
    if let known = accepted[signal.id], !known.isSameDecision(as: signal) {
      return .denied([Denial(.contentMismatch, "\(signal.id)")])
    }
    return verdict
  }

  /// Takes the next event; false, and nothing taken, for any other.
  package mutating func apply(_ event: LedgerEvent) -> Bool {
    guard event.number == next else { return false }
    next += 1
    news = ownership.apply(event)
    switch event.body {
    case .intentAccepted(let hash, let intent):
      open[hash] = OpenIntent(signal: intent.signal.id, instrument: intent.signal.instrument)
      accepted[intent.signal.id] = intent.signal
      remember(intent.signal.id, .accepted(hash))
    case .intentDenied(let hash, let signal, let denial): deny(hash, signal, denial)
    case .execution(let report) where report.role == .entry && report.status.isTerminal:
      if report.cumulativeQuantity == .zero {
        open[report.intent] = nil
      } else {
        open[report.intent]?.isFilled = true
      }
    case .position(let position):
      lots[position.instrument] = position.isFlat ? nil : position.signedLots
      if position.isFlat {
        open = open.filter { !($0.value.instrument == position.instrument && $0.value.isFilled) }
      }
    case .account(let snapshot):
      account = snapshot
      accountAt = event.time
    case .state(let text):
      if text.hasPrefix("closed "), let hash = IntentHash(hexadecimal: text.dropFirst(7)) {
        open[hash] = nil
      }
    case .execution, .fill, .exitAccepted, .adopted, .tradeClosed, .risk: break
    }
    return true
  }

  private mutating func deny(_ hash: IntentHash, _ signal: SignalID, _ denial: Denial) {
    // The same hash may be that of an earlier intent, which lives on.
    if open[hash]?.signal == signal { open[hash] = nil }
    switch verdicts[signal] {
    case .denied(let earlier): verdicts[signal] = .denied(earlier + [denial])
    case .accepted, nil: remember(signal, .denied([denial]))
    }
  }

  private mutating func remember(_ signal: SignalID, _ verdict: Verdict) {
    if verdicts.updateValue(verdict, forKey: signal) == nil { order.append(signal) }
    // In batches, so that forgetting costs little.
    guard order.count > 2 * Self.mostVerdicts else { return }
    for old in order.prefix(Self.mostVerdicts) {
      verdicts[old] = nil
      accepted[old] = nil
    }
    order.removeFirst(Self.mostVerdicts)
  }
}
