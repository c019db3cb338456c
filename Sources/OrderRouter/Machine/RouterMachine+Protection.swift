import Domain
import Ledger

// No position without its stop; nothing left behind when the position is gone.
extension RouterMachine {
  mutating func protectPositions(_ now: RouterTime) {
    guard readingsCompleted > 0 else { return }
    for instrument in book.positions.keys.sorted() {
      guard let row = book.positions[instrument] else { continue }
      if row.position.isFlat {
        cancelLeftovers(instrument, now)
      } else {
        protect(row, now)
      }
    }
  }

  /// Closes that the venue refused before nothing new may be opened.
  private static let mostRefusedExits = 3

  /// The ladder: place the stop → place it again → close at market → halt, and go on trying.
  private mutating func protect(_ row: PositionRow, _ now: RouterTime) {
    let instrument = row.position.instrument
    guard let direction = row.position.direction, let intent = book.intents[row.intent] else {
      return
    }
    let live = book.liveOrders(on: instrument)
    guard !live.contains(where: { $0.role == .exit }) else { return }
    guard let stop = live.first(where: { $0.role == .stop }) else {
      placeStop(row, intent, direction, now)
      return
    }
    guard stop.status == .working else { return }
    amendIfNeeded(stop, to: row.position.quantity, now)
    if let profit = live.first(where: { $0.role == .takeProfit }) {
      if profit.status == .working { amendIfNeeded(profit, to: row.position.quantity, now) }
    } else {
      placeTakeProfit(row, intent, direction, now)
    }
  }

  private mutating func placeStop(
    _ row: PositionRow, _ intent: IntentRow, _ direction: Direction, _ now: RouterTime
  ) {
    let earlier = book.orders(of: row.intent, role: .stop)
    let exits = book.orders(of: row.intent, role: .exit)
    // Each further attempt waits for a complete reading that began after the last one ended.
    guard (earlier + exits).allSatisfy({ touched[$0.id, default: 0] < readingsCompleted }) else {
      return
    }
    let late =
      venueNow(now)
      > row.changedAt.advanced(byMilliseconds: settings.protectionDeadlineMilliseconds)
    let refusals = earlier.count { $0.status == .rejected }
    let deadline = venueNow(now).advanced(byMilliseconds: settings.stopDeadlineMilliseconds)
    let close = refusals >= 2 || (late && refusals >= 1)
    if close {
      alert("\(row.position.instrument): the venue refuses the stop; closing at market")
    }
    if exits.count(where: { $0.status == .rejected }) >= Self.mostRefusedExits {
      halt("\(row.position.instrument) can neither be protected nor closed", now)
    }
    send(
      row.intent, role: close ? .exit : .stop, instrument: row.position.instrument,
      side: direction.exitSide, quantity: row.position.quantity,
      type: close ? .market : .stop(trigger: intent.intent.signal.stop), processBefore: deadline,
      now: now)
  }

  private mutating func placeTakeProfit(
    _ row: PositionRow, _ intent: IntentRow, _ direction: Direction, _ now: RouterTime
  ) {
    guard let trigger = intent.intent.signal.takeProfit else { return }
    let earlier = book.orders(of: row.intent, role: .takeProfit)
    guard earlier.count < 3,
      earlier.allSatisfy({ touched[$0.id, default: 0] < readingsCompleted })
    else { return }
    send(
      row.intent, role: .takeProfit, instrument: row.position.instrument,
      side: direction.exitSide, quantity: row.position.quantity,
      type: .takeProfit(trigger: trigger),
      processBefore: venueNow(now).advanced(byMilliseconds: settings.stopDeadlineMilliseconds),
      now: now)
  }

  /// Follows the position with the total of a resting order; absolute, so repeating it is harmless.
  private mutating func amendIfNeeded(_ order: OrderRow, to open: Quantity, _ now: RouterTime) {
    let total = order.filled + open
    guard total != order.placement.quantity, isUntouched(order) else { return }
    touch(order.id)
    request(
      .amend(
        order.id, total: total, instrument: order.placement.instrument,
        processBefore: venueNow(now).advanced(byMilliseconds: settings.stopDeadlineMilliseconds)),
      for: .amend(order.id, total: total))
  }

  /// Takes away what protected a position that is gone, once the venue has shown it gone twice.
  private mutating func cancelLeftovers(_ instrument: InstrumentID, _ now: RouterTime) {
    guard flatReadings[instrument, default: 0] >= 2 else { return }
    for order in book.liveOrders(on: instrument)
    where order.role != .entry && order.status == .working && isUntouched(order) {
      touch(order.id)
      request(
        .cancel(
          order.id,
          processBefore: venueNow(now).advanced(byMilliseconds: settings.stopDeadlineMilliseconds)),
        for: .cancel(order.id))
    }
  }

  /// Whether a complete reading has begun and ended since the order was last acted on, and nothing
  /// about it is under way.
  private func isUntouched(_ order: OrderRow) -> Bool {
    touched[order.id, default: 0] < readingsCompleted
      && !purposes.values.contains { purpose in
        switch purpose {
        case .amend(order.id, _), .cancel(order.id), .place(order.id): true
        default: false
        }
      }
  }
}
