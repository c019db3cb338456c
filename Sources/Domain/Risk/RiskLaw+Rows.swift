// The one list of laws.
extension RiskLaw {
  package static let all: [RiskLaw] = ladders + sizes + margins + costs + neighbours

  /// Operating below degraded below halt: a limit that halts before it denies never denies.
  private static let ladders: [RiskLaw] = [
    RiskLaw(
      .limit(.maximumPositions), .below, .limit(.positionsDegraded),
      "the last allowed position would already stop entries"),
    RiskLaw(
      .limit(.positionsDegraded), .below, .limit(.positionsHalt),
      "it would halt before it stops entries"),
    RiskLaw(
      .limit(.aggregateMargin), .below, .limit(.marginDegraded),
      "using what is allowed would already stop entries"),
    RiskLaw(
      .limit(.marginDegraded), .below, .limit(.marginHalt),
      "it would halt before it stops entries"),
    RiskLaw(
      .limit(.dailyLoss), .atMost, .limit(.drawdownDegraded),
      "one allowed day would already count as a drawdown"),
    RiskLaw(
      .limit(.drawdownDegraded), .below, .limit(.drawdownHalt),
      "it would halt before it stops entries"),
    RiskLaw(
      .limit(.basis), .below, .limit(.shockBasis),
      "a basis that may be entered would be a shock"),
    RiskLaw(
      .limit(.entriesPerTenSeconds), .atMost, .limit(.entriesPerMinute),
      "ten seconds may not allow more than a minute"),
  ]

  private static let sizes: [RiskLaw] = [
    RiskLaw(
      .derived("risk_gate.risk_per_trade_pct × risk_gate.max_positions", .percent) {
        saturated($0[.riskPerTrade], $0[.maximumPositions], over: 1)
      }, .atMost, .derived("the account", .percent) { _ in RiskLimit.whole },
      "all stops together would lose more than there is"),
    RiskLaw(
      .limit(.riskPerTrade), .atMost, .limit(.riskPerEntry),
      "every entry would be above what an entry may risk"),
    RiskLaw(
      .limit(.minimumNotional), .below, .limit(.maximumNotional), "no size would be left"),
    RiskLaw(
      .limit(.maximumNotional), .atMost, .limit(.instrumentNotional),
      "a size that sizing allows would always be denied"),
    RiskLaw(
      .limit(.volatilityLow), .below, .limit(.volatilityHigh),
      "a market would be quiet and wild at once"),
    RiskLaw(
      .limit(.minimumStop), .below, .derived("half the price", .percent) { _ in whole / 2 },
      "no stop would be far enough"),
  ]

  /// Margins of risk.md, section 8: leverage, buffer and aggregates must leave room for each other.
  private static let margins: [RiskLaw] = [
    RiskLaw(
      .limit(.marginPerPosition), .atMost, .limit(.positionShare),
      "a position that sizing allows would always be denied"),
    RiskLaw(
      .limit(.positionShare), .atMost, .limit(.aggregateMargin),
      "one instrument would be allowed more than all together"),
    RiskLaw(
      .derived("risk_gate.max_aggregate_notional_pct ÷ risk_gate.max_leverage", .percent) {
        saturated($0[.aggregateNotional], whole, over: $0[.maximumLeverage])
      }, .atMost, .limit(.aggregateMargin),
      "margin would bind before the notional, which is the binding aggregate"),
    RiskLaw(
      .limit(.liquidationBuffer), .below,
      .derived("1 ÷ risk_gate.max_leverage", .percent) {
        saturated(whole, whole, over: $0[.maximumLeverage])
      }, "a position at its leverage would never have its buffer"),
    RiskLaw(
      .limit(.liquidationBuffer), .below,
      .derived("1 ÷ risk_gate.max_aggregate_notional_pct", .percent) {
        saturated(whole, whole, over: $0[.aggregateNotional])
      }, "the account at its aggregate would never have its buffer"),
  ]

  private static let costs: [RiskLaw] = [
    RiskLaw(
      .derived("the costs of a tight setup", .basisPoints) { EntryCost(.tight, $0).share },
      .atMost, .limit(.costCap), "every tight setup would be denied"),
    RiskLaw(
      .derived("the stop that the costs of a wide setup ask for", .percent) {
        saturated(EntryCost(.wide, $0).share, whole, over: $0[.distortion])
      }, .below, .derived("half the price", .percent) { _ in whole / 2 },
      "no wide setup would pass"),
  ]

  /// Against the rest of the configuration.
  private static let neighbours: [RiskLaw] = [
    RiskLaw(
      .around("breakout.slippage_pct", .percent, \.breakoutSlippage), .atMost, .limit(.collar),
      "what the strategy proposes would be outside the collar"),
    RiskLaw(
      .around("ema_cross.slippage_pct", .percent, \.emaCrossSlippage), .atMost, .limit(.collar),
      "what the strategy proposes would be outside the collar"),
    RiskLaw(
      .around("smc.slippage_pct", .percent, \.smcSlippage), .atMost, .limit(.collar),
      "what the strategy proposes would be outside the collar"),
    RiskLaw(
      .limit(.rewardRisk), .atMost, .around("smc.min_rr", .ratio, \.smcRewardRisk),
      "the gate would deny what the strategy calls good"),
    RiskLaw(
      .around("market_data.poll_interval_ms", .milliseconds, \.marketPoll), .below,
      .limit(.stale), "data would be stale between two readings"),
    RiskLaw(
      .around("order_router.reconcile_interval_ms", .milliseconds, \.reconcileInterval), .below,
      .limit(.staleAccount), "the account would be stale between two readings"),
    RiskLaw(
      .limit(.entriesPerTenSeconds), .atMost,
      .around("order_router.entries_per_10_s", .count, \.routerEntriesPerTenSeconds),
      "the router would deny what the gate lets through"),
    RiskLaw(
      .limit(.entriesPerMinute), .atMost,
      .around("order_router.entries_per_minute", .count, \.routerEntriesPerMinute),
      "the router would deny what the gate lets through"),
    RiskLaw(
      .limit(.maximumNotional), .atMost,
      .around("order_router.max_order_usd", .usd, \.routerOrder),
      "the router would deny what the gate lets through"),
    RiskLaw(
      .limit(.instrumentNotional), .atMost,
      .around("order_router.max_instrument_usd", .usd, \.routerInstrument),
      "the router would deny what the gate lets through"),
  ]

  private static let whole = RiskLimit.whole

  private static func saturated(_ value: Int64, _ factor: Int64, over divisor: Int64) -> Int64 {
    guard divisor > 0 else { return .max }
    return Int64(
      clamping: Rounding.up.divide(Int128(value) * Int128(factor), by: Int128(divisor)))
  }
}
