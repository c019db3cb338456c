import Domain
import Ledger

// What the account's own stream tells; it is faster than the readings and proves less.
extension RouterMachine {
  mutating func hear(_ event: StreamEvent, now: RouterTime) {
    mirror.hear(event)
    switch event {
    case .fill(let fill): hear(fill, now)
    case .fills(let fills): for fill in fills { hear(fill, now) }
    case .order(let update):
      // An order of ours that ended is looked up at once.
      if update.isOver, let id = update.clientOrderID, book.orders[id]?.status == .working {
        wantReading(now)
      }
    case .disconnected, .gap: wantReading(now)
    case .connected, .began, .refused, .trade, .ticker, .book, .level, .orders, .positions,
      .money:
      break
    }
  }

  /// Only fills of orders in memory are taken; what they do not explain is left to the readings.
  private mutating func hear(_ fill: Fill, _ now: RouterTime) {
    guard let id = fill.clientOrderID, book.orders[id] != nil else { return }
    apply(fill, to: id, now: now)
  }
}
