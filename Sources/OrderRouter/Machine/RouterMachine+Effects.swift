import Domain
import Ledger

// What every decision is made of: a record, a request, a halt, a word to a person.
extension RouterMachine {
  static func hash(_ bytes: [UInt8]) -> IntentHash {
    guard let hash = IntentHash(bytes: Digest.sha256(bytes)) else {
      fatalError("invariant broken: SHA-256 has 32 bytes")
    }
    return hash
  }

  mutating func record(_ record: LedgerRecord, _ now: RouterTime) {
    followDoubt(record, now)
    book.apply(record, now: now.wall)
    followExposure(record)
    effects.append(.record(record))
    // A withdrawn entry leaves the book with its intent; nothing of it is kept here either.
    if case .orderDenied(let id, _) = record, book.orders[id] == nil {
      touched[id] = nil
      lastSeenOpen[id] = nil
      unseenSince[id] = nil
    }
  }

  /// Keeps `unseenSince`; looks at the book as it is before `record`.
  private mutating func followDoubt(_ record: LedgerRecord, _ now: RouterTime) {
    guard case .orderStatus(let id, let status, _, _) = record else { return }
    switch status {
    case .unknown: if book.orders[id]?.status == .working { unseenSince[id] = now.machine }
    case .held: break
    default: unseenSince[id] = nil
    }
  }

  mutating func request(_ request: VenueRequest, for purpose: RequestPurpose) {
    purposes[nextTag] = purpose
    effects.append(.request(request, tag: nextTag))
    nextTag += 1
  }

  /// Stops entries for good: by the latch, which only a person clears.
  mutating func halt(_ why: String, _ now: RouterTime) {
    guard tradingState != .halted else { return }
    tradingState = .halted
    record(.state("halted: \(why)"), now)
    effects.append(.pressLatch(why: why))
    effects.append(.alert("trading halted: \(why)"))
  }

  /// Says something once an hour, and never less for having said much else.
  mutating func alert(_ text: String) {
    guard alerted.insert(text).inserted else { return }
    if alerted.count > Self.mostAlerted { alerted = [text] }
    effects.append(.alert(text))
  }

  static let mostAlerted = 1000

  mutating func renewAlerts(_ now: RouterTime) {
    guard now.machine >= alertsAnew ?? now.machine else { return }
    alerted.removeAll(keepingCapacity: true)
    alertsAnew = now.machine.advanced(byMilliseconds: 3_600_000)
  }
}
