/// By which numbers closed trades, entries and readings of the account become figures and locks.
///
/// Windows run in wall time. A demo replays its market many times faster, so there nothing locks
/// unless the configuration says so.
package struct RiskStateSettings: Equatable, Sendable {
  /// One of freqtrade's protections.
  package struct Protection: Equatable, Sendable {
    package let lookbackMinutes: Int64
    package let tradeLimit: Int64
    package let stopMinutes: Int64

    init(_ section: ConfigurationSection, _ name: String, limit: Int64, stop: Int64) {
      lookbackMinutes = section.integer("\(name)_lookback_min", 1440, 1...10_080)
      tradeLimit = section.integer("\(name)_trade_limit", limit, 0...512)
      stopMinutes = section.integer("\(name)_stop_min", stop, 1...10_080)
    }
  }

  package let dayStartsMinutes: Int64
  package let plausiblePeakPercent: Double
  package let streakTight: Int64
  package let streakTightPauseMinutes: Int64
  package let streakWide: Int64
  package let streakWidePauseMinutes: Int64
  package let countedLossBps: Double
  package let symbolLosses: Int64
  package let symbolWindowHours: Int64
  package let symbolBlockHours: Int64
  package let afterWinMinutes: Int64
  package let afterLossMinutes: Int64
  package let afterStrategyMinutes: Int64
  package let strategyMaxExecutions: Int64
  package let strategyWindowSeconds: Int64
  package let maxRejects: Int64
  package let rejectsWindowSeconds: Int64
  package let confirmByAnother: Bool
  package let stoplossGuard: Protection
  package let stoplossGuardOnlyPerPair: Bool
  package let maxDrawdown: Protection
  package let maxDrawdownPercent: Double
  package let cooldownPeriodMinutes: Int64
  package let lowProfitPairs: Protection
  package let lowProfitRequiredPercent: Double

  init(_ section: ConfigurationSection, profile: Profile) {
    let isDemo = profile == .demo
    dayStartsMinutes = section.integer("day_starts_utc_min", 0, 0...1439)
    plausiblePeakPercent = section.decimal("plausible_peak_pct", 50, 1...1000)
    streakTight = section.integer("loss_streak_cooldown_tight", isDemo ? 0 : 3, 0...10)
    streakTightPauseMinutes = section.integer("loss_streak_pause_minutes_tight", 120, 1...300)
    streakWide = section.integer("loss_streak_cooldown_wide", isDemo ? 0 : 5, 0...10)
    streakWidePauseMinutes = section.integer("loss_streak_pause_minutes_wide", 90, 1...300)
    countedLossBps = section.decimal("loss_streak_min_loss_bps", 20, 0...100)
    symbolLosses = section.integer("symbol_loss_count", isDemo ? 0 : 3, 0...100)
    symbolWindowHours = section.integer("symbol_loss_window_h", 24, 1...168)
    symbolBlockHours = section.integer("symbol_loss_block_h", 12, 1...168)
    afterWinMinutes = section.integer("post_close_cooldown_win_min", isDemo ? 0 : 15, 0...1440)
    afterLossMinutes = section.integer("post_close_cooldown_loss_min", isDemo ? 0 : 120, 0...1440)
    afterStrategyMinutes = section.integer(
      "post_close_cooldown_strategic_min", isDemo ? 0 : 120, 0...1440)
    strategyMaxExecutions = section.integer("strategy_max_executions", isDemo ? 0 : 20, 0...6000)
    strategyWindowSeconds = section.integer("strategy_exec_window_s", 3600, 1...86_400)
    maxRejects = section.integer("max_rejects", isDemo ? 0 : 5, 0...100)
    rejectsWindowSeconds = section.integer("rejects_window_s", 60, 1...3600)
    confirmByAnother = section.flag("confirm_by_another", false)
    stoplossGuard = Protection(section, "stoploss_guard", limit: 0, stop: 60)
    stoplossGuardOnlyPerPair = section.flag("stoploss_guard_only_per_pair", false)
    maxDrawdown = Protection(section, "max_drawdown", limit: 0, stop: 240)
    maxDrawdownPercent = section.decimal("max_drawdown_pct", 10, 0.1...90)
    cooldownPeriodMinutes = section.integer("cooldown_period_min", 0, 0...1440)
    lowProfitPairs = Protection(section, "low_profit_pairs", limit: 0, stop: 60)
    lowProfitRequiredPercent = section.decimal("low_profit_pairs_required_pct", 0, -50...50)
  }
}
