/// Why some entries may not be made for a while, or until a named person says so.
package struct RiskLock: Hashable, Sendable {
  /// Which control set it; the raw values are stable.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    case lossStreak = "loss_streak"
    case symbolLoss = "symbol_loss"
    case postClose = "post_close"
    case stoplossGuard = "stoploss_guard"
    case maxDrawdown = "max_drawdown"
    case cooldownPeriod = "cooldown_period"
    case lowProfitPairs = "low_profit_pairs"
    case throttle
    case shock
    case drawdown
    case margin
    case dailyLoss = "daily_loss"
    case manual
  }

  /// What may not be entered.
  package enum Scope: Hashable, Sendable {
    case everything
    case strategy(StrategyID)
    case instrument(InstrumentID)
    case pair(InstrumentID, StrategyID)
    case setups(SetupClass)
  }

  /// There is one lock of a kind and scope at a time.
  package struct Key: Hashable, Sendable {
    package let kind: Kind
    package let scope: Scope

    package init(_ kind: Kind, _ scope: Scope) {
      self.kind = kind
      self.scope = scope
    }
  }

  package let kind: Kind
  package let scope: Scope
  package let since: WallTime
  /// From then on it locks no more; nil is until a named person unlocks it.
  package let until: WallTime?
  /// With its numbers; at most 200 bytes.
  package let why: String
  /// A process, or the person.
  package let by: String

  package init(
    kind: Kind, scope: Scope, since: WallTime, until: WallTime?, why: String, by: String
  ) {
    self.kind = kind
    self.scope = scope
    self.since = since
    self.until = until
    self.why = why
    self.by = by
  }

  package var key: Key { Key(kind, scope) }

  package func isActive(at now: WallTime) -> Bool { until.map { now < $0 } ?? true }

  /// Whether an entry of this strategy, instrument and setup is under it.
  package func covers(
    _ strategy: StrategyID?, _ instrument: InstrumentID, _ setup: SetupID?
  ) -> Bool {
    switch scope {
    case .everything: true
    case .strategy(let name): name == strategy
    case .instrument(let id): id == instrument
    case .pair(let id, let name): id == instrument && name == strategy
    case .setups(let setups): setups == SetupClass(setup)
    }
  }
}

extension RiskLock.Scope: CustomStringConvertible {
  /// `all`, `strategy:S`, `instrument:I`, `pair:I:S` or `setups:tight`.
  package var description: String {
    switch self {
    case .everything: "all"
    case .strategy(let name): "strategy:\(name)"
    case .instrument(let id): "instrument:\(id)"
    case .pair(let id, let name): "pair:\(id):\(name)"
    case .setups(let setups): "setups:\(setups.rawValue)"
    }
  }

  /// Nil for anything that is no such text.
  package init?(_ text: String) {
    guard text != "all" else {
      self = .everything
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let rest = String(parts[1])
    let scope: Self? =
      switch parts[0] {
      case "strategy": StrategyID(rest).map { .strategy($0) }
      case "instrument": InstrumentID(rest).map { .instrument($0) }
      case "setups": SetupClass(rawValue: rest).map { .setups($0) }
      case "pair": Self.pair(rest)
      default: nil
      }
    guard let scope else { return nil }
    self = scope
  }

  private static func pair(_ text: String) -> Self? {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let id = InstrumentID(parts[0]), let name = StrategyID(parts[1]) else {
      return nil
    }
    return .pair(id, name)
  }
}
