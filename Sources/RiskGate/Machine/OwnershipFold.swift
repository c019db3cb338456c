package import Domain

/// Whose each position is, and what its strategy is told of it: a fold over the router's events.
///
/// Invariants: 1. A position belongs to the last entry that was accepted on its instrument, until
/// it is flat; one that was adopted belongs to no strategy. 2. Memory is bounded by what is open
/// and by `mostKept` reports a strategy.
package struct OwnershipFold: Hashable, Sendable {
  /// Reports of one strategy that can be told again.
  static let mostKept = 256
  static let mostStrategies = 64

  private struct Owner: Hashable, Sendable {
    let strategy: StrategyID
    let signal: SignalID
    let instrument: InstrumentID
  }

  private var owners: [IntentHash: Owner] = [:]
  /// The last entry accepted on each instrument; nil after an adoption.
  private var newest: [InstrumentID: IntentHash] = [:]
  private var orders: [ClientOrderID: IntentHash] = [:]
  /// Exits under way, by the intent whose position they close.
  private var exits: [IntentHash: IntentHash] = [:]
  private var positions: [InstrumentID: Position] = [:]
  private var kept: [StrategyID: [StrategyReport]] = [:]

  package init() {}

  /// The strategy and the signal that a position on `instrument` belongs to; nil when it is flat.
  package func owner(on instrument: InstrumentID) -> (strategy: StrategyID, signal: SignalID)? {
    guard positions[instrument]?.isFlat == false,
      let owner = newest[instrument].flatMap({
        owners[$0]
      })
    else { return nil }
    return (owner.strategy, owner.signal)
  }

  package func isFlat(_ instrument: InstrumentID) -> Bool {
    positions[instrument]?.isFlat ?? true
  }

  /// The exit that a strategy's proposal has begun on the position of `signal`, if one runs.
  package func exit(of signal: SignalID, on instrument: InstrumentID) -> IntentHash? {
    guard let position = newest[instrument], owners[position]?.signal == signal else { return nil }
    return exits[position]
  }

  /// Takes an event, in order; what the strategy it concerns has to hear.
  package mutating func apply(_ event: LedgerEvent) -> StrategyReport? {
    switch event.body {
    case .intentAccepted(let hash, let intent):
      let signal = intent.signal
      owners[hash] = Owner(
        strategy: signal.strategy, signal: signal.id, instrument: signal.instrument)
      newest[signal.instrument] = hash
    case .exitAccepted(let hash, let exit):
      // Its orders' fills are told to whoever owns the position.
      owners[hash] = owners[exit.position]
      if exit.reason == .strategy { exits[exit.position] = hash }
    case .adopted(_, let adoption): newest[adoption.instrument] = nil
    case .execution(let report):
      if owners[report.intent] != nil { orders[report.clientOrderID] = report.intent }
    case .fill(let fill):
      guard let id = fill.clientOrderID, let owner = orders[id].flatMap({ owners[$0] }) else {
        return nil
      }
      return keep(event.number, owner, .fill(fill))
    case .position(let position):
      positions[position.instrument] = position.isFlat ? nil : position
      guard let owner = newest[position.instrument].flatMap({ owners[$0] }) else { return nil }
      return keep(event.number, owner, .position(position))
    case .state(let text):
      if text.hasPrefix("closed "), let hash = IntentHash(hexadecimal: text.dropFirst(7)) {
        forget(hash)
      }
    case .intentDenied(let hash, let signal, _):
      if owners[hash]?.signal == signal { forget(hash) }
    case .account, .tradeClosed, .risk: break
    }
    return nil
  }

  private mutating func forget(_ hash: IntentHash) {
    owners[hash] = nil
    exits[hash] = nil
    exits = exits.filter { $0.value != hash }
    orders = orders.filter { $0.value != hash }
    newest = newest.filter { $0.value != hash }
  }

  private mutating func keep(
    _ number: Int64, _ owner: Owner, _ body: StrategyReport.Body
  ) -> StrategyReport {
    let report = StrategyReport(
      number: number, strategy: owner.strategy, signal: owner.signal, body: body)
    guard kept[owner.strategy] != nil || kept.count < Self.mostStrategies else { return report }
    kept[owner.strategy, default: []].append(report)
    if kept[owner.strategy, default: []].count > Self.mostKept {
      kept[owner.strategy]?.removeFirst()
    }
    return report
  }

  /// What a strategy is told that has only begun, or was not told for a while: its kept reports
  /// after `number` (none for 0), that what it held last is flat by now, then its open positions as
  /// they are; of every strategy when none is named.
  package func reports(
    to strategy: StrategyID?, after number: Int64, at last: Int64
  ) -> [StrategyReport] {
    let concerned = kept.keys.sorted().filter { strategy == nil || $0 == strategy }
    let past =
      number <= 0 ? [] : concerned.flatMap { kept[$0] ?? [] }.filter { $0.number > number }
    let open = positions.keys.sorted().compactMap { instrument -> StrategyReport? in
      guard let position = positions[instrument],
        let owner = newest[instrument].flatMap({ owners[$0] }),
        strategy == nil || owner.strategy == strategy
      else { return nil }
      return StrategyReport(
        number: max(last, 1), strategy: owner.strategy, signal: owner.signal,
        body: .position(position))
    }
    return past + (number <= 0 ? concerned.flatMap(flat) : []) + open
  }

  /// Of each instrument the last report of a position, where it was flat and is.
  private func flat(of strategy: StrategyID) -> [StrategyReport] {
    var last: [InstrumentID: StrategyReport] = [:]
    for report in kept[strategy] ?? [] {
      if case .position = report.body { last[report.instrument] = report }
    }
    return last.values.filter { report in
      guard case .position(let position) = report.body, position.isFlat else { return false }
      return owner(on: report.instrument)?.strategy != strategy
    }.sorted { ($0.number, $0.instrument) < ($1.number, $1.instrument) }
  }
}
