import Domain

/// What is promised to intents that the ledger does not show yet: their slots, margin and notional.
///
/// Invariants:
/// 1. A place is reserved from the moment an intent is forwarded.
/// 2. It is released by the router's denial, when the ledger shows the intent (then the ledger
///    reserves it), or when nobody answered, `validUntil` has passed, and the router, asked after
///    that, knows nothing of it.
/// 3. No passing of time alone releases anything.
struct Reservations: Sendable {
  struct Place: Hashable, Sendable {
    let intent: OrderIntent
    /// Micros, at the worse of worst price and mark when it was sized.
    let notional: Int64
    let at: WallTime
    /// The number of the last question to the ledger that was asked before nobody answered.
    var doubtedAt: UInt64?
  }

  private(set) var places: [SignalID: Place] = [:]

  mutating func reserve(_ intent: OrderIntent, notional: Int64, at now: WallTime) {
    places[intent.signal.id] = Place(intent: intent, notional: notional, at: now)
  }

  /// The router has said no, or the intent never left.
  mutating func release(_ id: SignalID) { places[id] = nil }

  /// The ledger shows it from here on, accepted or denied.
  mutating func isJournaled(_ id: SignalID) { places[id] = nil }

  /// Nobody answered in time; `asked` is the number of questions asked so far.
  mutating func doubt(_ id: SignalID, asked: UInt64) {
    places[id]?.doubtedAt = asked
  }

  /// The ledger was read to its end by question `answered`: what it was asked for after a doubt
  /// and does not show was never accepted.
  mutating func settle(answered: UInt64, now: WallTime) {
    places = places.filter { _, place in
      guard let doubt = place.doubtedAt, doubt < answered else { return true }
      return now < place.intent.signal.validUntil
    }
  }

  var hasDoubt: Bool { places.values.contains { $0.doubtedAt != nil } }
}
