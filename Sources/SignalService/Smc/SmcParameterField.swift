/// One parameter by the name it has in files: where it is kept and what it may be.
struct SmcParameterField {
  enum Kind {
    case whole(WritableKeyPath<SmcParameters, Int>, ClosedRange<Int>)
    case decimal(WritableKeyPath<SmcParameters, Double>, ClosedRange<Double>)
    case flag(WritableKeyPath<SmcParameters, Bool>)
    case entryMode
    case mitigation
    /// The reference ships it and reads it nowhere.
    case unread
  }

  let name: String
  let kind: Kind

  init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// What both variants read.
  ///
  /// Bounds are those of the reference's own table; a value on which it
  /// would stop (an `adx_period` other than 14, ten bars of a break) lies outside them.
  static var shared: [SmcParameterField] {
    indicators + structures + changes + entries
  }

  private static var indicators: [SmcParameterField] {
    [
      Self("ema_period", .whole(\.emaPeriod, 50...300)),
      Self("adx_period", .whole(\.adxPeriod, 14...14)),
      Self("adx_threshold", .decimal(\.adxThreshold, 10...40)),
      Self("atr_period", .whole(\.atrPeriod, 7...30)),
      Self("rsi_period", .whole(\.rsiPeriod, 7...30)),
      Self("rsi_divergence_check", .flag(\.rsiDivergenceCheck)),
      Self("rsi_divergence_lookback", .whole(\.rsiDivergenceLookback, 6...300)),
    ]
  }

  private static var structures: [SmcParameterField] {
    [
      Self("orderblock_lookback", .whole(\.orderBlockLookback, 20...200)),
      Self("ob_entry_mode", .entryMode),
      Self("ob_discount_pct", .decimal(\.discount, 0.1...0.5)),
      Self("bos_confirmation_candles", .whole(\.breakBars, 1...9)),
      Self("require_bos_confirmation", .flag(\.requiresBreak)),
      Self("ema_neutral_zone_bps", .decimal(\.neutralZoneBps, 0...100)),
      Self("min_score_tight_smc_aligned", .decimal(\.scoreTightAligned, 0...100)),
      Self("min_score_tight_smc_neutral", .decimal(\.scoreTightNeutral, 0...100)),
      Self("min_score_wide_structure_aligned", .decimal(\.scoreWideAligned, 0...100)),
      Self("min_score_wide_structure_neutral", .decimal(\.scoreWideNeutral, 0...100)),
      Self("fib_proximity_bps", .decimal(\.fibonacciBps, 0...100)),
    ]
  }

  private static var changes: [SmcParameterField] {
    [
      Self("require_ms_change_confirmation", .flag(\.requiresChange)),
      Self("ms_confirmation_candles", .whole(\.confirmationBars, 1...10)),
      Self("adaptive_enabled", .flag(\.isAdaptive)),
      Self("atr_confirmation_threshold_high", .decimal(\.highVolatility, 1...100)),
      Self("atr_confirmation_threshold_low", .decimal(\.lowVolatility, 0...1)),
      Self("max_confirmation_candles", .whole(\.mostConfirmationBars, 1...100)),
      Self("min_confirmation_candles", .whole(\.leastConfirmationBars, 1...100)),
      Self("skip_reconfirmation_in_trends", .flag(\.skipsReconfirmation)),
    ]
  }

  private static var entries: [SmcParameterField] {
    [
      Self("entry_zone_tolerance_pct", .decimal(\.zoneTolerance, 0.005...0.05)),
      Self("entry_zone_tolerance_adaptive", .flag(\.zoneToleranceIsAdaptive)),
      Self("entry_zone_tolerance_atr_mult", .decimal(\.zoneToleranceATR, 0.1...1)),
      Self("entry_zone_tolerance_score_penalty", .decimal(\.zonePenalty, -15...0)),
      Self("tight_smc_atr_stop_min", .decimal(\.tightStopLeast, 0.1...1)),
      Self("tight_smc_atr_stop_max", .decimal(\.tightStopMost, 0.1...1)),
      Self("wide_structure_atr_stop_min", .decimal(\.wideStopLeast, 0.5...2)),
      Self("wide_structure_atr_stop_max", .decimal(\.wideStopMost, 0.5...2)),
    ]
  }

  /// What only `corrected` reads.
  static var corrected: [SmcParameterField] {
    [
      Self("fvg_min_size_pct", .decimal(\.gapLeastSize, 0.0001...0.01)),
      Self("fvg_mitigation_mode", .mitigation),
      Self("fvg_partial_fill_pct", .decimal(\.gapPartialFill, 0...1)),
      Self("trade_fvg", .flag(\.tradesGaps)),
      Self("trade_bos", .flag(\.tradesBreaks)),
      Self("min_rr", .decimal(\.rewardLeast, 0.5...20)),
      Self("cost_bps", .decimal(\.costBps, 0...200)),
      Self("ms_change_expiry_bars", .whole(\.changeExpiryBars, 1...200)),
      Self("rearm_bars", .whole(\.rearmBars, 1...200)),
      Self("slippage_pct", .decimal(\.slippagePercent, 0...10)),
    ]
  }

  /// What the reference's files may hold beside: it has no reader there, so none here.
  static var unread: [SmcParameterField] {
    [
      "atr_multiplier_stop", "fvg_min_size_pct", "fvg_mitigation_mode", "fvg_partial_fill_pct",
      "ms_reconfirmation_candles", "base_confirmation_candles", "rsi_divergence_enabled",
      "abandon_ship_enabled", "time_based_exit_bars",
    ].map { Self($0, .unread) }
  }
}
