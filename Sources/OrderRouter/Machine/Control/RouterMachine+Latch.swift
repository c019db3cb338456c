import Domain
import Ledger

// The kill latch: entries stop at once, orders that are no stops are taken away one by one, and, if
// it says so, positions are closed. Stops are never touched while a position is there.
extension RouterMachine {
  mutating func turn(_ view: LatchView, _ now: RouterTime) {
    guard view != latch else { return }
    latch = view
    // Only a reading that begins from here on shows what the latch has led to.
    latchReading = readingsStarted
    if phase != .loadingInstruments { wantReading(now) }
    record(.state(word(for: view)), now)
    if !view.isActive, tradingState == .halted { tradingState = unhalted }
  }

  private func word(for view: LatchView) -> String {
    guard view.isActive else { return "latch cleared" }
    // Nothing was asked yet: this life begins with it.
    return nextTag == 1 ? "SAFE_HOLD, latched: \(view.text)" : "latched: \(view.text)"
  }

  /// What a person has read and holds to be over; the shell clears the file when this is durable.
  mutating func acknowledge(
    by: String, reason: String, command: UInt64, _ now: RouterTime
  ) -> CommandAnswer? {
    guard latch.isActive else { return .refused("the kill latch is not set") }
    let pending = latchPending
    let rest = pending.isEmpty ? "verified" : "not done: \(pending.joined(separator: "; "))"
    record(
      .state("latch acknowledged by \(by): \(reason) (\(latch.text); \(rest.prefix(500)))"), now)
    record(.property(Self.acknowledgedProperty, "\(now.wall.milliseconds)"), now)
    effects.append(.clearLatch(command: command, acknowledged: latch))
    return nil
  }

  /// What has been tried before a person looked and cleared the latch: it presses none again.
  func isForgiven(_ order: OrderRow) -> Bool {
    guard let text = book.properties[Self.acknowledgedProperty], let at = Int64(text) else {
      return false
    }
    return order.sentAt.milliseconds <= at
  }

  private static let acknowledgedProperty = "latch_acknowledged_ms"

  mutating func keepLatch(_ now: RouterTime) {
    guard latch.isActive, readingsCompleted > 0 else { return }
    for order in book.liveOrders where order.role != .stop && order.role != .exit {
      let strategy = book.intents[order.intent]?.entry?.signal.strategy
      guard latch.covers(strategy, order.instrument), order.status == .working, isSettled(order)
      else { continue }
      sendCancel(order, now)
    }
    if !latch.flattening.isEmpty { flattenCovered(now) }
  }

  /// Per instrument: nothing but stops alive, nothing in doubt, then the close.
  private mutating func flattenCovered(_ now: RouterTime) {
    for instrument in book.agenda.held.sorted() {
      guard let row = book.positions[instrument], let direction = row.position.direction,
        latchCloses(row)
      else { continue }
      let clear = book.liveOrders(on: instrument).allSatisfy { order in
        order.role == .stop && order.status == .working
      }
      if clear { decideExit(row, direction, .killSwitch, now) }
    }
  }

  /// An adopted position is somebody else's, and goes only where the latch says so.
  private func latchCloses(_ row: PositionRow) -> Bool {
    guard let owner = book.intents[row.intent] else { return false }
    guard let entry = owner.entry else { return latch.closesForeign(row.instrument) }
    return latch.closes(entry.signal.strategy, row.instrument)
  }

  /// What of the latch's scope is not done yet; empty when it is verified: nothing of ours but
  /// stops is alive or in doubt, in the ledger and in the newest complete reading.
  package var latchPending: [String] {
    guard latch.isActive else { return [] }
    guard readingsCompleted > latchReading else {
      return ["the venue has not been read since the press"]
    }
    var pending = book.liveOrders.filter { order in
      let strategy = book.intents[order.intent]?.entry?.signal.strategy
      return order.role != .stop && latch.covers(strategy, order.instrument)
    }.map { "\($0.role.rawValue) \($0.id) is \($0.status.rawValue)" }
    if !latch.flattening.isEmpty {
      pending += book.positions.values.filter { row in
        latchCloses(row) && (!row.position.isFlat || flatReadings[row.instrument, default: 0] < 2)
      }.map { "\($0.instrument) holds \($0.position.signedLots) lots" }
      pending += differences.filter { latch.closesForeign($0.key) }.map { instrument, seen in
        "\(instrument): the venue shows \(seen.theirs) lots, ours are \(seen.ours)"
      }
    }
    return pending.sorted()
  }
}
