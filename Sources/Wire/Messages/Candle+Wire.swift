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
    return proto
  }

  init(_ proto: ProtoTicker) throws(WireError) {
    self.init(
      instrument: try Bounds.instrument(proto.instrument),
      time: try Bounds.market(proto.marketTimeMs, "market_time_ms"),
      bid: try Bounds.price(proto.bidTicks, "bid"), ask: try Bounds.price(proto.askTicks, "ask"),
      last: try Bounds.price(proto.lastTicks, "last"),
      mark: try Bounds.price(proto.markTicks, "mark"))
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
    return proto
  }

  init(_ proto: ProtoInstrument) throws(WireError) {
    let instrument = Instrument(
      id: try Bounds.instrument(proto.instrument),
      tickSize: try Bounds.decimal(proto.tickSize, "tick_size"),
      lotSize: try Bounds.decimal(proto.lotSize, "lot_size"),
      maxPosition: try Bounds.quantity(proto.maxPositionLots, "max_position"),
      initialMargin: try Bounds.decimal(proto.initialMargin, "initial_margin"),
      makerProtectionMilliseconds: proto.makerProtectionMs, tradeable: proto.tradeable)
    guard let instrument else { throw .malformed("an instrument's steps and margin are positive") }
    self = instrument
  }
}
