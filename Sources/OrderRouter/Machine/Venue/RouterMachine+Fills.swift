package import Domain
package import Ledger

// A fill is counted once, by the venue's id of it, and moves the position.
extension RouterMachine {
  /// Fills and resting orders in `report` that carry our mark and that memory cannot explain: the
  /// shell asks the ledger about them before the report is heard.
  ///
  /// Changes nothing, like `wake`.
  package mutating func unexplained(in report: VenueReport) -> Unexplained {
    switch report.outcome {
    case .answer(.fills(let fills)):
      let strange = fills.filter { fill in
        guard let id = fill.clientOrderID, id.isMarked(by: installation) else { return false }
        return !book.executions.contains(fill.id) && book.orders[id] == nil
      }
      return Unexplained(
        executions: strange.map(\.id), orders: strange.compactMap(\.clientOrderID))
    case .answer(.openOrders(let orders)):
      let marked = orders.compactMap(\.clientOrderID).filter { $0.isMarked(by: installation) }
      return Unexplained(orders: marked.filter { book.orders[$0] == nil })
    default: return Unexplained()
    }
  }

  /// Counts a fill of ours; a fill with our mark that the ledger cannot explain is a second router.
  mutating func attribute(_ fill: Fill, known: Recalled, now: RouterTime) {
    guard let id = fill.clientOrderID, !book.executions.contains(fill.id),
      !known.executions.contains(fill.id)
    else { return }
    if book.orders[id] != nil {
      apply(fill, to: id, now: now)
    } else if known.orders.contains(id) {
      halt("fill \(fill.id) of order \(id), whose intent is closed", now)
    } else if id.isMarked(by: installation) {
      halt("fill \(fill.id) of order \(id), which this ledger never sent: a second router?", now)
    }
  }

  mutating func apply(_ fill: Fill, to id: ClientOrderID, now: RouterTime) {
    guard !book.executions.contains(fill.id), let order = book.orders[id] else { return }
    let total = order.filled.lots + fill.quantity.lots
    guard fill.instrument == order.instrument, fill.side == order.placement.side,
      order.role != .entry || total <= order.placement.quantity.lots
    else {
      // Whatever it is, the difference to the venue's position is taken up by the readings.
      halt("fill \(fill.id) of \(id) is not what was ordered", now)
      return
    }
    switch order.status {
    case .notPlaced, .rejected, .denied:
      halt("fill \(fill.id) of \(id), which was judged \(order.status.rawValue)", now)
    case .cancelled: alert("fill \(fill.id) of \(id) after it was cancelled")
    case .sending, .working, .unknown, .held, .filled: break
    }
    record(.fill(fill, of: id), now)
    let before = book.positions[fill.instrument]
    var after = position(after: fill, of: order)
    if let before, wasTaken(fill, of: order) { takeBack(&after, to: before, fill, now) }
    record(.position(after), now)
    settle(before, after, by: fill, of: order, now)
    flatReadings[fill.instrument] = 0
    differences[fill.instrument] = nil
  }

  private func position(after fill: Fill, of order: OrderRow) -> PositionRow {
    let before = book.positions[fill.instrument]
    let lots = (before?.position.signedLots ?? 0) + fill.side.sign * fill.quantity.lots
    let position = Position(instrument: fill.instrument, signedLots: lots)
    let cost = fill.price.map { $0.ticks.multipliedReportingOverflow(by: fill.quantity.lots) }
    let spent: Int64? = cost.flatMap { $0.overflow ? nil : $0.partialValue }
    let flow = TradeFlow(before, side: fill.side, spent: spent, at: fill.time, after: lots)
    // Whoever turns it round owns it; one that only makes it less does not.
    let isTheirs = lots.signum() != fill.side.sign
    let heir = isTheirs ? nil : heir(of: fill.instrument, lots, by: order)
    if var row = before, heir == nil,
      order.role != .entry || row.intent == order.intent || isTheirs
    {
      row.position = position
      row.changedAt = fill.time
      flow.put(into: &row)
      if order.role == .entry, !isTheirs {
        row.openedLots += fill.quantity.lots
        row.openedCost = TradeFlow.sum(row.openedCost, spent)
      } else if order.role != .entry, isOpened(row, by: fill.side), row.openedLots < abs(lots) {
        // It was turned round in parts, and the heir's is the whole.
        row.openedLots = abs(lots)
        row.openedCost = nil
      }
      return row
    }
    let owner = heir ?? order.intent
    guard let stop = book.intents[owner]?.entry?.signal.stop ?? before?.stop else {
      fatalError("invariant broken: an entry has an intent with a stop")
    }
    var row = PositionRow(
      position: position, intent: owner, changedAt: fill.time, stop: stop,
      openedLots: heir == nil ? fill.quantity.lots : abs(lots),
      openedCost: heir == nil ? spent : nil, exits: before?.exits ?? 0,
      adoptions: before?.adoptions ?? 0)
    flow.put(into: &row)
    return row
  }

  /// Whose entry it was, where an order that only reduces turns the position round.
  ///
  /// At the venue it cannot: what it closed was gone when the entry filled, and we heard of the
  /// entry first.
  private func heir(
    of instrument: InstrumentID, _ lots: Int64, by order: OrderRow
  ) -> IntentHash? {
    guard order.role != .entry, let row = book.positions[instrument],
      row.position.signedLots.signum() != lots.signum()
    else { return nil }
    return book.open(on: instrument).last { intent in
      intent.hash != row.intent && intent.entry != nil
        && (intent.intent.direction == .long) == (lots > 0) && hasFilled(intent.hash)
    }?.hash
  }

  /// Whether `side` is the one its owner's position grows on.
  private func isOpened(_ row: PositionRow, by side: Side) -> Bool {
    row.position.direction?.entrySide == side
      && book.intents[row.intent]?.intent.direction.entrySide == side
  }

  func hasFilled(_ intent: IntentHash) -> Bool {
    book.orders(of: intent, role: .entry).contains { $0.filled > .zero }
  }
}
