/// The smart-money strategy's parameters by the names that its specification gives them.
///
/// Kept by name: their meaning, and what contradicts what, is known where they are used.
package struct SmcSettings: Equatable, Sendable {
  package private(set) var numbers: [String: Double] = [:]
  package private(set) var flags: [String: Bool] = [:]
  package private(set) var words: [String: String] = [:]

  init(_ section: ConfigurationSection) {
    readIndicators(section)
    readStructures(section)
    readChanges(section)
    readEntries(section)
    readExits(section)
  }

  private mutating func readIndicators(_ section: ConfigurationSection) {
    whole(section, "ema_period", 200, 50...300)
    whole(section, "adx_period", 14, 14...14)
    decimal(section, "adx_threshold", 25.0, 10...40)
    whole(section, "atr_period", 14, 7...30)
    whole(section, "rsi_period", 14, 7...30)
    flags["rsi_divergence_check"] = section.flag("rsi_divergence_check", true)
    whole(section, "rsi_divergence_lookback", 20, 6...300)
  }

  private mutating func readStructures(_ section: ConfigurationSection) {
    whole(section, "orderblock_lookback", 50, 20...200)
    word(section, "ob_entry_mode", "mid", ["high_low", "mid", "open", "discount"])
    decimal(section, "ob_discount_pct", 0.25, 0.1...0.5)
    whole(section, "bos_confirmation_candles", 3, 1...9)
    flags["require_bos_confirmation"] = section.flag("require_bos_confirmation", false)
    decimal(section, "ema_neutral_zone_bps", 10.0, 0...100)
    decimal(section, "min_score_tight_smc_aligned", 65.0, 0...100)
    decimal(section, "min_score_tight_smc_neutral", 75.0, 0...100)
    decimal(section, "min_score_wide_structure_aligned", 60.0, 0...100)
    decimal(section, "min_score_wide_structure_neutral", 70.0, 0...100)
    decimal(section, "fib_proximity_bps", 20.0, 0...100)
  }

  private mutating func readChanges(_ section: ConfigurationSection) {
    flags["require_ms_change_confirmation"] = section.flag("require_ms_change_confirmation", false)
    whole(section, "ms_confirmation_candles", 2, 1...10)
    flags["adaptive_enabled"] = section.flag("adaptive_enabled", true)
    decimal(section, "atr_confirmation_threshold_high", 1.5, 1...100)
    decimal(section, "atr_confirmation_threshold_low", 0.5, 0...1)
    whole(section, "max_confirmation_candles", 5, 1...100)
    whole(section, "min_confirmation_candles", 2, 1...100)
    flags["skip_reconfirmation_in_trends"] = section.flag("skip_reconfirmation_in_trends", true)
  }

  private mutating func readEntries(_ section: ConfigurationSection) {
    decimal(section, "entry_zone_tolerance_pct", 0.02, 0.005...0.05)
    flags["entry_zone_tolerance_adaptive"] = section.flag("entry_zone_tolerance_adaptive", true)
    decimal(section, "entry_zone_tolerance_atr_mult", 0.3, 0.1...1)
    decimal(section, "entry_zone_tolerance_score_penalty", -5.0, (-15)...0)
    decimal(section, "tight_smc_atr_stop_min", 0.3, 0.1...1)
    decimal(section, "tight_smc_atr_stop_max", 0.6, 0.1...1)
    decimal(section, "wide_structure_atr_stop_min", 1.0, 0.5...2)
    decimal(section, "wide_structure_atr_stop_max", 1.2, 0.5...2)
  }

  private mutating func readExits(_ section: ConfigurationSection) {
    decimal(section, "fvg_min_size_pct", 0.001, 0.0001...0.01)
    word(section, "fvg_mitigation_mode", "touched", ["touched", "partial", "full"])
    decimal(section, "fvg_partial_fill_pct", 0.5, 0...1)
    flags["trade_fvg"] = section.flag("trade_fvg", false)
    flags["trade_bos"] = section.flag("trade_bos", false)
    decimal(section, "min_rr", 2.0, 0.5...20)
    decimal(section, "cost_bps", 15.0, 0...200)
    whole(section, "ms_change_expiry_bars", 24, 1...200)
    whole(section, "rearm_bars", 24, 1...200)
    decimal(section, "slippage_pct", 0.1, 0...10)
  }

  private mutating func whole(
    _ section: ConfigurationSection, _ key: String, _ standard: Int64, _ bounds: ClosedRange<Int64>
  ) {
    numbers[key] = Double(section.integer(key, standard, bounds))
  }

  private mutating func decimal(
    _ section: ConfigurationSection, _ key: String, _ standard: Double,
    _ bounds: ClosedRange<Double>
  ) {
    numbers[key] = section.decimal(key, standard, bounds)
  }

  private mutating func word(
    _ section: ConfigurationSection, _ key: String, _ standard: String, _ known: [String]
  ) {
    words[key] = section.text(
      key, standard, expected: "one of \(known.joined(separator: ", "))"
    ) { known.contains($0) }
  }
}
