import Daemon

extension RiskPolicy {
  /// What the configuration says, in milliseconds and hundred-millionths.
  init(_ configured: RiskStateSettings, takerFee: Int64) {
    self.init()
    self.takerFee = takerFee
    let minute: Int64 = 60_000
    let hour: Int64 = 3_600_000
    dayStart = configured.dayStartsMinutes * minute
    plausiblePeak = Self.share(configured.plausiblePeakPercent / 100)
    streakTight = Int(configured.streakTight)
    streakTightPause = configured.streakTightPauseMinutes * minute
    streakWide = Int(configured.streakWide)
    streakWidePause = configured.streakWidePauseMinutes * minute
    countedLoss = Self.share(configured.countedLossBps / 10_000)
    symbolLosses = Int(configured.symbolLosses)
    symbolWindow = configured.symbolWindowHours * hour
    symbolBlock = configured.symbolBlockHours * hour
    afterWin = configured.afterWinMinutes * minute
    afterLoss = configured.afterLossMinutes * minute
    afterStrategy = configured.afterStrategyMinutes * minute
    executions = Int(configured.strategyMaxExecutions)
    executionWindow = configured.strategyWindowSeconds * 1000
    rejects = Int(configured.maxRejects)
    rejectsWindow = configured.rejectsWindowSeconds * 1000
    confirmByAnother = configured.confirmByAnother
    stoplossGuard = Protection(configured.stoplossGuard)
    stoplossGuardPerPair = configured.stoplossGuardOnlyPerPair
    maxDrawdown = Protection(configured.maxDrawdown)
    maxDrawdownShare = Self.share(configured.maxDrawdownPercent / 100)
    cooldownPeriod = configured.cooldownPeriodMinutes * minute
    lowProfitPairs = Protection(configured.lowProfitPairs)
    lowProfitShare = Self.share(configured.lowProfitRequiredPercent / 100)
  }

  private static func share(_ part: Double) -> Int64 {
    Int64((part * Double(whole)).rounded())
  }
}

extension RiskPolicy.Protection {
  fileprivate init(_ configured: RiskStateSettings.Protection) {
    self.init()
    lookback = configured.lookbackMinutes * 60_000
    trades = Int(configured.tradeLimit)
    stop = configured.stopMinutes * 60_000
  }
}
