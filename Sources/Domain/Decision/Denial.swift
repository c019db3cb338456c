/// Why one of *our* layers said no, with the numbers that said it. (A venue's no is a rejection.)
package struct Denial: Hashable, Sendable, CustomStringConvertible {
  package let reason: DenialReason
  /// `key=value` pairs, such as `position=1.5 limit=2.0`; at most 256 bytes.
  package let detail: String

  package init(_ reason: DenialReason, _ detail: String = "") {
    self.reason = reason
    self.detail = Self.bounded(detail)
  }

  /// As many whole characters of `detail` as fit 256 bytes.
  private static func bounded(_ detail: String) -> String {
    guard detail.utf8.count > 256 else { return detail }
    var bytes = 0
    let whole = detail.prefix { character in
      bytes += character.utf8.count
      return bytes <= 256
    }
    return String(whole)
  }

  package var description: String {
    detail.isEmpty ? reason.rawValue : "\(reason.rawValue): \(detail)"
  }
}

/// The closed set of reasons; the raw values are stable, scripts and reports count by them.
package enum DenialReason: String, CaseIterable, Hashable, Sendable {
  // The gate
  case malformed = "MALFORMED"
  case expired = "EXPIRED"
  case unknownInstrument = "UNKNOWN_INSTRUMENT"
  case instrumentNotTradeable = "INSTRUMENT_NOT_TRADEABLE"
  case staleMarketData = "STALE_MARKET_DATA"
  case staleAccount = "STALE_ACCOUNT"
  case priceCollar = "PRICE_COLLAR"
  case stopTooClose = "STOP_TOO_CLOSE"
  case sizeBelowMinimum = "SIZE_BELOW_MINIMUM"
  case maxNotional = "MAX_NOTIONAL"
  case maxPositions = "MAX_POSITIONS"
  case gateNotReady = "GATE_NOT_READY"
  case foreignIdentity = "FOREIGN_IDENTITY"
  case foreignPosition = "FOREIGN_POSITION"
  case signalRate = "SIGNAL_RATE"
  case validTooLong = "VALID_TOO_LONG"

  // The gate: who and what
  case unknownStrategy = "UNKNOWN_STRATEGY"
  case blocklisted = "BLOCKLISTED"
  case tradingState = "TRADING_STATE"

  // The gate: the data it judges by
  case clockSkew = "CLOCK_SKEW"
  case signalTooOld = "SIGNAL_TOO_OLD"
  case signalAhead = "SIGNAL_FROM_FUTURE"
  case dataUnhealthy = "DATA_UNHEALTHY"
  case crossedBook = "CROSSED_BOOK"

  // The gate: prices at the moment of entry
  case collarWindow = "COLLAR_WINDOW"
  case spread = "SPREAD_MAX_EXCEEDED"
  case depth = "DEPTH_TOO_THIN"
  case basis = "BASIS_MAX_EXCEEDED"
  case shockGuard = "SHOCK_GUARD"

  // The gate: size, margin and costs
  case sizingInput = "SIZING_INPUT"
  case equityFloor = "EQUITY_FLOOR"
  case minNotional = "MIN_NOTIONAL"
  case venueMaxPosition = "VENUE_MAX_POSITION"
  case venueLeverage = "VENUE_LEVERAGE"
  case effectiveLeverage = "EFFECTIVE_LEVERAGE_EXCEEDED"
  case maxLossPerTrade = "MAX_LOSS_PER_TRADE"
  case marginPerPosition = "MAX_MARGIN_PER_POSITION"
  case marginInsufficient = "MARGIN_INSUFFICIENT"
  case positionEquityShare = "POSITION_EQUITY_SHARE"
  case maxInstrumentNotional = "MAX_INSTRUMENT_NOTIONAL"
  case aggregateNotional = "AGGREGATE_NOTIONAL"
  case aggregateMargin = "AGGREGATE_MARGIN"
  case liquidationBuffer = "LIQ_BUFFER_TOO_SMALL"
  case proxyLeverage = "PROXY_LEVERAGE"
  case freeMargin = "FREE_MARGIN"
  case costCap = "COST_CAP"
  case rewardRisk = "RR_TOO_SMALL"
  case costDistortion = "RR_DISTORTION_EXCEEDED"
  case edgeBelowCost = "EDGE_BELOW_COST"

  // The gate: positions, rate and losses
  case entryRate = "ENTRY_RATE"
  case positionCount = "POSITION_COUNT"
  case dailyLoss = "DAILY_LOSS_LIMIT"
  case drawdown = "DRAWDOWN_LIMIT"
  case marginUtilisation = "MARGIN_UTILISATION"

  // The gate: locks of the ledger
  case lossStreak = "LOSS_STREAK"
  case symbolLoss = "SYMBOL_LOSS"
  case postClose = "POST_CLOSE"
  case stoplossGuard = "STOPLOSS_GUARD"
  case protectionDrawdown = "PROTECTION_MAX_DRAWDOWN"
  case cooldownPeriod = "COOLDOWN_PERIOD"
  case lowProfitPairs = "LOW_PROFIT_PAIRS"
  case strategyThrottle = "STRATEGY_THROTTLE"
  case drawdownLatch = "DRAWDOWN_LATCH"
  case marginLatch = "MARGIN_LATCH"
  case dailyLossLatch = "DAILY_LOSS_LATCH"
  case manualLock = "MANUAL_LOCK"

  // The router's five layers
  case duplicateIntent = "LAYER1_DUPLICATE_INTENT"
  case symbolLocked = "LAYER2_SYMBOL_LOCKED"
  case positionExists = "LAYER3_POSITION_EXISTS"
  case venueDisagrees = "LAYER4_VENUE_DISAGREES"
  case venueUnreadable = "LAYER4_VENUE_UNREADABLE"
  case intentPending = "LAYER5_INTENT_PENDING"

  // The router otherwise
  case routerNotReady = "ROUTER_NOT_READY"
  case routerHalted = "ROUTER_HALTED"
  case diskNearlyFull = "DISK_NEARLY_FULL"
  case contentMismatch = "SAME_ID_OTHER_CONTENT"
  case killLatch = "KILL_LATCH"
  case instrumentFrozen = "INSTRUMENT_FROZEN"
  case clockUntrusted = "CLOCK_UNTRUSTED"
  case marginUnread = "MARGIN_UNREAD"
  case marginMode = "MARGIN_MODE"
  case orderRate = "ORDER_RATE"
  case maxOrderSize = "ROUTER_MAX_ORDER_SIZE"
  case maxOrderNotional = "ROUTER_MAX_ORDER_NOTIONAL"
  case maxExposure = "ROUTER_MAX_EXPOSURE"
  case routerMaxPositions = "ROUTER_MAX_POSITIONS"
  case routerMaxMargin = "ROUTER_MAX_MARGIN"
  case riskLocked = "ROUTER_RISK_LOCKED"
  case routerCollar = "ROUTER_PRICE_COLLAR"
  case outOverIn = "ROUTER_OUT_OVER_IN"
  case nothingToClose = "NOTHING_TO_CLOSE"
  case exitUnderWay = "EXIT_UNDER_WAY"
  case notSent = "NOT_SENT"
}
