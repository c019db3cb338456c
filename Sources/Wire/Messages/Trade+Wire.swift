import Domain

// Trades of the market as messages.

extension Trade {
  var proto: ProtoTrade {
    var proto = ProtoTrade()
    proto.instrument = instrument.symbol
    proto.tradeID = id.text
    proto.marketTimeMs = time.milliseconds
    proto.priceTicks = price.ticks
    proto.quantityLots = quantity.lots
    proto.takerBuys = taker == .buy
    proto.kind = kind.proto
    return proto
  }

  init(_ proto: ProtoTrade) throws(WireError) {
    self.init(
      id: try Bounds.name(proto.tradeID, "trade_id"),
      instrument: try Bounds.instrument(proto.instrument),
      time: try Bounds.market(proto.marketTimeMs, "market_time_ms"),
      price: try Bounds.price(proto.priceTicks, "price"),
      quantity: try Bounds.quantity(proto.quantityLots, "quantity"),
      taker: proto.takerBuys ? .buy : .sell, kind: try TradeKind(proto.kind))
  }
}

extension TradeKind {
  var proto: ProtoTradeKind {
    switch self {
    case .fill: .fill
    case .liquidation: .liquidation
    case .assignment: .assignment
    case .termination: .termination
    case .block: .block
    }
  }

  init(_ proto: ProtoTradeKind) throws(WireError) {
    guard let kind = Self.allCases.first(where: { $0.proto == proto }) else {
      throw .malformed("kind \(proto.rawValue) of a trade is unknown")
    }
    self = kind
  }
}
