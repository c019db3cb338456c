import Domain

/// Events of the risk state as rows of text.
enum RiskEventText {
  static func fields(_ trade: ClosedTrade) -> [String: Any] {
    var fields: [String: Any] = [
      "intent": "\(trade.intent)", "signal": trade.signal.text,
      "instrument": trade.instrument.symbol, "direction": trade.direction.rawValue,
      "quantity_lots": trade.quantity.lots, "opened_ms": trade.openedAt.milliseconds,
      "closed_ms": trade.closedAt.milliseconds, "fees_micros": trade.fees.micros,
      "end": trade.end.rawValue,
    ]
    fields["strategy"] = trade.strategy?.text
    fields["setup"] = trade.setup?.text
    fields["entry_ticks"] = trade.entryPrice?.ticks
    fields["exit_ticks"] = trade.exitPrice?.ticks
    fields["profit_micros"] = trade.profit?.micros
    fields["equity_micros"] = trade.equity?.micros
    return fields
  }

  static func fields(_ change: RiskChange) -> (String, [String: Any]) {
    switch change {
    case .figure(let figure, let value, let time):
      return (
        "RISK_FIGURE", ["name": figure.rawValue, "value": value, "at_ms": time.milliseconds]
      )
    case .locked(let lock):
      var fields: [String: Any] = [
        "kind": lock.kind.rawValue, "scope": lock.scope.description,
        "since_ms": lock.since.milliseconds, "why": lock.why, "by": lock.by,
      ]
      fields["until_ms"] = lock.until?.milliseconds
      return ("RISK_LOCK", fields)
    case .unlocked(let key, let time, let by, let why):
      return (
        "RISK_UNLOCK",
        [
          "kind": key.kind.rawValue, "scope": key.scope.description, "at_ms": time.milliseconds,
          "by": by, "why": why,
        ]
      )
    case .limit(let change):
      return (
        "LIMIT",
        [
          "key": change.key, "from": change.from, "to": change.to,
          "configured": change.configured, "state": change.state.rawValue,
          "at_ms": change.at.milliseconds, "by": change.by, "why": change.why,
        ]
      )
    case .tradingState(let state):
      return (
        "RISK_STATE",
        ["word": state.word, "why": state.why, "by": state.by, "at_ms": state.at.milliseconds]
      )
    }
  }

  /// Nil when a value is missing or refused.
  static func body(_ type: String, _ fields: EventFields) -> LedgerEvent.Body? {
    type == "TRADE_CLOSED"
      ? fields.trade.map { .tradeClosed($0) } : fields.risk(type).map { .risk($0) }
  }
}

extension EventFields {
  private func time(_ key: String) -> WallTime? { number(key).map(WallTime.init(milliseconds:)) }

  fileprivate var trade: ClosedTrade? {
    guard let hash, let signal: SignalID = name("signal"), let instrument,
      let direction = text("direction").flatMap(Direction.init(rawValue:)),
      let lots = number("quantity_lots"), lots >= 0, let opened = time("opened_ms"),
      let closed = time("closed_ms"), let fees = number("fees_micros"),
      let end = text("end").flatMap(ClosedTrade.End.init(rawValue:))
    else { return nil }
    return ClosedTrade(
      intent: hash, signal: signal, strategy: name("strategy"), setup: name("setup"),
      instrument: instrument, direction: direction, quantity: Quantity(lots: lots),
      entryPrice: number("entry_ticks").map(Price.init(ticks:)),
      exitPrice: number("exit_ticks").map(Price.init(ticks:)), openedAt: opened, closedAt: closed,
      profit: number("profit_micros").map(Money.init(micros:)), fees: Money(micros: fees),
      end: end, equity: number("equity_micros").map(Money.init(micros:)))
  }

  fileprivate func risk(_ type: String) -> RiskChange? {
    switch type {
    case "RISK_FIGURE":
      guard let figure = text("name").flatMap(RiskFigure.init(rawValue:)),
        let value = number("value"), let at = time("at_ms")
      else { return nil }
      return .figure(figure, value, at: at)
    case "RISK_LOCK":
      guard let key, let since = time("since_ms"), let why = text("why"), let by = text("by") else {
        return nil
      }
      return .locked(
        RiskLock(
          kind: key.kind, scope: key.scope, since: since, until: time("until_ms"), why: why, by: by)
      )
    case "RISK_UNLOCK":
      guard let key, let at = time("at_ms"), let by = text("by"), let why = text("why") else {
        return nil
      }
      return .unlocked(key, at: at, by: by, why: why)
    case "LIMIT": return limit.map { .limit($0) }
    case "RISK_STATE":
      guard let word = text("word"), let why = text("why"), let by = text("by"),
        let at = time("at_ms")
      else { return nil }
      return .tradingState(RiskTradingState(word: word, why: why, by: by, at: at))
    default: return nil
    }
  }

  private var key: RiskLock.Key? {
    guard let kind = text("kind").flatMap(RiskLock.Kind.init(rawValue:)),
      let scope = text("scope").flatMap({ RiskLock.Scope($0) })
    else { return nil }
    return RiskLock.Key(kind, scope)
  }

  private var limit: LimitChange? {
    guard let key = text("key"), let from = number("from"), let to = number("to"),
      let configured = number("configured"),
      let state = text("state").flatMap(LimitChange.State.init(rawValue:)),
      let at = time("at_ms"), let by = text("by"), let why = text("why")
    else { return nil }
    return LimitChange(
      key: key, from: from, to: to, configured: configured, state: state, at: at, by: by, why: why)
  }
}
