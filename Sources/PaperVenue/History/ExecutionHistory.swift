import Domain
import SimulatedVenue

/// Executions of the account as the history service spells them.
enum ExecutionHistory {
  static func executions(_ record: BookRecord, _ book: VenueBook) -> OrderHistory.Made? {
    guard case .fill(let fill, let settlement, let order) = record.change,
      let contract = book.contracts[fill.instrument]
    else { return nil }
    let instrument = contract.instrument
    let own = OrderHistory.json(order, contract)
    let data = JSON.members([
      "fee": .text(fill.fee.description),
      "positionSize": .text(Spelling.signed(settlement.lotsAfter, instrument)),
    ])
    let worth = instrument.notional(fill.price, fill.quantity, rounding: .nearest) ?? .zero
    // The other side of the trade belongs to somebody else and is not shown.
    let role = fill.isMaker ? "maker" : "taker"
    let execution = JSON.members([
      "uid": .text(fill.id.text), "\(role)Order": own,
      "timestamp": .integer(fill.time.milliseconds),
      "quantity": .text(instrument.text(fill.quantity)),
      "price": .text(instrument.text(fill.price)), "markPrice": .text(instrument.text(fill.mark)),
      "limitFilled": .flag(order.status == .filled), "usdValue": .text(worth.description),
      "\(role)OrderData": data, "executionType": .text(role),
    ])
    let event = JSON.members(["execution": execution, "takerReducedQuantity": .text("")])
    return (fill.instrument, [HistoryElement.json(record, "execution", event)])
  }
}
