import Domain
import Ledger
import OrderRouter
import SimulatedVenue

// The network, the venue behind it, and what its book says happened.
extension Backtest {
  func arrive(_ request: VenueRequest, _ tag: UInt64) throws {
    switch request {
    case .place(let placement): refresh(placement.instrument)
    case .amend(let amendment): refresh(amendment.instrument)
    default: break
    }
    let (reply, ticket) = desk.handle(request, venueTime)
    try observe()
    switch reply {
    case .now(let outcome): answer(tag, outcome)
    case .held:
      heldFor[ticket] = tag
      scheduleRelease()
    }
  }

  private func answer(_ tag: UInt64, _ outcome: VenueOutcome) {
    queue.schedule(
      .report(VenueReport(tag: tag, outcome: outcome, serverTime: wall)),
      at: now + settings.latency.network)
  }

  /// Maker Protection lets go what it has held.
  func release() throws {
    releaseAt = nil
    for lane in lanes { refresh(lane.id) }
    for (ticket, outcome) in desk.advance(venueTime) {
      if let tag = heldFor.removeValue(forKey: ticket) { answer(tag, outcome) }
    }
    try observe()
    scheduleRelease()
  }

  private func scheduleRelease() {
    guard let due = desk.machine.nextDeadline?.milliseconds else { return }
    if let releaseAt, releaseAt <= due { return }
    releaseAt = max(now, due)
    queue.schedule(.release, at: max(now, due))
  }

  /// Hands on what the venue recorded: to the books of this run at once, to the router by the
  /// account's stream.
  func observe() throws {
    let records = desk.takeRecords()
    guard !records.isEmpty else { return }
    let arrival = now + settings.latency.network
    for record in records {
      switch record.change {
      case .fill(let fill, let settlement, let order):
        let context = context(order)
        trades.add(fill, settlement, order, context, at: now)
        if settings.keepsJournal, let context { keep(fill, context) }
        tally.fills += 1
        guard order.clientOrderID != nil else { continue }
        queue.schedule(.stream(.fill(VenueDesk.fill(fill))), at: arrival)
        queue.schedule(.stream(.positions(positions)), at: arrival)
        tell(order, reason: .fullFill, at: arrival)
      case .order(let order, let reason, _):
        tally.note(order, reason)
        tell(order, reason: reason, at: arrival)
      case .cash(let flow): trades.add(flow)
      default: break
      }
    }
  }

  private var positions: [Position] {
    desk.book.positions.map { Position(instrument: $0.id, signedLots: $0.lane.signedLots) }
  }

  /// The stream of orders tells of those that rest.
  private func tell(_ order: VenueOrder, reason: OrderReason?, at arrival: Int64) {
    guard order.status != .rejected, !order.kind.isImmediate else { return }
    let isOver = order.status != .open
    let id = order.clientOrderID.flatMap { ClientOrderID($0) }
    let shown = OpenOrder(
      clientOrderID: id, venueOrderID: order.id, instrument: order.instrument, side: order.side,
      unfilled: order.unfilled, filled: order.filled, reduceOnly: order.reduceOnly,
      isStop: order.kind == .stop, trigger: order.trigger)
    let update = OrderUpdate(
      venueOrderID: order.id, clientOrderID: id, order: isOver ? nil : shown, isOver: isOver,
      reason: reason?.rawValue ?? "")
    queue.schedule(.stream(.order(update)), at: arrival)
  }

  private func keep(_ fill: VenueFill, _ context: TradeBook.Context) {
    guard let contract = desk.book.contracts[fill.instrument] else { return }
    let signal: SignalID? =
      switch context.intent {
      case .entry(let entry): entry.signal.id
      case .exit(let exit): ledger.intent(of: exit.position)?.name
      case .adoption: nil
      }
    guard let signal else { return }
    journal.add(
      fill.quantity, at: fill.price, context.role, context.rung, of: signal, contract.instrument)
  }

  /// What we wanted with an order; nil for one of the venue's own.
  private func context(_ order: VenueOrder) -> TradeBook.Context? {
    guard let id = order.clientOrderID.flatMap({ ClientOrderID($0) }),
      let row = router.book.orders[id], let intent = ledger.intent(of: row.intent)
    else { return nil }
    return TradeBook.Context(role: row.role, rung: row.rung, intent: intent.intent)
  }
}
