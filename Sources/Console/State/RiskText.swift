import Domain

/// A change of the risk state as a line of text.
enum RiskText {
  static func of(_ change: RiskChange) -> String {
    switch change {
    case .figure(let figure, let value, _):
      let isCount = figure == .streakTight || figure == .streakWide
      return "\(figure.rawValue) \(isCount ? "\(value)" : Money(micros: value).description)"
    case .locked(let lock): return "locked \(lock.scope): \(lock.kind.rawValue), \(lock.why)"
    case .unlocked(let key, _, let by, let why):
      return "unlocked \(key.scope) from \(key.kind.rawValue) by \(by): \(why)"
    case .limit(let change):
      return "limit \(change.key) \(change.state.rawValue) by \(change.by): \(change.why)"
    case .tradingState(let state): return "measured state \(state.word): \(state.why)"
    }
  }
}
