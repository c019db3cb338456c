package import Domain

/// The router's ledger as far as the gate needs it: a fold over its events, complete and in order.
///
/// Invariants: 1. Event `next` is the only one that is taken; what was missed has to be asked for.
/// 2. An intent occupies its instrument from its acceptance until nothing of it can become a
///    position; then the position does.
package struct LedgerFold: Sendable {
  static let mostVerdicts = 4096

  private struct OpenIntent: Hashable, Sendable {
    let signal: SignalID
    let instrument: InstrumentID
    let lots: Int64
    let worst: Int64
    var filled: Int64 = 0
    /// The entry has ended with something filled: from now on the position tells.
    var isFilled = false

    /// What may still be filled.
    var remaining: Int64 { isFilled ? 0 : max(0, lots - filled) }
  }

  /// What is open and what may become so on one instrument, at the worst.
  package struct Exposure: Hashable, Sendable {
    package let instrument: InstrumentID
    package let lots: Int64
    /// The worst price of a pending entry, in ticks; 0 without one.
    package let worst: Int64
  }

  /// Number of the next event.
  package private(set) var next: Int64 = 1
  package private(set) var account: AccountSnapshot?
  /// When the router wrote it down.
  package private(set) var accountAt: WallTime?
  /// Whose the positions are.
  package private(set) var ownership = OwnershipFold()
  /// Figures, locks and changed limits.
  package private(set) var risk = RiskBook()
  /// Of the gate's own latches.
  private(set) var latches = LatchFold()
  /// Of the account's readings: the highest, and the first of the day (UTC).
  private var highest: Int64?
  private var dayStart: (day: Int64, equity: Int64, at: WallTime)?
  /// What the last event means to the strategy it concerns.
  package private(set) var news: StrategyReport?
  private var open: [IntentHash: OpenIntent] = [:]
  private var lots: [InstrumentID: Int64] = [:]
  private var verdicts: [SignalID: Verdict] = [:]
  private var accepted: [SignalID: Signal] = [:]
  /// Signals in the order they were decided, so that the oldest are forgotten first.
  private var order: [SignalID] = []

  package init() {}

  /// The router's figure; until it has journaled one, that of the readings themselves.
  package var peakEquity: Int64? { risk.figure(.peakEquity) ?? highest }
  package var dayStartEquity: Int64? { risk.figure(.dayStartEquity) ?? dayStart?.equity }

  private mutating func mark(_ equity: Int64, at time: WallTime) {
    highest = max(highest ?? equity, equity)
    let day = time.milliseconds / 86_400_000
    if dayStart?.day != day { dayStart = (day, equity, time) }
  }

  /// When the day of `dayStartEquity` began.
  var dayStartedAt: WallTime? { risk.figures[.dayStartEquity]?.at ?? dayStart?.at }

  package var openPositions: Int { lots.values.count { $0 != 0 } }

  func hasPosition(_ id: InstrumentID) -> Bool { lots[id] != nil }

  /// Instruments with a position, or an intent that may become one.
  package var occupied: Set<InstrumentID> {
    Set(lots.filter { $0.value != 0 }.keys).union(open.values.map(\.instrument))
  }

  func occupiedCount(without id: InstrumentID) -> Int {
    guard !open.isEmpty else { return lots.count - (lots[id] == nil ? 0 : 1) }
    return occupied.subtracting([id]).count
  }

  /// All of them, in no order.
  ///
  /// A fill may be reported before the position is, so the larger of the two counts.
  package var exposures: [Exposure] {
    guard !open.isEmpty else {
      return lots.map {
        Exposure(instrument: $0.key, lots: Int64(clamping: $0.value.magnitude), worst: 0)
      }
    }
    return occupied.map { id in
      let pending = open.values.filter { $0.instrument == id }
      let filled = pending.reduce(Int64(0)) { Share.sum($0, $1.filled) }
      let remaining = pending.reduce(Int64(0)) { Share.sum($0, $1.remaining) }
      let position = Int64(clamping: (lots[id] ?? 0).magnitude)
      return Exposure(
        instrument: id, lots: Share.sum(max(position, filled), remaining),
        worst: pending.map(\.worst).max() ?? 0)
    }
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
    risk.apply(event)
    switch event.body {
    case .intentAccepted(let hash, let intent):
      open[hash] = OpenIntent(
        signal: intent.signal.id, instrument: intent.signal.instrument,
        lots: intent.quantity.lots, worst: intent.signal.worstPrice.ticks)
      accepted[intent.signal.id] = intent.signal
      remember(intent.signal.id, .accepted(hash))
    case .intentDenied(let hash, let signal, let denial): deny(hash, signal, denial)
    case .execution(let report) where report.role == .entry:
      let filled = report.cumulativeQuantity.lots
      let known = open[report.intent]?.filled ?? 0
      open[report.intent]?.filled = max(known, filled)
      guard report.status.isTerminal else { break }
      if filled == 0 { open[report.intent] = nil } else { open[report.intent]?.isFilled = true }
    case .position(let position):
      lots[position.instrument] = position.isFlat ? nil : position.signedLots
      if position.isFlat {
        open = open.filter { !($0.value.instrument == position.instrument && $0.value.isFilled) }
      }
    case .account(let snapshot):
      account = snapshot
      accountAt = event.time
      mark(snapshot.equity.micros, at: event.time)
    case .state(let text):
      if text.hasPrefix("closed "), let hash = IntentHash(hexadecimal: text.dropFirst(7)) {
        open[hash] = nil
      }
    case .risk(let change): latches.apply(change)
    case .execution, .fill, .exitAccepted, .adopted, .tradeClosed: break
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
