/// How much of the venue's rate limits this process may spend, and what of it is kept for whom.
///
/// Two processes with one key share the venue's limits: each then gets its part.
package struct RateLimits: Hashable, Sendable {
  /// Tokens in 10 s; the venue gives 500.
  package var trading = 480
  /// Of those, what cancels, protective orders and reconciliation have to themselves.
  package var cancels = 100
  package var protection = 150
  package var reconciliation = 80
  /// Tokens in 10 min for the venue's records; the venue gives 100.
  package var history = 90

  package init() {}

  /// Why these are no limits; nil when they are.
  package var complaint: String? {
    guard [trading, cancels, protection, reconciliation, history].allSatisfy({ $0 >= 0 }) else {
      return "a number of tokens is below 0"
    }
    let reserved = cancels + protection + reconciliation
    guard reserved <= trading else {
      return "\(reserved) tokens are reserved of \(trading)"
    }
    return nil
  }
}
