import Domain

/// The risk state's events as a listener reads them.
enum RiskFields {
  typealias Fields = [(String, String)]

  static func of(_ change: RiskChange) -> Fields {
    switch change {
    case .figure(let figure, let value, _):
      let isCount = figure == .streakTight || figure == .streakWide
      return [
        ("type", "risk_figure"), ("name", figure.rawValue),
        ("value", isCount ? "\(value)" : Money(micros: value).description),
      ]
    case .locked(let lock):
      return [
        ("type", "risk_lock"), ("kind", lock.kind.rawValue), ("scope", lock.scope.description),
        ("until", lock.until.map { ISO8601.text(milliseconds: $0.milliseconds) } ?? "unlocked"),
        ("why", lock.why), ("by", lock.by),
      ]
    case .unlocked(let key, _, let by, let why):
      return [
        ("type", "risk_unlock"), ("kind", key.kind.rawValue), ("scope", key.scope.description),
        ("by", by), ("why", why),
      ]
    case .limit(let change):
      return [
        ("type", "limit"), ("key", change.key), ("from", "\(change.from)"), ("to", "\(change.to)"),
        ("state", change.state.rawValue), ("by", change.by), ("why", change.why),
      ]
    case .tradingState(let state):
      return [
        ("type", "risk_state"), ("state", state.word), ("why", state.why), ("by", state.by),
      ]
    }
  }

  static func of(_ trade: ClosedTrade, price: (Price) -> String, quantity: String) -> Fields {
    [
      ("type", "trade_closed"), ("intent", "\(trade.intent)"), ("signal", trade.signal.text),
      ("strategy", trade.strategy?.text ?? "adopted"), ("instrument", trade.instrument.symbol),
      ("direction", trade.direction.rawValue), ("quantity", quantity),
      ("entry", trade.entryPrice.map(price) ?? "unknown"),
      ("exit", trade.exitPrice.map(price) ?? "unknown"), ("end", trade.end.rawValue),
      ("profit", trade.profit?.description ?? "unknown"), ("fees", trade.fees.description),
    ]
  }
}
