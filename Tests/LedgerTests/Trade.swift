import Domain

@testable import Ledger

/// The records of one decision from its acceptance to its end, one commit a step.
struct Trade {
  let intent: IntentRow

  init(_ intent: IntentRow) { self.intent = intent }

  init(_ setup: String, on symbol: String = "PF_XBTUSD", generation: Int = 0) {
    intent = Sample.intent(setup, on: Sample.known(symbol), generation: generation)
  }

  private var sign: Int64 { intent.intent.signal.direction == .long ? 1 : -1 }
  private var lots: Int64 { intent.intent.quantity.lots }
  private var entry: OrderRow { Sample.order(of: intent) }
  private var stop: OrderRow { Sample.order(of: intent, role: .stop) }
  private let venueID = VenueOrderID(unchecked: "v-1")

  /// Accepted, sent, filled in two parts, protected: a position is open at the end.
  var opening: [[LedgerRecord]] {
    [
      [.intentAccepted(intent)],
      [.orderSending(entry)],
      [
        .fill(Sample.fill(of: entry, lots: 4), of: entry.id),
        Sample.position(of: intent, lots: sign * 4),
      ],
      [
        .fill(Sample.fill(of: entry, lots: lots - 4, part: 2), of: entry.id),
        Sample.position(of: intent, lots: sign * lots),
        .orderStatus(entry.id, .filled, venueID, text: ""),
      ],
      [.orderSending(stop)],
      [.orderStatus(stop.id, .working, venueID, text: "")],
    ]
  }

  /// The stop fills, nothing is left.
  var closing: [[LedgerRecord]] {
    [
      [
        .fill(Sample.fill(of: stop, lots: lots), of: stop.id), Sample.position(of: intent, lots: 0),
        .orderStatus(stop.id, .filled, venueID, text: ""),
      ],
      [.intentClosed(intent.hash)],
    ]
  }

  /// Accepted, sent, refused by the venue.
  var refused: [[LedgerRecord]] {
    [
      [.intentAccepted(intent), .orderSending(entry)],
      [.orderStatus(entry.id, .rejected, nil, text: "no"), .intentClosed(intent.hash)],
    ]
  }

  /// Accepted, denied by layer 4.
  var denied: [[LedgerRecord]] {
    [
      [.intentAccepted(intent)],
      [.intentDenied(intent.hash, intent.intent.signal.id, Denial(.venueDisagrees, "x"))],
    ]
  }

  /// Sent and in doubt.
  var doubtful: [[LedgerRecord]] {
    [
      [.intentAccepted(intent), .orderSending(entry)],
      [.orderStatus(entry.id, .unknown, nil, text: "no answer")],
    ]
  }

  /// Several trades on three instruments, in every stage of their lives.
  static var several: [[LedgerRecord]] {
    let first = Trade("a")
    let again = Trade("a", generation: 1)
    return first.opening + first.closing + again.opening
      + Trade("b", on: "PF_ETHUSD").refused + Trade("c", on: "PF_ETHUSD").denied
      + Trade("d", on: "PF_ETHUSD").doubtful
      + Trade(Sample.intent("e", on: Sample.known("PF_SOLUSD"), direction: .short)).opening
  }
}

extension Ledger {
  /// Commits each of `steps`.
  func play(_ steps: [[LedgerRecord]], now: WallTime = Sample.now) throws(LedgerError) {
    for step in steps { try commit(step, now: now) }
  }
}
