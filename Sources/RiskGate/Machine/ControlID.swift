/// The controls in the order in which they are listed and told.
package enum ControlID: Int, CaseIterable, Hashable, Sendable {
  // Who and what
  case coherentPrices
  case validity
  case strategy
  case instrument
  case tradeable
  case blocklist
  case tradingState
  // The data it is judged by
  case marketAge
  case staleStreams
  case accountAge
  case clockSkew
  case signalAge
  case signalAhead
  case healthyData
  case crossedBook
  // Prices at the moment of entry
  case spread
  case basis
  case collar
  case collarWindow
  case stopDistance
  case stopPassed
  case shock
  // Size and margin
  case equity
  case sizingInput
  case size
  case minimumNotional
  case notional
  case venueMaximum
  case venueLeverage
  case leverage
  case loss
  case positionMargin
  case availableMargin
  case positionShare
  case instrumentNotional
  case aggregateNotional
  case aggregateMargin
  case liquidationBuffer
  case proxyLeverage
  case freeMargin
  case depth
  // Whether it is worth it
  case costCap
  case rewardRisk
  case distortion
  case edge
  // Positions, rate and losses
  case positions
  case entriesPerTenSeconds
  case entriesPerMinute
  case positionCount
  case dailyLoss
  case drawdown
  case marginUtilisation
  // Locks of the ledger
  case lossStreak
  case symbolLoss
  case postClose
  case stoplossGuard
  case protectionDrawdown
  case cooldownPeriod
  case lowProfitPairs
  case strategyThrottle
  case shockLock
  case drawdownLatch
  case marginLatch
  case dailyLossLatch
  case manualLock
}
