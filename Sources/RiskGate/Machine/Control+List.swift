import Domain

// The one list of controls, in the order in which they are told.
extension Control {
  package static let all: [Control] =
    whoAndWhat + data + prices + size + aggregates + worth + state
    + locks

  private static let whoAndWhat: [Control] = [
    Control(
      .coherentPrices, "incoherent_prices", .malformed, .count, .atMost, .fixed(0),
      isPresence: true, "prices are positive, the stop loses, each profit is beyond the last"),
    Control(
      .validity, "valid_for", .expired, .milliseconds, .atLeast, .fixed(1),
      "`validUntil` has not passed"),
    Control(
      .strategy, "known_strategy", .unknownStrategy, .flag, .atLeast, .fixed(1),
      "the strategy is one that was configured to run"),
    Control(
      .instrument, "known_instrument", .unknownInstrument, .flag, .atLeast, .fixed(1),
      isPresence: true, "market-data has told the contract's steps and margins"),
    Control(
      .tradeable, "tradeable", .instrumentNotTradeable, .flag, .atLeast, .fixed(1),
      "the venue takes orders for it"),
    Control(
      .blocklist, "blocklisted", .blocklisted, .flag, .atMost, .fixed(0),
      "neither symbol nor base is in `risk_gate.entry_blocklist`"),
    Control(
      .tradingState, "trading_state", .tradingState, .count, .atMost, .fixed(0),
      "active is 0, reducing 1, halted 2"),
  ]

  private static let data: [Control] = [
    Control(
      .marketAge, "market_age", .staleMarketData, .milliseconds, .atMost, .limit(.stale),
      isPresence: true, "age of the newest prices of the instrument"),
    Control(
      .staleStreams, "stale_streams", .staleMarketData, .count, .atMost, .fixed(0),
      "streams of the instrument that market-data calls stale"),
    Control(
      .accountAge, "account_age", .staleAccount, .milliseconds, .atMost, .limit(.staleAccount),
      isPresence: true, "age of the router's newest reading of the account"),
    Control(
      .clockSkew, "clock_skew", .clockSkew, .milliseconds, .atMost, .limit(.clockSkew),
      "how far a reading is dated in our future"),
    Control(
      .signalAge, "signal_age", .signalTooOld, .seconds, .atMost, .limit(.signalAge),
      "market time since the candle of the decision closed"),
    Control(
      .signalAhead, "signal_ahead", .signalAhead, .seconds, .atMost, .limit(.signalAhead),
      "how far the decision is ahead of the newest market time"),
    Control(
      .healthyData, "healthy_data", .dataUnhealthy, .percent, .atLeast, .limit(.healthy),
      "share of the instruments whose prices are fresh"),
    Control(
      .crossedBook, "crossed_book", .crossedBook, .flag, .atMost, .fixed(0),
      "bid above ask: the sources contradict each other"),
  ]

  private static let prices: [Control] = [
    Control(
      .spread, "spread", .spread, .percent, .atMost, .limit(.spread), "best ask over best bid"),
    Control(
      .basis, "basis", .basis, .percent, .atMost, .limit(.basis), "mark against index"),
    Control(
      .collar, "price_collar", .priceCollar, .percent, .atMost, .limit(.collar),
      "worst price against mark"),
    Control(
      .collarWindow, "mark_move", .collarWindow, .percent, .atMost, .limit(.collarWindowMove),
      "highest over lowest mark within `risk_gate.collar_window_s` of market time"),
    Control(
      .stopDistance, "stop_distance", .stopTooClose, .percent, .atLeast, .limit(.minimumStop),
      "stop against worst price"),
    Control(
      .stopPassed, "stop_passed", .stopTooClose, .flag, .atMost, .fixed(0),
      "the mark is at the stop or beyond it"),
    Control(
      .shock, "shock", .shockGuard, .flag, .atMost, .fixed(0),
      "a shock of this instrument, or of the market, has not been over for long enough"),
  ]

  private static let size: [Control] = [
    Control(
      .equity, "equity", .equityFloor, .usd, .atLeast, .limit(.minimumEquity),
      "value of the account"),
    Control(
      .sizingInput, "sizing_input", .sizingInput, .flag, .atLeast, .fixed(1),
      "the configured method has the range of the market that it scales by"),
    Control(
      .size, "lots", .sizeBelowMinimum, .count, .atLeast, .fixed(1),
      "risk over distance, cut to caps and margin, is at least one lot"),
    Control(
      .minimumNotional, "notional_at_least", .minNotional, .usd, .atLeast,
      .limit(.minimumNotional), "price times quantity"),
    Control(
      .notional, "notional", .maxNotional, .usd, .atMost, .limit(.maximumNotional),
      "price times quantity, or of one lot when that is too much"),
    Control(
      .venueMaximum, "share_of_venue_maximum", .venueMaxPosition, .percent, .atMost,
      .fixed(RiskLimit.whole), "size against the venue's largest position"),
    Control(
      .venueLeverage, "venue_margin_at_leverage", .venueLeverage, .percent, .atMost,
      .fixed(RiskLimit.whole), "the venue's initial margin at `risk_gate.max_leverage`"),
    Control(
      .leverage, "leverage", .effectiveLeverage, .ratio, .atMost, .limit(.maximumLeverage),
      "notional over equity"),
    Control(
      .loss, "loss_at_stop", .maxLossPerTrade, .usd, .atMost, .limit(.maximumLoss),
      "size times the distance to the stop"),
    Control(
      .positionMargin, "position_margin", .marginPerPosition, .percent, .atMost,
      .limit(.marginPerPosition), "notional over leverage, of equity"),
    Control(
      .availableMargin, "share_of_available_margin", .marginInsufficient, .percent, .atMost,
      .fixed(RiskLimit.whole), "the venue's initial margin, of what it says is free"),
  ]

  private static let aggregates: [Control] = [
    Control(
      .positionShare, "instrument_margin", .positionEquityShare, .percent, .atMost,
      .limit(.positionShare), "margin of everything on the instrument, of equity"),
    Control(
      .instrumentNotional, "instrument_notional", .maxInstrumentNotional, .usd, .atMost,
      .limit(.instrumentNotional), "position, pending entries and this one"),
    Control(
      .aggregateNotional, "aggregate_notional", .aggregateNotional, .percent, .atMost,
      .limit(.aggregateNotional), "everything open, pending and this one, of equity"),
    Control(
      .aggregateMargin, "aggregate_margin", .aggregateMargin, .percent, .atMost,
      .limit(.aggregateMargin), "its margin, of equity"),
    Control(
      .liquidationBuffer, "liquidation_buffer", .liquidationBuffer, .percent, .atLeast,
      .limit(.liquidationBuffer),
      "move of every mark that liquidates"),
    Control(
      .proxyLeverage, "proxy_leverage", .proxyLeverage, .ratio, .atMost, .limit(.proxyShare),
      "account's leverage of the allowed one; in place of the buffer, when declared"),
    Control(
      .freeMargin, "free_margin", .freeMargin, .percent, .atLeast, .limit(.freeMargin),
      "equity without margin, of equity; in place of the buffer, when declared"),
    Control(
      .depth, "depth", .depth, .ratio, .atLeast, .limit(.depth),
      "what rests at the best price, of the size"),
  ]

  private static let worth: [Control] = [
    Control(
      .costCap, "cost", .costCap, .basisPoints, .atMost, .limit(.costCap),
      "fees and funding of a tight setup, of its notional"),
    Control(
      .rewardRisk, "reward_over_risk", .rewardRisk, .ratio, .atLeast, .limit(.rewardRisk),
      "first profit over stop, of a tight setup that names a profit"),
    Control(
      .distortion, "cost_of_risk", .costDistortion, .percent, .atMost, .limit(.distortion),
      "fees and funding of a wide setup, of its loss at the stop"),
    Control(
      .edge, "edge_over_cost", .edgeBelowCost, .ratio, .atLeast, .limit(.edge),
      "first profit over fees and funding, where a profit is named"),
  ]

  private static let state: [Control] = [
    Control(
      .positions, "positions", .maxPositions, .count, .atMost, .limit(.maximumPositions),
      "instruments with a position or a pending entry, this one included"),
    Control(
      .entriesPerTenSeconds, "entries_in_10_s", .entryRate, .count, .atMost,
      .limit(.entriesPerTenSeconds), "this one included"),
    Control(
      .entriesPerMinute, "entries_in_a_minute", .entryRate, .count, .atMost,
      .limit(.entriesPerMinute), "this one included"),
    Control(
      .positionCount, "open_positions", .positionCount, .count, .below,
      .limit(.positionsDegraded), "whoever opened them"),
    Control(
      .dailyLoss, "daily_loss", .dailyLoss, .percent, .atMost, .limit(.dailyLoss),
      "loss since the day began, of the equity it began with"),
    Control(
      .drawdown, "drawdown", .drawdown, .percent, .below, .limit(.drawdownDegraded),
      "loss from the highest equity"),
    Control(
      .marginUtilisation, "margin_in_use", .marginUtilisation, .percent, .below,
      .limit(.marginDegraded), "equity that is not available, of equity"),
  ]

  private static let locks: [Control] = [
    lock(.lossStreak, .lossStreak, "too many losses in a row of tight or wide setups"),
    lock(.symbolLoss, .symbolLoss, "too many losses on the instrument in a day"),
    lock(.postClose, .postClose, "a position of the strategy there has just closed"),
    lock(.stoplossGuard, .stoplossGuard, "too many stops hit (freqtrade's StoplossGuard)"),
    lock(.maxDrawdown, .protectionDrawdown, "the last trades lost too much (MaxDrawdown)"),
    lock(.cooldownPeriod, .cooldownPeriod, "a trade there has just closed (CooldownPeriod)"),
    lock(.lowProfitPairs, .lowProfitPairs, "the instrument earns too little (LowProfitPairs)"),
    lock(.throttle, .strategyThrottle, "the strategy executed too often; a person re-enables it"),
    lock(.shock, .shockGuard, "the market was in shock"),
    lock(.drawdown, .drawdownLatch, "the drawdown has halted trading; a person unlocks it"),
    lock(.margin, .marginLatch, "margin has halted trading; a person unlocks it"),
    lock(.dailyLoss, .dailyLossLatch, "the day has lost what it may"),
    lock(.manual, .manualLock, "a person locked it"),
  ]

  private static func lock(
    _ kind: RiskLock.Kind, _ code: DenialReason, _ meaning: String
  ) -> Control {
    Control(lock(kind), "lock_\(kind.rawValue)", code, .flag, .atMost, .fixed(0), meaning)
  }
}
