package import Domain

/// What kind of execution a fill is, in the venue's words.
package enum FillType: String, CaseIterable, Hashable, Sendable {
  case maker
  case taker
  case liquidation
  case partialLiquidation
  case takerAfterEdit
}

/// One execution of one order, with what it did to the position.
package struct VenueFill: Hashable, Sendable {
  package let id: ExecutionID
  package let order: VenueOrderID
  package let clientOrderID: String?
  package let instrument: InstrumentID
  package let side: Side
  package let quantity: Quantity
  package let price: Price
  package let time: WallTime
  package let marketTime: MarketTime
  package let type: FillType
  package let fee: Money
  /// Mark price at the moment of the fill.
  package let mark: Price

  package init(
    id: ExecutionID, order: VenueOrderID, clientOrderID: String?, instrument: InstrumentID,
    side: Side, quantity: Quantity, price: Price, time: WallTime, marketTime: MarketTime,
    type: FillType, fee: Money, mark: Price
  ) {
    self.id = id
    self.order = order
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.quantity = quantity
    self.price = price
    self.time = time
    self.marketTime = marketTime
    self.type = type
    self.fee = fee
    self.mark = mark
  }

  package var isMaker: Bool { type == .maker }
}
