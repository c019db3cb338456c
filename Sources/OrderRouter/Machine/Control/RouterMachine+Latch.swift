import Domain
import Ledger

// The kill latch: entries stop at once, orders that are no stops are taken away one by one, and, if
// it says so, positions are closed. Stops are never touched while a position is there.
extension RouterMachine {
  mutating func turn(_ view: LatchView, _ now: RouterTime) {
    guard view != latch else { return }
    latch = view
    record(.state(view.isActive ? "latched: \(view.text)" : "latch cleared"), now)
    if !view.isActive, tradingState == .halted { tradingState = .active }
  }

  mutating func keepLatch(_ now: RouterTime) {
    guard latch.isActive, readingsCompleted > 0 else { return }
    for order in book.liveOrders where order.role != .stop && order.role != .exit {
      let strategy = book.intents[order.intent]?.entry?.signal.strategy
      guard latch.covers(strategy, order.instrument), order.status == .working, isSettled(order)
      else { continue }
      sendCancel(order, now)
    }
    if latch.flattens { flattenCovered(now) }
  }

  /// Per instrument: nothing but stops alive, nothing in doubt, then the close.
  private mutating func flattenCovered(_ now: RouterTime) {
    for instrument in book.positions.keys.sorted() {
      guard let row = book.positions[instrument], let direction = row.position.direction,
        let owner = book.intents[row.intent], owner.entry != nil,
        latch.covers(owner.entry?.signal.strategy, instrument)
      else { continue }
      let clear = book.liveOrders(on: instrument).allSatisfy { order in
        order.role == .stop && order.status == .working
      }
      if clear { decideExit(row, direction, .killSwitch, now) }
    }
  }

  /// What of the latch's scope is not done yet; empty when it is verified: nothing of ours but
  /// stops is alive or in doubt, in the ledger and in the newest complete reading.
  package var latchPending: [String] {
    guard latch.isActive else { return [] }
    guard readingsCompleted > 0 else { return ["the venue has not been read"] }
    var pending = book.liveOrders.filter { order in
      let strategy = book.intents[order.intent]?.entry?.signal.strategy
      return order.role != .stop && latch.covers(strategy, order.instrument)
    }.map { "\($0.role.rawValue) \($0.id) is \($0.status.rawValue)" }
    if latch.flattens {
      pending += book.positions.values.filter { row in
        guard let owner = book.intents[row.intent], owner.entry != nil else { return false }
        let covered = latch.covers(owner.entry?.signal.strategy, row.instrument)
        return covered && (!row.position.isFlat || flatReadings[row.instrument, default: 0] < 2)
      }.map { "\($0.instrument) holds \($0.position.signedLots) lots" }
    }
    return pending.sorted()
  }
}
