import Domain
import Ledger

// The risk state for people: every limit with value, bound and head-room.
extension RouterQueries {
  typealias Row = [String: Any]

  private var book: RiskBook { machine.book.risk }

  var risk: Row {
    var fields: Row = [
      "phase": machine.phase.rawValue, "trading_state": machine.tradingState.rawValue,
      "latched": machine.latch.isActive, "rows": rows, "locks": lockRows, "asked": askedRows,
    ]
    if let state = book.tradingState {
      fields["measured_state"] = state.word
      fields["measured_why"] = state.why
    }
    fields["equity"] = machine.equity?.description
    for figure in RiskFigure.allCases {
      guard let value = book.figures[figure] else { continue }
      fields[figure.rawValue] =
        figure.isCount ? "\(value.value)" : Money(micros: value.value).description
    }
    return fields
  }

  // MARK: - Limits

  private var rows: [Row] { exposureRows + lossRows + streakRows + throttleRows }

  private func row(
    _ control: String, _ value: String, _ bound: String, headroom: String, ok: Bool
  ) -> Row {
    ["control": control, "value": value, "bound": bound, "headroom": headroom, "ok": ok]
  }

  /// What is used of what the router itself allows.
  private var exposureRows: [Row] {
    let exposure = machine.exposure
    let largest = exposure.notional.values.max() ?? 0
    let equity = machine.equity
    return [
      count(SharedLimits.positions, Int64(exposure.slots)),
      money(RouterLimits.maxOrder, 0), money(SharedLimits.order, 0),
      money(RouterLimits.maxInstrument, largest), money(SharedLimits.instrument, largest),
      money(RouterLimits.maxTotal, exposure.total),
      share(SharedLimits.total, exposure.total, equity),
      share(SharedLimits.margin, exposure.margin, equity),
      count(RouterLimits.perTenSeconds, accepted(within: 10_000)),
      count(RouterLimits.perMinute, accepted(within: 60_000)),
    ].compactMap { $0 }
  }

  private func accepted(within span: Int64) -> Int64 {
    Int64(
      book.executions.reversed()
        .prefix { wallNow.milliseconds - $0.at.milliseconds < span }.count)
  }

  private func count(_ key: String, _ value: Int64) -> Row? {
    machine.limit(key).map { limit in
      row(key, "\(value)", "\(limit)", headroom: "\(limit - value)", ok: value <= limit)
    }
  }

  private func money(_ key: String, _ value: Int128) -> Row? {
    machine.limit(key).map { limit in
      let used = Money(micros: Int64(clamping: value))
      return row(
        key, "\(used) USD", "\(Money(micros: limit)) USD",
        headroom: "\(Money(micros: limit) - used) USD", ok: value <= Int128(limit))
    }
  }

  private func share(_ key: String, _ value: Int128, _ equity: Money?) -> Row? {
    machine.limit(key).map { limit in
      guard let equity, equity.micros > 0 else {
        let bound = RiskLimit.Unit.percent.text(limit)
        return row(key, "equity unknown", bound, headroom: "-", ok: false)
      }
      let part = Int64(
        clamping: Rounding.up.divide(
          min(value, 1 << 80) * Int128(RiskPolicy.whole), by: Int128(equity.micros)))
      return row(
        key, RiskLimit.Unit.percent.text(part), RiskLimit.Unit.percent.text(limit),
        headroom: RiskLimit.Unit.percent.text(limit - part), ok: part <= limit)
    }
  }

  /// What was lost since the day began and since the peak; their limits are the gate's.
  private var lossRows: [Row] {
    guard let equity = machine.equity else { return [] }
    return [
      fall("risk_gate.daily_loss_limit_pct", .dayStartEquity, equity),
      fall("risk_gate.drawdown_degraded_pct", .peakEquity, equity),
      fall("risk_gate.drawdown_halt_pct", .peakEquity, equity),
    ].compactMap { $0 }
  }

  private func fall(_ key: String, _ from: RiskFigure, _ equity: Money) -> Row? {
    guard let limit = machine.limit(key), let start = book.figure(from), start > 0 else {
      return nil
    }
    let lost = max(0, start - equity.micros)
    let part = Int64(
      clamping: Rounding.up.divide(Int128(lost) * Int128(RiskPolicy.whole), by: Int128(start)))
    return row(
      key, RiskLimit.Unit.percent.text(part), RiskLimit.Unit.percent.text(limit),
      headroom: RiskLimit.Unit.percent.text(limit - part), ok: part <= limit)
  }

  private var streakRows: [Row] {
    SetupClass.allCases.compactMap { setups in
      let limit = Int64(machine.settings.risk.streak(setups).limit)
      guard limit > 0 else { return nil }
      let losses = book.figure(.streak(setups)) ?? 0
      return row(
        "risk_state.loss_streak_cooldown_\(setups.rawValue)", "\(losses)", "\(limit)",
        headroom: "\(limit - losses)", ok: losses < limit)
    }
  }

  private var throttleRows: [Row] {
    let policy = machine.settings.risk
    guard policy.executions > 0 else { return [] }
    let since = wallNow.advanced(byMilliseconds: -policy.executionWindow)
    return Set(book.executions.filter { $0.at > since }.map(\.strategy)).sorted().map { strategy in
      let count = book.executions(of: strategy, since: since)
      return row(
        "risk_state.strategy_max_executions \(strategy)", "\(count)", "\(policy.executions)",
        headroom: "\(policy.executions - count)", ok: count < policy.executions)
    }
  }

  var limitRows: [Row] {
    machine.limits.map { limit in
      let value = book.effective(
        limit.key, configured: limit.configured, tighter: limit.tighter)
      var fields: Row = [
        "limit": limit.key, "value": limit.text(value), "configured": limit.text(limit.configured),
        "least": limit.unit.text(limit.range.lowerBound),
        "most": limit.unit.text(limit.range.upperBound), "tighter": limit.tighter.rawValue,
        "changed": value != limit.configured,
      ]
      if let change = book.limits[limit.key], value != limit.configured {
        fields["changed_at"] = ISO8601.text(milliseconds: change.at.milliseconds)
        fields["by"] = change.by
        fields["why"] = change.why
      }
      return fields
    }
  }

  private var askedRows: [Row] {
    book.asked.values.sorted { $0.key < $1.key }.filter { change in
      wallNow.milliseconds - change.at.milliseconds <= RouterMachine.confirmationMilliseconds
    }.map { change in
      let limit = machine.limits.first { $0.key == change.key }
      return [
        "limit": change.key, "to": limit?.text(change.to) ?? "\(change.to)", "by": change.by,
        "why": change.why, "at": ISO8601.text(milliseconds: change.at.milliseconds),
      ]
    }
  }

  // MARK: - Locks and trades

  var lockRows: [Row] {
    book.activeLocks(at: wallNow).map { lock in
      [
        "kind": lock.kind.rawValue, "scope": lock.scope.description,
        "since": ISO8601.text(milliseconds: lock.since.milliseconds),
        "until": lock.until.map { ISO8601.text(milliseconds: $0.milliseconds) } ?? "unlocked",
        "remaining_s": lock.until.map { ($0.milliseconds - wallNow.milliseconds + 999) / 1000 }
          ?? -1, "why": lock.why, "by": lock.by,
      ]
    }
  }

  /// The newest round trips, oldest first.
  func trades(_ arguments: [String: String]) throws -> [Row] {
    let count = arguments["count"].flatMap { Int($0) } ?? 100
    return book.trades.suffix(min(max(count, 1), RiskBook.mostTrades)).map { trade in
      var fields: Row = [
        "closed_at": ISO8601.text(milliseconds: trade.closedAt.milliseconds),
        "opened_at": ISO8601.text(milliseconds: trade.openedAt.milliseconds),
        "instrument": trade.instrument.symbol, "direction": trade.direction.rawValue,
        "quantity": text(trade.quantity, of: trade.instrument), "end": trade.end.rawValue,
        "fees": trade.fees.description, "intent": "\(trade.intent)", "signal": trade.signal.text,
      ]
      fields["strategy"] = trade.strategy?.text
      fields["setup"] = trade.setup?.text
      fields["entry_price"] = trade.entryPrice.map { text($0, of: trade.instrument) }
      fields["exit_price"] = trade.exitPrice.map { text($0, of: trade.instrument) }
      fields["profit"] = trade.profit?.description
      fields["net"] = trade.net?.description
      return fields
    }
  }
}

extension RiskFigure {
  /// Streaks are counts, everything else is money.
  fileprivate var isCount: Bool { self == .streakTight || self == .streakWide }
}
