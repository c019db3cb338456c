import Domain
import Ledger

// The take-profit ladder, after the stop. Where the venue adds reduce-only orders up and refuses,
// the stop wins: a rung then waits here, and leaves as reduce-only IOC when the mark is there,
// after the stop was amended down by the same lots. The stop gives them up for an order that is
// about to leave, and takes them back when none can.
extension RouterMachine {
  static let refusalForWant = "wouldNotReducePosition"
  private static let mostAttempts = 8

  mutating func takeProfits(
    _ row: PositionRow, _ owner: IntentRow, _ direction: Direction, _ plan: ProtectionPlan,
    stop: OrderRow, _ now: RouterTime
  ) {
    guard mayTakeProfits(row, owner) else { return }
    cancelSurplus(owner, plan, now)
    guard !hasProfitsOfOthers(row) else { return }
    for rung in plan.rungs {
      let attempts = book.orders(of: owner.hash, role: .takeProfit, rung: rung.number)
      if let live = attempts.first(where: { !$0.status.isTerminal }) {
        follow(live, rung, isCovered: Self.covers(stop, plan), now)
      } else if Self.haveLeft(attempts) < Self.mostAttempts,
        attempts.allSatisfy({ mayFollow($0, now) })
      {
        place(rung, attempts, row, direction, plan, stop: stop, now)
      }
    }
  }

  private func mayTakeProfits(_ row: PositionRow, _ owner: IntentRow) -> Bool {
    book.orders(of: owner.hash, role: .entry).allSatisfy(\.status.isTerminal)
      && book.exit(on: row.instrument) == nil
      && !latch.covers(owner.entry?.signal.strategy, row.instrument)
  }

  /// One order a rung is a law of the ledger: those of another owner have to go first.
  private func hasProfitsOfOthers(_ row: PositionRow) -> Bool {
    book.liveOrders(on: row.instrument).contains { order in
      order.role == .takeProfit && order.intent != row.intent
    }
  }

  private mutating func place(
    _ rung: ProtectionPlan.Rung, _ attempts: [OrderRow], _ row: PositionRow,
    _ direction: Direction, _ plan: ProtectionPlan, stop: OrderRow, _ now: RouterTime
  ) {
    guard attempts.contains(where: Self.isForWant) else {
      guard Self.covers(stop, plan) else { return }
      return sendReducing(
        row.intent, role: .takeProfit, rung: rung.number, instrument: row.instrument,
        direction: direction, quantity: rung.quantity, type: .takeProfit(trigger: rung.trigger),
        now: now)
    }
    guard firing(on: row.instrument, now)?.number == rung.number, let mark = marks[row.instrument]
    else { return }
    guard rung.quantity < row.position.quantity else {
      // All that is left: a close at market, with the stop resting beside it.
      return decideExit(row, direction, .takeProfit, now)
    }
    let room = stop.placement.quantity - stop.filled
    guard isSettled(stop), room + rung.quantity <= row.position.quantity else { return }
    let distance = mark.price.share(permille: settings.waitingCollarPermille)
    let limit = direction == .long ? mark.price.ticks - distance : mark.price.ticks + distance
    sendReducing(
      row.intent, role: .takeProfit, rung: rung.number, instrument: row.instrument,
      direction: direction, quantity: rung.quantity,
      type: .immediateOrCancel(limit: Price(ticks: max(1, limit))), now: now)
  }

  /// How many of them the venue may have seen: an outage uses none up.
  private static func haveLeft(_ attempts: [OrderRow]) -> Int {
    attempts.count { $0.status != .denied }
  }

  /// Whether the stop covers all it has to; only then may a profit take room beside it.
  private static func covers(_ stop: OrderRow, _ plan: ProtectionPlan) -> Bool {
    stop.change == nil && stop.unfilled >= plan.stopQuantity
  }

  static func isForWant(_ order: OrderRow) -> Bool {
    order.status == .rejected && order.text.contains(refusalForWant)
  }

  /// Whether a try from here has just left something open: the stop is whole again before the
  /// next one, however thin the market is.
  private func isPausing(_ attempts: [OrderRow], _ now: RouterTime) -> Bool {
    guard let last = attempts.last, !last.placement.type.rests, last.status.isTerminal,
      last.status != .filled
    else { return false }
    return age(of: last, now) < settings.protectionDeadlineMilliseconds
  }

  /// The rung that waits here, that may leave and whose price the mark has reached; the nearest.
  private func firing(on instrument: InstrumentID, _ now: RouterTime) -> ProtectionPlan.Rung? {
    guard let row = book.positions[instrument], let direction = row.position.direction,
      let owner = book.intents[row.intent], let mark = marks[instrument]?.price,
      mayTakeProfits(row, owner), !hasProfitsOfOthers(row)
    else { return nil }
    return plan(for: row, owner).rungs.first { rung in
      let attempts = book.orders(of: owner.hash, role: .takeProfit, rung: rung.number)
      let waits =
        attempts.contains(where: Self.isForWant) && Self.haveLeft(attempts) < Self.mostAttempts
        && !isPausing(attempts, now)
      return waits && (direction == .long ? mark >= rung.trigger : mark <= rung.trigger)
    }
  }

  /// What the stop covers: everything, less the rung that is about to be closed from here.
  func stopQuantity(
    _ plan: ProtectionPlan, on instrument: InstrumentID, _ now: RouterTime
  ) -> Quantity {
    guard let rung = firing(on: instrument, now), rung.quantity < plan.stopQuantity else {
      return plan.stopQuantity
    }
    return plan.stopQuantity - rung.quantity
  }

  private mutating func follow(
    _ order: OrderRow, _ rung: ProtectionPlan.Rung, isCovered: Bool, _ now: RouterTime
  ) {
    guard order.status == .working, isSettled(order), order.placement.type.rests else { return }
    let total = order.filled + rung.quantity
    guard total != order.placement.quantity, isCovered || total < order.placement.quantity
    else { return }
    sendAmendment(order, quantity: total, trigger: nil, now)
  }

  /// A rung for which the position has become too small.
  private mutating func cancelSurplus(
    _ owner: IntentRow, _ plan: ProtectionPlan, _ now: RouterTime
  ) {
    for order in book.orders(of: owner.hash, role: .takeProfit)
    where order.status == .working && isSettled(order)
      && !plan.rungs.contains(where: { $0.number == order.rung })
    {
      sendCancel(order, now)
    }
  }
}
