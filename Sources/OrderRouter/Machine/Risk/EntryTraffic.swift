import Domain
import Ledger

/// Entries that went out against intents that came in, at the last hop: the one count that cannot
/// be argued with.
///
/// Invariants: 1. No more entry orders leave than intents were accepted, one for each. 2. What
/// leaves for an intent is no larger than the intent.
struct EntryTraffic: Sendable {
  private(set) var accepted = 0
  private(set) var sent = 0
  /// Accepted and not over, and whether its order has left.
  private var intents: [IntentHash: (lots: Int64, isSent: Bool)] = [:]

  /// Whatever an earlier life accepted counts as sent: it is only looked up.
  init(_ book: RouterBook) {
    for row in book.open {
      guard let entry = row.entry else { continue }
      accepted += 1
      sent += 1
      intents[row.hash] = (entry.quantity.lots, true)
    }
  }

  mutating func accept(_ hash: IntentHash, _ quantity: Quantity) {
    accepted += 1
    intents[hash] = (quantity.lots, false)
  }

  /// Nil, and counted, when the order may leave.
  mutating func send(_ hash: IntentHash, _ quantity: Quantity) -> Denial? {
    guard let intent = intents[hash], !intent.isSent, sent < accepted,
      quantity.lots <= intent.lots
    else {
      let lots = intents[hash].map { "\($0.lots)" } ?? "none"
      return Denial(
        .outOverIn,
        "out=\(sent) in=\(accepted) quantity=\(quantity.lots) intent=\(lots) "
          + "sent=\(intents[hash]?.isSent == true)")
    }
    sent += 1
    intents[hash]?.isSent = true
    return nil
  }

  /// Never sent after all.
  mutating func withdraw(_ hash: IntentHash) {
    guard intents.removeValue(forKey: hash)?.isSent == false else { return }
    accepted -= 1
  }

  /// Nothing of it is left; what went out and came in stays counted.
  mutating func close(_ hash: IntentHash) { intents[hash] = nil }
}
