import Domain
import Ledger

// Orders that are shown at rest although they are over. A reading may be behind its time, so what
// it takes is no harm: the order is cancelled at once, which does nothing to one that has ended,
// and no entry leaves beside it (layer 4); trading stops when readings go on showing it.
extension RouterMachine {
  /// An order that was judged to be over: it is taken away unless it is all that protects a
  /// position, or nothing of it is left to trade.
  mutating func bury(_ order: OrderRow, _ now: RouterTime) {
    guard touched[order.id, default: 0] < readingsCompleted else { return }
    suspect(order.id, "order \(order.id) rests, and was judged \(order.status.rawValue)", now)
    guard order.filled < order.placement.quantity else { return }
    let protected = book.liveOrders(on: order.instrument).contains { row in
      row.role == .stop && row.status == .working && row.id != order.id
    }
    guard order.role != .stop || protected || book.position(order.instrument).isFlat else {
      return
    }
    touch(order.id)
    request(.cancel(order.id, processBefore: stopDeadline(now)), for: .zombie(order.id))
  }

  /// Stops entries when it has been shown for longer than a reading can be behind.
  mutating func suspect(_ id: ClientOrderID, _ why: String, _ now: RouterTime) {
    let since = zombies[id] ?? now.machine
    zombies[id] = since
    if now.machine.milliseconds(since: since) >= settings.contradictionMilliseconds {
      halt(why, now)
    } else {
      alert(why)
    }
  }

  mutating func forgetZombies(but shown: [OpenOrder]) {
    guard !zombies.isEmpty else { return }
    let ids = Set(shown.compactMap(\.clientOrderID))
    zombies = zombies.filter { ids.contains($0.key) }
  }
}
