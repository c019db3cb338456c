import Domain
import SimulatedVenue

/// A fill and what it did to the account; the order it belongs to stands beside it.
struct FillEntry: Codable, Equatable {
  let id: String
  let lots: Int64
  let price: Int64
  let mark: Int64
  let type: String
  let fee: Int64
  let at: Int64
  let mkt: Int64
  let before: Int64
  let after: Int64
  let pnl: Int64
  let bal0: Int64
  let bal1: Int64
  let cost0: Int64
  let cost1: Int64

  init(_ fill: VenueFill, _ settlement: Settlement) {
    id = fill.id.text
    lots = fill.quantity.lots
    price = fill.price.ticks
    mark = fill.mark.ticks
    type = fill.type.rawValue
    fee = fill.fee.micros
    at = fill.time.milliseconds
    mkt = fill.marketTime.milliseconds
    before = settlement.lotsBefore
    after = settlement.lotsAfter
    pnl = settlement.realised.micros
    bal0 = settlement.balanceBefore.micros
    bal1 = settlement.balanceAfter.micros
    cost0 = settlement.costBefore.micros
    cost1 = settlement.costAfter.micros
  }

  /// The fill of `order`; nil when the entry is not one.
  func fill(_ entry: OrderEntry?) -> (VenueFill, Settlement)? {
    guard let order = entry?.order, lots > 0, let type = FillType(rawValue: type) else {
      return nil
    }
    let fill = VenueFill(
      id: ExecutionID(unchecked: id), order: order.id, clientOrderID: order.clientOrderID,
      instrument: order.instrument, side: order.side, quantity: Quantity(lots: lots),
      price: Price(ticks: price), time: WallTime(milliseconds: at),
      marketTime: MarketTime(milliseconds: mkt), type: type, fee: Money(micros: fee),
      mark: Price(ticks: mark))
    let settlement = Settlement(
      lotsBefore: before, lotsAfter: after, realised: Money(micros: pnl),
      balanceBefore: Money(micros: bal0), balanceAfter: Money(micros: bal1),
      costBefore: Money(micros: cost0), costAfter: Money(micros: cost1))
    return (fill, settlement)
  }
}
