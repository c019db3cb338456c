import Domain

@testable import Ledger

/// The records of one decision from its acceptance to its end, one commit a step.
struct Trade {
  let intent: IntentRow

  init(_ intent: IntentRow) { self.intent = intent }

  init(_ setup: String, on symbol: String = "PF_XBTUSD", generation: Int = 0) {
    intent = Sample.intent(setup, on: Sample.known(symbol), generation: generation)
  }

  var signal: Signal { Sample.signal(of: intent) }

  private var sign: Int64 { signal.direction == .long ? 1 : -1 }
  private let lots: Int64 = 10
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

  /// Accepted, withdrawn by layer 4 before a byte left.
  var denied: [[LedgerRecord]] {
    [
      [.intentAccepted(intent), .orderSending(entry)],
      [.orderDenied(entry.id, Denial(.venueDisagrees, "x"))],
    ]
  }

  /// An exit of our own takes half of the position, the venue says that the rest is gone too.
  var leaving: [[LedgerRecord]] {
    let exit = ExitIntent(
      instrument: intent.instrument, direction: signal.direction, position: intent.hash,
      reason: .strategy, generation: 1, quantity: Quantity(lots: lots))
    let account = AccountID(unchecked: "demo")
    guard let hash = IntentHash(bytes: Digest.sha256(exit.canonicalBytes(account: account))) else {
      fatalError("a digest has 32 bytes")
    }
    let row = IntentRow(hash: hash, intent: .exit(exit), acceptedAt: Sample.now)
    let order = OrderRow(
      intent: hash, role: .exit, attempt: 1,
      placement: OrderPlacement(
        clientOrderID: ClientOrderID(unchecked: "\(hash)-exit"), instrument: intent.instrument,
        side: signal.direction.exitSide, quantity: Quantity(lots: lots), type: .market,
        reduceOnly: true, processBefore: Sample.now), sentAt: Sample.now)
    return [
      [.intentAccepted(row), .orderSending(order)],
      [
        .fill(Sample.fill(of: order, lots: 5), of: order.id),
        Sample.position(of: intent, lots: sign * 5),
        .orderStatus(order.id, .cancelled, venueID, text: ""), .intentState(hash, .cancelled),
      ],
      [
        .adjustment(
          PositionAdjustment(
            instrument: intent.instrument, from: sign * 5, to: 0, at: Sample.now, why: "venue")),
        Sample.position(of: intent, lots: 0),
      ],
      [.intentClosed(hash), .orderStatus(stop.id, .cancelled, venueID, text: "")],
      [.intentClosed(intent.hash)],
    ]
  }

  /// Sent and in doubt.
  var doubtful: [[LedgerRecord]] {
    [
      [.intentAccepted(intent), .orderSending(entry)],
      [.orderStatus(entry.id, .unknown, nil, text: "no answer")],
    ]
  }

  /// Several trades on four instruments, in every stage of their lives.
  static var several: [[LedgerRecord]] {
    let left = Trade("f", on: "PF_XRPUSD")
    return Trade("c", on: "PF_ETHUSD").denied + left.opening + left.leaving + classic
  }

  /// Trades as the first schema could hold them.
  static var classic: [[LedgerRecord]] {
    let first = Trade("a")
    let again = Trade("a", generation: 1)
    return first.opening + first.closing + again.opening
      + Trade("b", on: "PF_ETHUSD").refused + Trade("d", on: "PF_ETHUSD").doubtful
      + Trade(Sample.intent("e", on: Sample.known("PF_SOLUSD"), direction: .short)).opening
  }
}

extension Ledger {
  /// Commits each of `steps`.
  func play(_ steps: [[LedgerRecord]], now: WallTime = Sample.now) throws(LedgerError) {
    for step in steps { try commit(step, now: now) }
  }
}
