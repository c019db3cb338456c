/// The risk state as a fold over the ledger's events; router and gate hold the same.
///
/// Invariants:
/// 1. It moves by events only: whoever applied the same events holds the same book.
/// 2. What was limited, locked or counted is forgotten by an event only, a lock also by its time.
/// 3. Everything in it is bounded.
package struct RiskBook: Equatable, Sendable {
  package static let mostTrades = 512
  /// As many as may be accepted within a minute.
  package static let mostExecutions = 6000

  /// A figure and when it was taken.
  package struct Figure: Equatable, Sendable {
    package let value: Int64
    package let at: WallTime

    package init(value: Int64, at: WallTime) {
      self.value = value
      self.at = at
    }
  }

  /// An entry that was accepted.
  package struct Execution: Equatable, Sendable {
    package let strategy: StrategyID
    package let at: WallTime

    package init(strategy: StrategyID, at: WallTime) {
      self.strategy = strategy
      self.at = at
    }
  }

  package var figures: [RiskFigure: Figure] = [:]
  /// Active ones and some whose time is over.
  package var locks: [RiskLock.Key: RiskLock] = [:]
  /// Changed limits by the key of the configuration.
  package var limits: [String: LimitChange] = [:]
  /// Loosenings that wait for their second confirmation.
  package var asked: [String: LimitChange] = [:]
  package var tradingState: RiskTradingState?
  /// The newest ones, oldest first.
  package var trades: [ClosedTrade] = []
  /// Newest accepted entries, oldest first.
  package var executions: [Execution] = []
  /// When a person last re-enabled a throttled strategy: what was before counts no more.
  package var enabledAt: [StrategyID: WallTime] = [:]

  package init() {}

  package mutating func apply(_ event: LedgerEvent) {
    switch event.body {
    case .intentAccepted(_, let intent): accepted(intent.signal.strategy, at: event.time)
    case .tradeClosed(let trade): apply(trade)
    case .risk(let change): apply(change)
    default: break
    }
  }

  package mutating func accepted(_ strategy: StrategyID, at time: WallTime) {
    executions.append(Execution(strategy: strategy, at: time))
    if executions.count > Self.mostExecutions { executions.removeFirst() }
  }

  package mutating func apply(_ trade: ClosedTrade) {
    trades.append(trade)
    if trades.count > Self.mostTrades { trades.removeFirst() }
  }

  package mutating func apply(_ change: RiskChange) {
    switch change {
    case .figure(let figure, let value, let time):
      figures[figure] = Figure(value: value, at: time)
    case .locked(let lock):
      // What is over goes with the next one, so that memory and file forget the same.
      locks = locks.filter { $0.value.isActive(at: lock.since) }
      locks[lock.key] = lock
      if case .strategy(let name) = lock.scope, lock.kind == .throttle { enabledAt[name] = nil }
    case .unlocked(let key, let time, _, _):
      locks[key] = nil
      if case .strategy(let name) = key.scope, key.kind == .throttle { enabledAt[name] = time }
    case .limit(let change) where change.state == .asked: asked[change.key] = change
    case .limit(let change):
      asked[change.key] = nil
      limits[change.key] = change
    case .tradingState(let state): tradingState = state
    }
  }
}

// MARK: - Questions

extension RiskBook {
  package func figure(_ figure: RiskFigure) -> Int64? { figures[figure]?.value }

  /// Locks that hold now, in a fixed order.
  package func activeLocks(at now: WallTime) -> [RiskLock] {
    locks.values.filter { $0.isActive(at: now) }.sorted { left, right in
      (left.since, left.kind.rawValue, left.scope.description)
        < (right.since, right.kind.rawValue, right.scope.description)
    }
  }

  /// Those of them that an entry of this strategy, instrument and setup is under.
  package func locks(
    _ strategy: StrategyID?, _ instrument: InstrumentID, _ setup: SetupID?, now: WallTime
  ) -> [RiskLock] {
    guard !locks.isEmpty else { return [] }
    return activeLocks(at: now).filter { $0.covers(strategy, instrument, setup) }
  }

  /// Entries of `strategy` that were accepted after `since` and count for its throttle.
  package func executions(of strategy: StrategyID, since: WallTime) -> Int {
    let from = max(since, enabledAt[strategy] ?? since)
    return executions.count { $0.strategy == strategy && $0.at > from }
  }
}
