import Domain

// Candles, tickers and instruments as messages.

extension Candle {
  var proto: ProtoCandle {
    var proto = ProtoCandle()
    proto.instrument = instrument.symbol
    proto.timeframe = timeframe.proto
    proto.marketOpenTimeMs = openTime.milliseconds
    proto.openTicks = open.ticks
    proto.highTicks = high.ticks
    proto.lowTicks = low.ticks
    proto.closeTicks = close.ticks
    proto.volumeLots = volume.lots
    return proto
  }

  init(_ proto: ProtoCandle) throws(WireError) {
    let candle = Candle(
      instrument: try Bounds.instrument(proto.instrument),
      timeframe: try Timeframe(proto.timeframe),
      openTime: try Bounds.market(proto.marketOpenTimeMs, "market_open_time_ms"),
      open: try Bounds.price(proto.openTicks, "open"),
      high: try Bounds.price(proto.highTicks, "high"),
      low: try Bounds.price(proto.lowTicks, "low"),
      close: try Bounds.price(proto.closeTicks, "close"),
      volume: try Bounds.quantity(proto.volumeLots, "volume"))
    guard let candle else { throw .malformed("an impossible candle") }
    self = candle
  }
}

extension Timeframe {
  var proto: ProtoTimeframe {
    switch self {
    case .oneMinute: .timeframe1M
    case .fiveMinutes: .timeframe5M
    case .fifteenMinutes: .timeframe15M
    case .oneHour: .timeframe1H
    case .fourHours: .timeframe4H
    case .oneDay: .timeframe1D
    case .thirtyMinutes: .timeframe30M
    case .twelveHours: .timeframe12H
    case .oneWeek: .timeframe1W
    }
  }

  init(_ proto: ProtoTimeframe) throws(WireError) {
    guard let timeframe = Self.allCases.first(where: { $0.proto == proto }) else {
      throw .malformed("timeframe \(proto.rawValue) is unknown")
    }
    self = timeframe
  }
}

extension Ticker {
  func proto(readAt: WallTime) -> ProtoTicker {
    var proto = ProtoTicker()
    proto.instrument = instrument.symbol
    proto.marketTimeMs = time.milliseconds
    proto.bidTicks = bid.ticks
    proto.askTicks = ask.ticks
    proto.lastTicks = last.ticks
    proto.markTicks = mark.ticks
    proto.wallTimeMs = readAt.milliseconds
    if let figures {
      proto.indexTicks = figures.index.ticks
      if let lots = figures.bidQuantity?.lots { proto.bidLots = lots }
      if let lots = figures.askQuantity?.lots { proto.askLots = lots }
    }
    return proto
  }

  init(_ proto: ProtoTicker) throws(WireError) {
    self.init(
      instrument: try Bounds.instrument(proto.instrument),
      time: try Bounds.market(proto.marketTimeMs, "market_time_ms"),
      bid: try Bounds.price(proto.bidTicks, "bid"), ask: try Bounds.price(proto.askTicks, "ask"),
      last: try Bounds.price(proto.lastTicks, "last"),
      mark: try Bounds.price(proto.markTicks, "mark"), figures: try TickerFigures(proto))
  }
}

extension TickerFigures {
  /// What of them crosses processes; nil when the venue did not tell the index.
  init?(_ proto: ProtoTicker) throws(WireError) {
    guard proto.indexTicks != 0 else { return nil }
    self.init(
      index: try Bounds.price(proto.indexTicks, "index"),
      bidQuantity: proto.hasBidLots ? try Bounds.quantity(proto.bidLots, "bid_lots") : nil,
      askQuantity: proto.hasAskLots ? try Bounds.quantity(proto.askLots, "ask_lots") : nil)
  }
}

extension TickerReading {
  init(_ proto: ProtoTicker) throws(WireError) {
    self.init(
      ticker: try Ticker(proto), readAt: try Bounds.wall(proto.wallTimeMs, "wall_time_ms"))
  }
}

extension Instrument {
  var proto: ProtoInstrument {
    var proto = ProtoInstrument()
    proto.instrument = id.symbol
    proto.tickSize = tickSize.description
    proto.lotSize = lotSize.description
    proto.maxPositionLots = maxPosition.lots
    proto.initialMargin = initialMargin.description
    proto.makerProtectionMs = makerProtectionMilliseconds
    proto.tradeable = tradeable
    proto.marginTiers = marginTiers.map(\.proto)
    return proto
  }

  init(_ proto: ProtoInstrument) throws(WireError) {
    let instrument = Instrument(
      id: try Bounds.instrument(proto.instrument),
      tickSize: try Bounds.decimal(proto.tickSize, "tick_size"),
      lotSize: try Bounds.decimal(proto.lotSize, "lot_size"),
      maxPosition: try Bounds.quantity(proto.maxPositionLots, "max_position"),
      initialMargin: try Bounds.decimal(proto.initialMargin, "initial_margin"),
      marginTiers: try Self.tiers(proto.marginTiers),
      makerProtectionMilliseconds: proto.makerProtectionMs, tradeable: proto.tradeable)
    guard let instrument else { throw .malformed("an instrument's steps and margin are positive") }
    self = instrument
  }

  private static func tiers(_ protos: [ProtoMarginTier]) throws(WireError) -> [MarginTier] {
    guard protos.count <= 64 else { throw .malformed("\(protos.count) margin tiers, at most 64") }
    return try protos.checked(MarginTier.init)
  }
}

extension MarginTier {
  var proto: ProtoMarginTier {
    var proto = ProtoMarginTier()
    proto.threshold = threshold.description
    proto.initialMargin = initialMargin.description
    proto.maintenanceMargin = maintenanceMargin.description
    return proto
  }

  init(_ proto: ProtoMarginTier) throws(WireError) {
    let tier = MarginTier(
      threshold: try Bounds.decimal(proto.threshold, "threshold"),
      initialMargin: try Bounds.decimal(proto.initialMargin, "initial_margin"),
      maintenanceMargin: try Bounds.decimal(proto.maintenanceMargin, "maintenance_margin"))
    guard let tier else { throw .malformed("an impossible margin tier") }
    self = tier
  }
}
