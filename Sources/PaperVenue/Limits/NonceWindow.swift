/// The nonces of one key.
///
/// The venue wants them to grow and tolerates a wrong order "for a short while" without a number.
/// Here that is: a nonce may come late while all that is older than `tolerance` or than the newest
/// `most` was smaller. A restart of the venue forgets the nonces: then any first one is good.
///
/// Invariants:
/// 1. No nonce is accepted twice: it is remembered, or it is not above the floor.
/// 2. At most `most` nonces are remembered, and the floor only rises.
struct NonceWindow: Sendable {
  static let most = 1000
  static let toleranceMilliseconds: Int64 = 10_000

  /// The highest nonce that is no longer remembered by itself.
  private var floor: Int64?
  private var known: Set<Int64> = []
  /// The remembered ones as they came.
  private var arrivals: ArraySlice<(nonce: Int64, milliseconds: Int64)> = []

  /// The venue's word for what is wrong with a nonce; nil when it is good, and used up now.
  mutating func refusal(_ text: String, at milliseconds: Int64) -> String? {
    guard let nonce = Int64(text), nonce >= 0 else { return "invalidArgument: nonce" }
    while let oldest = arrivals.first,
      arrivals.count >= Self.most
        || oldest.milliseconds < milliseconds - Self.toleranceMilliseconds
    {
      arrivals.removeFirst()
      known.remove(oldest.nonce)
      floor = max(floor ?? oldest.nonce, oldest.nonce)
    }
    if known.contains(nonce) { return "nonceDuplicate" }
    if let floor, nonce <= floor {
      return nonce == floor ? "nonceDuplicate" : "nonceBelowThreshold"
    }
    known.insert(nonce)
    arrivals.append((nonce, milliseconds))
    return nil
  }
}
