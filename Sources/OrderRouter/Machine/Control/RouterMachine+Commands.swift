import Domain
import Ledger

// What an operator may ask for; each is journaled with who and why.
extension RouterMachine {
  mutating func obey(_ command: RouterCommand, _ id: UInt64, _ now: RouterTime) {
    let answer: CommandAnswer? =
      switch command {
      case .resolve(let order, let placedAs, let by, let reason):
        resolve(order, placedAs: placedAs, by: by, reason: reason, now)
      case .pause(let by, let reason): pause("\(by): \(reason)", now)
      case .resume(let by, let reason): resume("\(by): \(reason)", now)
      case .flatten(let instrument, let by, let reason):
        flatten(instrument, "\(by): \(reason)", now)
      case .cancel(let order, let by): cancel(order, by: by, now)
      case .acknowledge(let by, let reason):
        acknowledge(by: by, reason: reason, command: id, now)
      case .unlock(let kind, let scope, let by, let reason):
        unlock(kind, scope, by: by, reason: reason, now)
      case .lock(let scope, let until, let by, let reason):
        lock(scope, until: until, by: by, reason: reason, now)
      case .change(let key, let value, let tightens, let by, let reason):
        change(key, to: value, tightens: tightens, by: by, reason: reason, now)
      case .confirm(let key, let value, let by, let reason):
        confirm(key, to: value, by: by, reason: reason, now)
      case .reconcile: reconcile(now)
      }
    if let answer { effects.append(.answer(command: id, answer)) }
  }

  /// The only way out of HELD; refused against evidence.
  private mutating func resolve(
    _ id: ClientOrderID, placedAs venueID: VenueOrderID?, by: String, reason: String,
    _ now: RouterTime
  ) -> CommandAnswer {
    guard let order = book.orders[id] else { return .refused("no open order \(id)") }
    guard order.status == .held else {
      return .refused("order \(id) is \(order.status.rawValue), not held")
    }
    record(.resolution(id, by: by, reason: reason), now)
    guard let venueID else {
      guard order.filled == .zero, lastSeenOpen[id] == nil else {
        return .refused("order \(id) was seen at the venue: filled \(order.filled.lots) lots")
      }
      record(.orderStatus(id, .notPlaced, nil, text: "resolved by \(by): \(reason)"), now)
      return .done("order \(id) was not placed")
    }
    let status: OrderStatus =
      order.placement.type.rests && lastSeenOpen[id] != nil ? .working : .cancelled
    record(.orderStatus(id, status, venueID, text: "resolved by \(by): \(reason)"), now)
    wantReading(now)
    return .done("order \(id) is \(status.rawValue) as \(venueID)")
  }

  private mutating func pause(_ why: String, _ now: RouterTime) -> CommandAnswer {
    guard tradingState == .active else { return .refused("already \(tradingState.rawValue)") }
    tradingState = .reducing
    record(.property("paused", why), now)
    record(.state("paused by \(why)"), now)
    return .done("no entries until resumed")
  }

  private mutating func resume(_ why: String, _ now: RouterTime) -> CommandAnswer {
    guard !latch.isActive else { return .refused("the kill latch is set: acknowledge it first") }
    guard tradingState == .reducing else { return .refused("it is \(tradingState.rawValue)") }
    tradingState = .active
    record(.property("paused", ""), now)
    record(.state("resumed by \(why)"), now)
    return .done("entries again")
  }

  private mutating func flatten(
    _ instrument: InstrumentID?, _ why: String, _ now: RouterTime
  ) -> CommandAnswer {
    var closing: [String] = []
    for (id, row) in book.positions.sorted(by: { $0.key < $1.key })
    where instrument == nil || id == instrument {
      guard let direction = row.position.direction, book.exit(on: id) == nil else { continue }
      record(.state("flatten \(id) by \(why)"), now)
      decideExit(row, direction, .operator, now)
      closing.append("\(id) \(row.position.signedLots) lots")
    }
    return closing.isEmpty
      ? .refused("nothing to close") : .done("closing \(closing.joined(separator: ", "))")
  }

  private mutating func cancel(
    _ id: ClientOrderID, by: String, _ now: RouterTime
  ) -> CommandAnswer {
    guard let order = book.orders[id], order.status == .working else {
      return .refused("no resting order \(id)")
    }
    guard order.change == nil else { return .refused("a change of \(id) is under way") }
    guard order.role != .stop || book.position(order.instrument).isFlat else {
      return .refused("order \(id) is the stop of a position: flatten it instead")
    }
    record(.state("cancel \(id) by \(by)"), now)
    sendCancel(order, now)
    return .done("cancelling \(id)")
  }

  private mutating func reconcile(_ now: RouterTime) -> CommandAnswer {
    wantReading(now)
    return .done("reading the venue")
  }
}
