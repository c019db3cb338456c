import Domain
import Ledger

// Sending an order or a change of one, and reading the answer to it.
extension RouterMachine {
  /// The next attempt of an order: an attempt is made only after the last is proved dead.
  func makeOrder(
    _ intent: IntentHash, role: OrderRole, rung: Int = 0, instrument: InstrumentID, side: Side,
    quantity: Quantity, type: OrderType, processBefore: WallTime, now: RouterTime
  ) -> OrderRow {
    let earlier = book.orders(of: intent, role: role, rung: rung)
    invariant(
      earlier.allSatisfy(\.status.isTerminal), "a new attempt only after the last is proved dead")
    let attempt = earlier.count + 1
    let digest = Digest.sha256(
      ClientOrderID.canonicalBytes(intent: intent, role: role, rung: rung, attempt: attempt))
    guard let id = ClientOrderID(installation: installation, digest: digest) else {
      fatalError("invariant broken: SHA-256 makes a client order id")
    }
    return OrderRow(
      intent: intent, role: role, rung: rung, attempt: attempt,
      placement: OrderPlacement(
        clientOrderID: id, instrument: instrument, side: side, quantity: quantity, type: type,
        reduceOnly: role != .entry, processBefore: processBefore), sentAt: now.wall)
  }

  /// Commits an order that only reduces as SENDING and asks for it to be sent.
  mutating func sendReducing(
    _ intent: IntentHash, role: OrderRole, rung: Int = 0, instrument: InstrumentID,
    direction: Direction, quantity: Quantity, type: OrderType, now: RouterTime
  ) {
    let order = makeOrder(
      intent, role: role, rung: rung, instrument: instrument, side: direction.exitSide,
      quantity: quantity, type: type, processBefore: stopDeadline(now), now: now)
    record(.orderSending(order), now)
    touch(order.id)
    request(.place(order.placement), for: .place(order.id))
  }

  mutating func sendCancel(_ order: OrderRow, _ now: RouterTime) {
    let change = OrderChange(what: .cancel, sentAt: now.wall, processBefore: stopDeadline(now))
    record(.changeSending(order.id, change), now)
    touch(order.id)
    request(.cancel(order.id, processBefore: change.processBefore), for: .cancel(order.id))
  }

  mutating func sendAmendment(
    _ order: OrderRow, quantity: Quantity, trigger: Price?, _ now: RouterTime
  ) {
    let change = OrderChange(
      what: .amend(quantity: quantity, trigger: trigger), sentAt: now.wall,
      processBefore: stopDeadline(now))
    record(.changeSending(order.id, change), now)
    touch(order.id)
    request(
      .amend(
        OrderAmendment(
          clientOrderID: order.id, instrument: order.instrument, quantity: quantity,
          trigger: trigger, processBefore: change.processBefore)), for: .amend(order.id))
  }

  mutating func placed(_ id: ClientOrderID, _ outcome: VenueOutcome, now: RouterTime) {
    touch(id)
    guard let order = book.orders[id], order.status == .sending else { return }
    switch outcome {
    case .answer(.placed(let answer)):
      for fill in answer.fills { apply(fill, to: id, now: now) }
      let status = Self.status(of: book.orders[id] ?? order, rests: answer.rests)
      if status == .working { lastSeenOpen[id] = seenFrom(order) }
      record(.orderStatus(id, status, answer.venueOrderID, text: answer.word), now)
      if status == .unknown { wantReading(now) }
    case .refused(let word) where word.hasPrefix("NOT_SENT"):
      record(.orderDenied(id, Denial(.notSent, word)), now)
    case .refused(let word):
      record(.orderStatus(id, .rejected, nil, text: word), now)
      noteRefusal(of: order, word)
      // The next attempt waits for a look at the venue.
      if order.role == .stop { wantReading(now) }
      if order.role != .entry {
        alert("\(order.role.rawValue) \(id) rejected: \(word)")
      } else {
        countRejection(word, now)
      }
    case .answer:
      record(.orderStatus(id, .unknown, nil, text: "answer to another question"), now)
      wantReading(now)
    case .ambiguous(let why):
      record(.orderStatus(id, .unknown, nil, text: String(why.prefix(256))), now)
      wantReading(now)
    }
  }

  /// The answer to a cancel or an amendment.
  ///
  /// A cancel that was taken is not the end of the order: the venue's records have to show that.
  mutating func changed(_ id: ClientOrderID, _ outcome: VenueOutcome, now: RouterTime) {
    touch(id)
    guard let order = book.orders[id], order.change != nil else { return }
    switch outcome {
    case .answer(.amended): record(.changeEnded(id, taken: true), now)
    case .answer(.cancel(let answer)):
      record(.changeEnded(id, taken: answer == .cancelled), now)
      wantReading(now)
    case .refused(let word):
      record(.changeEnded(id, taken: false), now)
      noteRefusal(of: order, word)
      if order.role == .stop { wantReading(now) }
      alert("a change of \(order.role.rawValue) \(id) is refused: \(word)")
    case .answer, .ambiguous:
      record(.changeDoubtful(id), now)
      wantReading(now)
    }
  }

  /// An order that does not rest and did not fill completely has an end we have not seen: the
  /// venue's records say how much of it filled before it counts as over.
  private static func status(of order: OrderRow, rests: Bool) -> OrderStatus {
    if order.filled >= order.placement.quantity { return .filled }
    return rests ? .working : .unknown
  }
}
