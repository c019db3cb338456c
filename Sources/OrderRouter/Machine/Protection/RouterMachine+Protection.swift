import Domain
import Ledger

// No position without its stop; nothing left behind when the position is gone.
extension RouterMachine {
  mutating func protectPositions(_ now: RouterTime) {
    guard readingsCompleted > 0 else { return }
    let known = book.activeInstruments.filter { book.positions[$0] != nil }
    for instrument in known.sorted() where !recounted.contains(instrument) {
      guard let row = book.positions[instrument] else { continue }
      if row.position.isFlat {
        cancelLeftovers(instrument, now)
      } else {
        protect(row, now)
      }
    }
  }

  /// The ladder: ask the venue → place again → close at market → halt, and go on trying.
  private mutating func protect(_ found: PositionRow, _ now: RouterTime) {
    let instrument = found.instrument
    guard let direction = found.position.direction, let owner = book.intents[found.intent] else {
      return
    }
    let row = moveStop(found, direction, now)
    let plan = plan(for: row, owner)
    cancelStrays(row, direction, now)
    guard !isMakingRoom(row, now) else { return }
    // One stop at a time is a law of the ledger: one on the wrong side has to go first.
    let stops = book.liveOrders(on: instrument).filter { $0.role == .stop }
    guard stops.allSatisfy({ $0.placement.side == direction.exitSide }) else { return }
    if let stop = stops.first {
      if stop.status == .working {
        follow(stop, plan, now)
        takeProfits(row, owner, direction, plan, stop: stop, now)
      } else if isOverdue(row, now, times: 2), isOverdue(stop, now, times: 2), isSettled(stop),
        stop.status != .sending
      {
        closeUnprotectable(row, direction, "its stop \(stop.id) is \(stop.status.rawValue)", now)
      }
    } else if plan.stopQuantity > .zero {
      placeStop(row, direction, plan, now)
    }
  }

  func plan(for row: PositionRow, _ owner: IntentRow) -> ProtectionPlan {
    let profits = owner.entry?.signal.takeProfits ?? []
    var filled: [Int: Int64] = [:]
    for order in book.orders(of: owner.hash, role: .takeProfit) {
      filled[order.rung, default: 0] += order.filled.lots
    }
    let foreign = owner.entry == nil ? foreignStops[row.instrument, default: 0] : 0
    return ProtectionPlan(
      row, profits: profits, shares: settings.takeProfitShares, filled: filled, foreign: foreign)
  }

  /// The row as it stands then: nothing decided from here on may bring the old stop back.
  private mutating func moveStop(
    _ row: PositionRow, _ direction: Direction, _ now: RouterTime
  ) -> PositionRow {
    guard let mark = marks[row.instrument],
      now.machine.milliseconds(since: mark.at) < settings.protectionDeadlineMilliseconds,
      let better = StopMove.better(
        row, direction: direction, mark: mark.price, rungsFilled: rungsFilled(row),
        settings: settings)
    else { return row }
    var moved = row
    moved.stop = better
    record(.position(moved), now)
    return moved
  }

  private func rungsFilled(_ row: PositionRow) -> Int {
    Set(
      book.orders(of: row.intent, role: .takeProfit).filter { $0.status == .filled }.map(\.rung)
    ).count
  }

  /// Whether the time to protect the position is over, so many times.
  private func isOverdue(_ row: PositionRow, _ now: RouterTime, times: Int64 = 1) -> Bool {
    now.venue.now
      > row.changedAt.advanced(byMilliseconds: settings.protectionDeadlineMilliseconds * times)
  }

  /// Whether a stop that rested is in doubt for so long; one that never did has no time of its own.
  private func isOverdue(_ stop: OrderRow, _ now: RouterTime, times: Int64) -> Bool {
    unseenSince[stop.id].map { since in
      now.machine.milliseconds(since: since) > settings.protectionDeadlineMilliseconds * times
    } ?? true
  }

  private mutating func placeStop(
    _ row: PositionRow, _ direction: Direction, _ plan: ProtectionPlan, _ now: RouterTime
  ) {
    let earlier = book.orders(of: row.intent, role: .stop)
    guard earlier.allSatisfy({ mayFollow($0, now) }) else { return }
    let refusals = earlier.count { $0.status == .rejected }
    if refusals >= 2 || (refusals >= 1 && isOverdue(row, now)) {
      closeUnprotectable(row, direction, "the venue refuses its stop", now)
      // An exit that is under way closes it; while none can be, the stop is tried again.
      guard book.exit(on: row.instrument) == nil else { return }
    }
    guard book.exit(on: row.instrument).map({ !exitNeedsRoom($0) }) ?? true else { return }
    sendReducing(
      row.intent, role: .stop, instrument: row.instrument, direction: direction,
      quantity: reducible(plan.stopQuantity, on: row.instrument), type: .stop(trigger: plan.stop),
      now: now)
  }

  private mutating func closeUnprotectable(
    _ row: PositionRow, _ direction: Direction, _ why: String, _ now: RouterTime
  ) {
    guard book.exit(on: row.instrument) == nil else { return }
    effects.append(.alert("\(row.instrument): \(why); closing at market"))
    decideExit(row, direction, .unprotectable, now)
  }

  /// Brings a resting stop to where the plan wants it; absolute, so repeating it is harmless.
  private mutating func follow(_ stop: OrderRow, _ plan: ProtectionPlan, _ now: RouterTime) {
    guard isSettled(stop) else { return }
    let covered = reducible(stopQuantity(plan, on: stop.instrument, now), on: stop.instrument)
    if covered == .zero {
      // Others' stops cover all of it.
      if book.exit(on: stop.instrument) == nil { sendCancel(stop, now) }
      return
    }
    let total = stop.filled + covered
    let drift = driftToMend(stop, now)
    let isMoved = plan.stop != stop.placement.type.price || drift == .trigger
    guard total != stop.placement.quantity || isMoved || drift != nil else { return }
    sendAmendment(stop, quantity: total, trigger: isMoved ? plan.stop : nil, now)
  }

  /// How a stop rests otherwise than it should; nil while the venue has not let it be put right.
  private mutating func driftToMend(_ stop: OrderRow, _ now: RouterTime) -> StopDrift? {
    guard let drift = drifted[stop.id] else { return nil }
    var mending = mendings[stop.id] ?? Mending()
    guard mending.isDue(now.machine) else { return nil }
    mending.attempt(now.machine)
    mendings[stop.id] = mending
    return drift
  }

  /// What protected a position that has turned round, and profits of another owner's.
  private mutating func cancelStrays(
    _ row: PositionRow, _ direction: Direction, _ now: RouterTime
  ) {
    for order in book.liveOrders(on: row.instrument)
    where order.role == .stop || order.role == .takeProfit {
      let isStray =
        order.placement.side != direction.exitSide
        || order.role == .takeProfit && order.intent != row.intent
      if isStray, order.status == .working, isSettled(order) { sendCancel(order, now) }
    }
  }

  /// Where the venue adds reduce-only orders up, the stop wins: take-profits go first.
  ///
  /// True while some are still alive.
  private mutating func isMakingRoom(_ row: PositionRow, _ now: RouterTime) -> Bool {
    guard crowded.contains(row.instrument) else { return false }
    let profits = book.liveOrders(on: row.instrument).filter { $0.role == .takeProfit }
    for order in profits where order.status == .working && isSettled(order) {
      sendCancel(order, now)
    }
    if profits.isEmpty { crowded.remove(row.instrument) }
    return !profits.isEmpty
  }

  /// A stop that is refused for want of room has to be given some.
  mutating func noteRefusal(of order: OrderRow, _ word: String) {
    guard word.contains(Self.refusalForWant) else { return }
    if order.placement.reduceOnly { tight.insert(order.instrument) }
    if order.role == .stop { crowded.insert(order.instrument) }
  }

  /// What the venue lets be reduced: all of it, or what it holds once it has refused more.
  func reducible(_ quantity: Quantity, on instrument: InstrumentID) -> Quantity {
    guard tight.contains(instrument), let theirs = venuePositions[instrument],
      theirs.direction == book.position(instrument).direction
    else { return quantity }
    return min(quantity, theirs.quantity)
  }

  /// Takes away what protected a position that is gone, once the venue has shown it gone twice.
  private mutating func cancelLeftovers(_ instrument: InstrumentID, _ now: RouterTime) {
    guard flatReadings[instrument, default: 0] >= 2 else { return }
    for order in book.liveOrders(on: instrument)
    where order.role != .entry && order.status == .working && isSettled(order) {
      sendCancel(order, now)
    }
  }
}
