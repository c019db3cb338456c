import Domain
import Ledger

// Entries that rest: taken away when their time is over or the market has proved them wrong.
extension RouterMachine {
  mutating func endRestingEntries(_ now: RouterTime) {
    guard !book.agenda.restingEntries.isEmpty else { return }
    let resting = book.agenda.restingEntries.compactMap { book.orders[$0] }
    for order in resting.sorted(by: { ($0.instrument, $0.id) < ($1.instrument, $1.id) })
    where isSettled(order) {
      guard let signal = book.intents[order.intent]?.entry?.signal else { continue }
      if age(of: order, now) >= settings.entryTimeoutMilliseconds || isInvalidated(signal)
        || book.frozen[order.instrument] != nil
      {
        sendCancel(order, now)
      }
    }
  }

  /// Whether the mark has passed the price that proves the decision wrong.
  private func isInvalidated(_ signal: Signal) -> Bool {
    guard let mark = marks[signal.instrument]?.price else { return false }
    return signal.direction == .long ? mark <= signal.stop : mark >= signal.stop
  }
}
