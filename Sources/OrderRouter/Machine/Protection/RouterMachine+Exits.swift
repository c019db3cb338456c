import Domain
import Ledger

// Closing a position: an intent of its own, at market, reduce-only, with the stop still resting;
// only when the venue refuses it beside the stop does the stop make room.
extension RouterMachine {
  /// Closes that the venue refused before nothing new may be opened.
  private static let mostRefusals = 3

  mutating func decideExit(
    _ row: PositionRow, _ direction: Direction, _ reason: ExitReason, _ now: RouterTime
  ) {
    guard book.exit(on: row.instrument) == nil, !row.position.isFlat else { return }
    var counted = row
    counted.exits += 1
    let exit = ExitIntent(
      instrument: row.instrument, direction: direction, position: row.intent, reason: reason,
      generation: counted.exits, quantity: row.position.quantity)
    record(.position(counted), now)
    record(
      .intentAccepted(
        IntentRow(
          hash: Self.hash(exit.canonicalBytes(account: account)), intent: .exit(exit),
          acceptedAt: now.wall)), now)
  }

  mutating func driveExits(_ now: RouterTime) {
    guard readingsCompleted > 0 else { return }
    for intent in book.open(among: book.agenda.exits) {
      guard case .exit(let exit) = intent.intent, !recounted.contains(exit.instrument)
      else { continue }
      drive(intent, exit, now)
    }
  }

  private mutating func drive(_ intent: IntentRow, _ exit: ExitIntent, _ now: RouterTime) {
    let attempts = book.orders(of: intent.hash, role: .exit)
    guard attempts.allSatisfy({ mayFollow($0, now) }) else { return }
    let position = book.position(exit.instrument)
    guard position.direction == exit.direction else {
      return record(.intentState(intent.hash, .filled), now)
    }
    let longest: Int64 = isCovered(exit.instrument) ? 30_000 : Self.nakedPause
    guard !isPausing(attempts, where: Self.isSuspension, longest, now) else { return }
    let counted = attempts.filter { !isForgiven($0) }
    let refusals =
      counted.count { order in
        order.status == .rejected && !Self.isSuspension(order) && !Self.isLateness(order)
          && !Self.isForWant(order)
      } + counted.count(where: Self.isLateness) / Self.latePerRefusal
    // The venue may refuse to close what it does not hold any more: the readings will tell.
    let theirs = venuePositions[exit.instrument]
    let isThere = theirs?.direction == exit.direction
    guard isThere || refusals == 0 && !attempts.contains(where: Self.isForWant) else { return }
    if refusals >= Self.mostRefusals || isContradicted(counted, theirs, now) {
      halt("\(exit.instrument) cannot be closed: \(attempts.last?.text ?? "")", now)
    }
    if exitNeedsRoom(intent), let stop = restingProtection(exit.instrument) {
      if stop.status == .working, isSettled(stop) { sendCancel(stop, now) }
      return
    }
    guard !isPausing(attempts, where: Self.isRefusal, Self.nakedPause, now) else { return }
    sendReducing(
      intent.hash, role: .exit, instrument: exit.instrument, direction: exit.direction,
      quantity: reducible(position.quantity, on: exit.instrument), type: .market, now: now)
  }

  /// Whether it only came too late: that says nothing about the position, nor about the order; but
  /// a clock that is wrong for good has to be noticed.
  private static func isLateness(_ order: OrderRow) -> Bool {
    order.status == .rejected && order.text.contains("wouldProcessAfterSpecifiedTime")
  }

  private static let latePerRefusal = 4

  /// Whether a market that does not trade refused the order: nothing is wrong with the order, nor
  /// with us, and no other market has to stop for it.
  static func isSuspension(_ order: OrderRow) -> Bool {
    order.status == .rejected && RefusalOfMarket.closed.contains { order.text.contains($0) }
  }

  /// Whether the venue refused it for whatever but its time.
  private static func isRefusal(_ order: OrderRow) -> Bool {
    order.status == .rejected && !isLateness(order)
  }

  /// Whether the venue has refused for longer than a reading can be behind to reduce by what its
  /// readings show, `theirs`: then nobody knows what is there.
  private func isContradicted(
    _ attempts: [OrderRow], _ theirs: Position?, _ now: RouterTime
  ) -> Bool {
    let wants = attempts.filter { order in
      Self.isForWant(order) && order.placement.quantity <= (theirs?.quantity ?? .zero)
    }
    guard let first = wants.first, wants.count >= Self.mostRefusals else { return false }
    return now.wall.milliseconds - first.sentAt.milliseconds >= settings.contradictionMilliseconds
  }

  /// The longest pause between two closes where no stop rests; one that rests acts by itself when
  /// the market opens.
  private static let nakedPause: Int64 = 2000

  /// After refusals of one kind closes are tried ever more seldom.
  private func isPausing(
    _ attempts: [OrderRow], where isAlike: (OrderRow) -> Bool, _ longest: Int64, _ now: RouterTime
  ) -> Bool {
    guard let last = attempts.last, isAlike(last) else { return false }
    let refused = attempts.reversed().prefix(while: isAlike).count
    let pause = min(longest, settings.pollMilliseconds << min(refused, 8))
    return age(of: last, now) < pause
  }

  private func isCovered(_ instrument: InstrumentID) -> Bool {
    book.liveOrders(on: instrument).contains { $0.role == .stop && $0.status == .working }
  }

  /// Whether the venue has refused the close beside what rests.
  func exitNeedsRoom(_ intent: IntentRow) -> Bool {
    book.orders(of: intent.hash, role: .exit).contains(where: Self.isForWant)
  }

  /// What of ours still rests and would be added to the close; take-profits first, the stop last.
  private func restingProtection(_ instrument: InstrumentID) -> OrderRow? {
    let live = book.liveOrders(on: instrument)
    return live.first { $0.role == .takeProfit } ?? live.first { $0.role == .stop }
  }
}
