/// Which limit a row is; the order is that of `RiskLimit.all`.
package enum RiskLimitID: Int, CaseIterable, Hashable, Sendable {
  // How large: risk over the distance to the stop; leverage sets margin only.
  case riskPerTrade
  case kellyWinProbability
  case kellyWinLoss
  case kellyFraction
  case riskPerEntry
  case volatilityHigh
  case volatilityLow
  case volatilityPenalty
  case volatilityBoost
  // Caps: sizing keeps to them, and the formed size is judged by them again.
  case maximumNotional
  case maximumLeverage
  case minimumNotional
  case maximumLoss
  case marginPerPosition
  case positionShare
  case instrumentNotional
  case aggregateNotional
  case aggregateMargin
  case liquidationBuffer
  case liquidationProxy
  case proxyShare
  case freeMargin
  // Whether it is worth it.
  case takerFee
  case fundingDaily
  case tightHold
  case wideHold
  case costCap
  case rewardRisk
  case distortion
  case edge
  // Prices at the moment of entry.
  case collar
  case collarWindow
  case collarWindowMove
  case minimumStop
  case spread
  case depth
  case basis
  case basisOpen
  case entriesPerTenSeconds
  case entriesPerMinute
  // What is old, early or broken is not known.
  case stale
  case staleAccount
  case clockSkew
  case signalAge
  case signalAhead
  case healthy
  // Positions and losses.
  case maximumPositions
  case dailyLoss
  case dailyLossWarning
  case drawdownDegraded
  case drawdownHalt
  case marginDegraded
  case marginHalt
  case marginHaltsADay
  case positionsDegraded
  case positionsHalt
  case minimumEquity
  case recovery
  // A market in shock.
  case shockMove
  case shockBasis
  case shockCount
  case shockPause
}
