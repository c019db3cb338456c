import Domain
import Ledger

// Sending an order and reading the answer to it.
extension RouterMachine {
  /// Commits a new order as SENDING and asks for it to be sent.
  mutating func send(
    _ intent: IntentHash, role: OrderRole, instrument: InstrumentID, side: Side,
    quantity: Quantity, type: OrderType, processBefore: WallTime, now: RouterTime
  ) {
    let previous = book.orders(of: intent, role: role)
    invariant(
      previous.allSatisfy(\.status.isTerminal), "a new attempt only after the last is proved dead")
    let attempt = previous.count + 1
    let digest = Digest.sha256(
      ClientOrderID.canonicalBytes(intent: intent, role: role, attempt: attempt))
    guard let id = ClientOrderID(installation: installation, digest: digest) else {
      fatalError("invariant broken: SHA-256 makes a client order id")
    }
    let placement = OrderPlacement(
      clientOrderID: id, instrument: instrument, side: side, quantity: quantity, type: type,
      reduceOnly: role != .entry, processBefore: processBefore)
    record(
      .orderSending(
        OrderRow(
          intent: intent, role: role, attempt: attempt, placement: placement, sentAt: now.wall)),
      now)
    touch(id)
    request(.place(placement), for: .place(id))
  }

  mutating func placed(_ id: ClientOrderID, _ outcome: VenueOutcome, now: RouterTime) {
    touch(id)
    guard let order = book.orders[id], order.status == .sending else { return }
    switch outcome {
    case .answer(.placed(let answer)):
      for fill in answer.fills { apply(fill, to: id, now: now) }
      let status = Self.status(of: book.orders[id] ?? order, rests: answer.rests)
      record(.orderStatus(id, status, answer.venueOrderID, text: answer.word), now)
    case .refused(let word):
      // No byte left, or the venue assessed the order and did not take it.
      let unsent = word.hasPrefix("NOT_SENT")
      record(.orderStatus(id, unsent ? .notPlaced : .rejected, nil, text: word), now)
      if order.role != .entry { alert("\(order.role.rawValue) \(id) refused: \(word)") }
    case .answer:
      record(.orderStatus(id, .unknown, nil, text: "answer to another question"), now)
    case .ambiguous(let why):
      record(.orderStatus(id, .unknown, nil, text: String(why.prefix(256))), now)
      nextReading = reading == nil ? now.machine : nextReading
    }
  }

  /// An order that does not rest and did not fill completely has an end we have not seen: the
  /// venue's records say how much of it filled before it counts as over.
  private static func status(of order: OrderRow, rests: Bool) -> OrderStatus {
    if order.filled >= order.placement.quantity { return .filled }
    return rests ? .working : .unknown
  }

  mutating func touch(_ id: ClientOrderID) {
    touched[id] = readingsStarted
  }

  /// Counts a fill once and moves the position.
  mutating func apply(_ fill: Fill, to id: ClientOrderID, now: RouterTime) {
    guard !book.executions.contains(fill.id), let order = book.orders[id] else { return }
    record(.fill(fill, of: id), now)
    let before = book.positions[fill.instrument]
    let lots = (before?.position.signedLots ?? 0) + fill.side.sign * fill.quantity.lots
    // The intent whose entry opened the position keeps it until the next entry opens another one.
    let owner = order.role == .entry ? order.intent : before?.intent ?? order.intent
    record(
      .position(
        PositionRow(
          position: Position(instrument: fill.instrument, signedLots: lots), intent: owner,
          changedAt: fill.time)), now)
    flatReadings[fill.instrument] = 0
  }
}
