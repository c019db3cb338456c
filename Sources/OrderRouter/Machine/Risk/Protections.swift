import Domain

/// Locks that follow from closed trades: cool-downs, and freqtrade's protections by their names.
///
/// Pure: the newest trade is the one that has just closed, and what comes out is what it sets off.
enum Protections {
  private static let by = "order-router"

  /// `trades` end with the newest, which closed at `now` by our clock.
  static func locks(
    after trades: [ClosedTrade], _ policy: RiskPolicy, now: WallTime
  ) -> [RiskLock] {
    guard let newest = trades.last else { return [] }
    return [
      symbolLoss(newest, trades, policy, now), postClose(newest, policy, now),
      stoplossGuard(newest, trades, policy, now), maxDrawdown(newest, trades, policy, now),
      cooldownPeriod(newest, policy, now), lowProfitPairs(newest, trades, policy, now),
    ].compactMap { $0 }
  }

  /// A result nobody knows is no win.
  static func isLoss(_ trade: ClosedTrade) -> Bool { (trade.net?.micros ?? -1) < 0 }

  private static func lock(
    _ kind: RiskLock.Kind, _ scope: RiskLock.Scope, for span: Int64, _ now: WallTime, _ why: String
  ) -> RiskLock? {
    guard span > 0 else { return nil }
    return RiskLock(
      kind: kind, scope: scope, since: now, until: now.advanced(byMilliseconds: span), why: why,
      by: by)
  }

  private static func recent(
    _ trades: [ClosedTrade], within span: Int64, _ now: WallTime
  ) -> [ClosedTrade] {
    let from = now.advanced(byMilliseconds: -span)
    return trades.filter { $0.closedAt > from }
  }

  private static func symbolLoss(
    _ newest: ClosedTrade, _ trades: [ClosedTrade], _ policy: RiskPolicy, _ now: WallTime
  ) -> RiskLock? {
    guard policy.symbolLosses > 0, isLoss(newest) else { return nil }
    let losses = recent(trades, within: policy.symbolWindow, now)
      .count { $0.instrument == newest.instrument && isLoss($0) }
    guard losses >= policy.symbolLosses else { return nil }
    return lock(
      .symbolLoss, .instrument(newest.instrument), for: policy.symbolBlock, now,
      "losses=\(losses) limit=\(policy.symbolLosses) window_ms=\(policy.symbolWindow)")
  }

  private static func postClose(
    _ newest: ClosedTrade, _ policy: RiskPolicy, _ now: WallTime
  ) -> RiskLock? {
    let span =
      newest.end == .strategy
      ? policy.afterStrategy : isLoss(newest) ? policy.afterLoss : policy.afterWin
    let scope = newest.strategy.map { RiskLock.Scope.pair(newest.instrument, $0) }
    return lock(
      .postClose, scope ?? .instrument(newest.instrument), for: span, now,
      "end=\(newest.end.rawValue) net=\(newest.net?.description ?? "unknown") pause_ms=\(span)")
  }

  /// Stops that lost, of the whole account or of the pair, within the lookback.
  private static func stoplossGuard(
    _ newest: ClosedTrade, _ trades: [ClosedTrade], _ policy: RiskPolicy, _ now: WallTime
  ) -> RiskLock? {
    let rule = policy.stoplossGuard
    guard rule.trades > 0, newest.end == .stop, isLoss(newest) else { return nil }
    let stops = recent(trades, within: rule.lookback, now).count { trade in
      trade.end == .stop && isLoss(trade)
        && (!policy.stoplossGuardPerPair || trade.instrument == newest.instrument)
    }
    guard stops >= rule.trades else { return nil }
    return lock(
      .stoplossGuard,
      policy.stoplossGuardPerPair ? .instrument(newest.instrument) : .everything, for: rule.stop,
      now, "stops=\(stops) limit=\(rule.trades) lookback_ms=\(rule.lookback)")
  }

  /// (highest Σ net − Σ net now) ÷ equity, over the trades of the lookback.
  private static func maxDrawdown(
    _ newest: ClosedTrade, _ trades: [ClosedTrade], _ policy: RiskPolicy, _ now: WallTime
  ) -> RiskLock? {
    let rule = policy.maxDrawdown
    guard rule.trades > 0 else { return nil }
    let looked = recent(trades, within: rule.lookback, now)
    guard looked.count >= rule.trades, let equity = newest.equity,
      equity.micros > 0
    else { return nil }
    var sum: Int128 = 0
    var peak: Int128 = 0
    for trade in looked {
      sum += Int128(trade.net?.micros ?? 0)
      peak = max(peak, sum)
    }
    let fallen = (peak - sum) * Int128(RiskPolicy.whole)
    guard fallen > Int128(policy.maxDrawdownShare) * Int128(equity.micros) else { return nil }
    return lock(
      .maxDrawdown, .everything, for: rule.stop, now,
      "drawdown_micros=\(peak - sum) equity=\(equity) limit=\(policy.maxDrawdownShare)e-8")
  }

  private static func cooldownPeriod(
    _ newest: ClosedTrade, _ policy: RiskPolicy, _ now: WallTime
  ) -> RiskLock? {
    lock(
      .cooldownPeriod, .instrument(newest.instrument), for: policy.cooldownPeriod, now,
      "pause_ms=\(policy.cooldownPeriod)")
  }

  /// Σ net of the pair ÷ equity below what is required.
  private static func lowProfitPairs(
    _ newest: ClosedTrade, _ trades: [ClosedTrade], _ policy: RiskPolicy, _ now: WallTime
  ) -> RiskLock? {
    let rule = policy.lowProfitPairs
    guard rule.trades > 0 else { return nil }
    let looked = recent(trades, within: rule.lookback, now)
      .filter { $0.instrument == newest.instrument }
    guard looked.count >= rule.trades, let equity = newest.equity,
      equity.micros > 0
    else { return nil }
    let sum = looked.reduce(Int128(0)) { $0 + Int128($1.net?.micros ?? 0) }
    guard
      sum * Int128(RiskPolicy.whole) < Int128(policy.lowProfitShare) * Int128(equity.micros)
    else { return nil }
    return lock(
      .lowProfitPairs, .instrument(newest.instrument), for: rule.stop, now,
      "net_micros=\(sum) trades=\(looked.count) equity=\(equity) "
        + "required=\(policy.lowProfitShare)e-8")
  }
}
