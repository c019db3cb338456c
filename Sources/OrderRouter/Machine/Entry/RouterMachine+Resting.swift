import Domain
import Ledger

// Entries that rest: taken away when their time is over or the market has proved them wrong.
extension RouterMachine {
  mutating func endRestingEntries(_ now: RouterTime) {
    for instrument in book.locks.keys.sorted() {
      for order in book.liveOrders(on: instrument)
      where order.role == .entry && order.status == .working && isSettled(order) {
        guard let signal = book.intents[order.intent]?.entry?.signal else { continue }
        let age = now.wall.milliseconds - order.sentAt.milliseconds
        if age >= settings.entryTimeoutMilliseconds || isInvalidated(signal)
          || book.frozen[instrument] != nil
        {
          sendCancel(order, now)
        }
      }
    }
  }

  /// Whether the mark has passed the price that proves the decision wrong.
  private func isInvalidated(_ signal: Signal) -> Bool {
    guard let mark = marks[signal.instrument]?.price else { return false }
    return signal.direction == .long ? mark <= signal.stop : mark >= signal.stop
  }
}
