/// The rows of every limit of the gate, in the order in which the configuration lists them.
///
/// Bounds and standards are in the unit of the row (see `RiskLimit.Unit`), where a percent is
/// 1 000 000 and a whole 100 000 000. What a demo sets otherwise stands in the configuration.
extension RiskLimit {
  package static let all: [RiskLimit] = sizing + caps + worth + prices + data + losses + shocks

  package static func named(_ key: String) -> RiskLimit? { byKey[key] }

  private static let byKey = Dictionary(
    all.map { ($0.configKey, $0) }, uniquingKeysWith: { first, _ in first })

  // How large: risk over the distance to the stop; leverage sets margin only.
  private static let sizing: [RiskLimit] = [
    RiskLimit(
      .riskPerTrade, "risk_per_trade_pct", .percent, .lower, 1000...10_000_000, standard: 300_000,
      .sizeBelowMinimum),
    RiskLimit(
      .kellyWinProbability, "kelly_win_prob", .ratio, .lower, 10_000_000...90_000_000,
      standard: 55_000_000,
      .sizeBelowMinimum),
    RiskLimit(
      .kellyWinLoss, "kelly_win_loss_ratio", .ratio, .lower, 100_000_000...10_000_000_000,
      standard: 200_000_000,
      .sizeBelowMinimum),
    RiskLimit(
      .kellyFraction, "kelly_max_fraction", .ratio, .lower, 1_000_000...100_000_000,
      standard: 25_000_000,
      .sizeBelowMinimum),
    RiskLimit(
      .riskPerEntry, "max_risk_per_trade_entry_pct", .percent, .lower, 100_000...10_000_000,
      standard: 2_000_000,
      .sizeBelowMinimum),
    RiskLimit(
      .volatilityHigh, "vol_sizing_atr_threshold_high", .ratio, .lower,
      100_000_000...10_000_000_000, standard: 150_000_000,
      .sizeBelowMinimum),
    RiskLimit(
      .volatilityLow, "vol_sizing_atr_threshold_low", .ratio, .lower, 0...100_000_000,
      standard: 50_000_000,
      .sizeBelowMinimum),
    RiskLimit(
      .volatilityPenalty, "vol_sizing_high_vol_penalty_pct", .percent, .higher, 0...90_000_000,
      standard: 30_000_000,
      .sizeBelowMinimum),
    RiskLimit(
      .volatilityBoost, "vol_sizing_low_vol_boost_pct", .percent, .lower, 0...50_000_000,
      standard: 20_000_000,
      .sizeBelowMinimum),
  ]

  // Caps: sizing keeps to them, and the formed size is judged by them again.
  private static let caps: [RiskLimit] = [
    RiskLimit(
      .maximumNotional, "max_notional_usd", .usd, .lower, 1_000_000...1_000_000_000_000_000,
      standard: 50_000_000_000,
      .maxNotional),
    RiskLimit(
      .maximumLeverage, "max_leverage", .ratio, .lower, 100_000_000...1_000_000_000,
      standard: 250_000_000,
      .effectiveLeverage),
    RiskLimit(
      .minimumNotional, "min_notional_usd", .usd, .higher, 0...1_000_000_000_000,
      standard: 10_000_000,
      .minNotional),
    RiskLimit(
      .maximumLoss, "max_loss_per_trade_usd", .usd, .lower, 1_000_000...1_000_000_000_000_000,
      standard: 500_000_000,
      .maxLossPerTrade),
    RiskLimit(
      .marginPerPosition, "max_margin_per_position_pct", .percent, .lower, 100_000...100_000_000,
      standard: 25_000_000,
      .marginPerPosition),
    RiskLimit(
      .positionShare, "max_position_equity_share_pct", .percent, .lower, 100_000...100_000_000,
      standard: 35_000_000,
      .positionEquityShare),
    RiskLimit(
      .instrumentNotional, "max_notional_per_instrument_usd", .usd, .lower,
      1_000_000...1_000_000_000_000_000, standard: 50_000_000_000,
      .maxInstrumentNotional),
    RiskLimit(
      .aggregateNotional, "max_aggregate_notional_pct", .percent, .lower, 1_000_000...1_000_000_000,
      standard: 200_000_000,
      .aggregateNotional),
    RiskLimit(
      .aggregateMargin, "max_aggregate_margin_pct", .percent, .lower, 1_000_000...100_000_000,
      standard: 80_000_000,
      .aggregateMargin),
    RiskLimit(
      .liquidationBuffer, "min_liquidation_buffer_pct", .percent, .higher, 1_000_000...90_000_000,
      standard: 35_000_000,
      .liquidationBuffer),
    RiskLimit(
      .liquidationProxy, "liquidation_proxy", .flag, .lower, 0...1, standard: 0,
      .liquidationBuffer),
    RiskLimit(
      .proxyShare, "proxy_max_leverage_share", .ratio, .lower, 10_000_000...100_000_000,
      standard: 90_000_000,
      .proxyLeverage),
    RiskLimit(
      .freeMargin, "min_free_margin_pct", .percent, .higher, 0...90_000_000, standard: 15_000_000,
      .freeMargin),
  ]

  // Whether it is worth it.
  private static let worth: [RiskLimit] = [
    RiskLimit(
      .takerFee, "taker_fee_bps", .basisPoints, .higher, 0...1_000_000, standard: 50_000,
      .costCap),
    RiskLimit(
      .fundingDaily, "funding_rate_daily_bps", .basisPoints, .higher, 0...5_000_000,
      standard: 100_000,
      .costCap),
    RiskLimit(
      .tightHold, "tight_smc_avg_hold_hours", .count, .higher, 1...24, standard: 6,
      .costCap),
    RiskLimit(
      .wideHold, "wide_structure_avg_hold_hours", .count, .higher, 1...720, standard: 36,
      .costDistortion),
    RiskLimit(
      .costCap, "tight_smc_cost_cap_bps", .basisPoints, .lower, 10_000...10_000_000,
      standard: 250_000,
      .costCap),
    RiskLimit(
      .rewardRisk, "tight_smc_min_rr_multiple", .ratio, .higher, 0...1_000_000_000,
      standard: 150_000_000,
      .rewardRisk),
    RiskLimit(
      .distortion, "wide_structure_max_distortion_pct", .percent, .lower,
      1_000_000...100_000_000_000, standard: 15_000_000,
      .costDistortion),
    RiskLimit(
      .edge, "min_edge_over_cost", .ratio, .higher, 0...10_000_000_000, standard: 500_000_000,
      .edgeBelowCost),
  ]

  // Prices at the moment of entry.
  private static let prices: [RiskLimit] = [
    RiskLimit(
      .collar, "collar_pct", .percent, .lower, 10_000...50_000_000, standard: 1_000_000,
      .priceCollar),
    RiskLimit(
      .collarWindow, "collar_window_s", .seconds, .higher, 1000...3_600_000, standard: 60_000,
      .collarWindow),
    RiskLimit(
      .collarWindowMove, "collar_window_pct", .percent, .lower, 100_000...100_000_000,
      standard: 3_000_000,
      .collarWindow),
    RiskLimit(
      .minimumStop, "min_stop_pct", .percent, .higher, 1000...50_000_000, standard: 50_000,
      .stopTooClose),
    RiskLimit(
      .spread, "max_entry_spread_pct", .percent, .lower, 1000...10_000_000, standard: 500_000,
      .spread),
    RiskLimit(
      .depth, "min_entry_depth_multiple", .ratio, .higher, 0...10_000_000_000,
      standard: 100_000_000,
      .depth),
    RiskLimit(
      .basis, "basis_max_pct", .percent, .lower, 10_000...10_000_000, standard: 750_000,
      .basis),
    RiskLimit(
      .basisOpen, "basis_max_post_pct", .percent, .lower, 10_000...10_000_000, standard: 750_000,
      .basis),
    RiskLimit(
      .entriesPerTenSeconds, "max_entries_per_10_s", .count, .lower, 1...1000, standard: 10,
      .entryRate),
    RiskLimit(
      .entriesPerMinute, "max_entries_per_minute", .count, .lower, 1...6000, standard: 60,
      .entryRate),
  ]

  // What is old, early or broken is not known.
  private static let data: [RiskLimit] = [
    RiskLimit(
      .stale, "stale_after_ms", .milliseconds, .lower, 100...3_600_000, standard: 5000,
      .staleMarketData),
    RiskLimit(
      .staleAccount, "stale_account_ms", .milliseconds, .lower, 1000...3_600_000, standard: 60_000,
      .staleAccount),
    RiskLimit(
      .clockSkew, "max_clock_skew_ms", .milliseconds, .lower, 10...60_000, standard: 1000,
      .clockSkew),
    RiskLimit(
      .signalAge, "max_signal_age_s", .seconds, .lower, 1000...86_400_000, standard: 120_000,
      .signalTooOld),
    RiskLimit(
      .signalAhead, "max_signal_ahead_s", .seconds, .lower, 1000...86_400_000, standard: 120_000,
      .signalAhead),
    RiskLimit(
      .healthy, "min_healthy_pct", .percent, .higher, 0...100_000_000, standard: 25_000_000,
      .dataUnhealthy),
  ]

  // Positions and losses.
  private static let losses: [RiskLimit] = [
    RiskLimit(
      .maximumPositions, "max_positions", .count, .lower, 1...1000, standard: 4,
      .maxPositions),
    RiskLimit(
      .dailyLoss, "daily_loss_limit_pct", .percent, .lower, 100_000...90_000_000,
      standard: 5_000_000,
      .dailyLoss),
    RiskLimit(
      .dailyLossWarning, "daily_loss_warn_pct", .percent, .lower, 1_000_000...100_000_000,
      standard: 70_000_000,
      .dailyLoss),
    RiskLimit(
      .drawdownDegraded, "drawdown_degraded_pct", .percent, .lower, 100_000...95_000_000,
      standard: 10_000_000,
      .drawdown),
    RiskLimit(
      .drawdownHalt, "drawdown_halt_pct", .percent, .lower, 100_000...95_000_000,
      standard: 15_000_000,
      .drawdown),
    RiskLimit(
      .marginDegraded, "margin_degraded_pct", .percent, .lower, 1_000_000...100_000_000,
      standard: 85_000_000,
      .marginUtilisation),
    RiskLimit(
      .marginHalt, "margin_halt_pct", .percent, .lower, 1_000_000...100_000_000,
      standard: 92_000_000,
      .marginUtilisation),
    RiskLimit(
      .marginHaltsADay, "margin_halts_per_day", .count, .lower, 0...100, standard: 2,
      .marginLatch),
    RiskLimit(
      .positionsDegraded, "positions_degraded", .count, .lower, 2...2000, standard: 11,
      .positionCount),
    RiskLimit(
      .positionsHalt, "positions_halt", .count, .lower, 2...2000, standard: 12,
      .positionCount),
    RiskLimit(
      .minimumEquity, "min_equity_usd", .usd, .higher, 0...1_000_000_000_000_000,
      standard: 10_000_000,
      .equityFloor),
    RiskLimit(
      .recovery, "state_recovery_s", .seconds, .higher, 0...86_400_000, standard: 300_000,
      .tradingState),
  ]

  // A market in shock.
  private static let shocks: [RiskLimit] = [
    RiskLimit(
      .shockMove, "shock_move_pct_per_min", .percent, .lower, 100_000...100_000_000,
      standard: 5_000_000,
      .shockGuard),
    RiskLimit(
      .shockBasis, "shock_basis_pct", .percent, .lower, 100_000...100_000_000, standard: 1_500_000,
      .shockGuard),
    RiskLimit(
      .shockCount, "shock_market_wide_count", .count, .lower, 1...1000, standard: 3,
      .shockGuard),
    RiskLimit(
      .shockPause, "shock_pause_s", .seconds, .higher, 1000...86_400_000, standard: 1_800_000,
      .shockGuard),
  ]
}
