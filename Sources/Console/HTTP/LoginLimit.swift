/// How often may be tried to log in: a few times, then slowly.
struct LoginLimit {
  /// How long one failure takes to be forgotten, and how many are borne at one time.
  private static let forgetMilliseconds: Int64 = 6000
  private static let most: Int64 = 5

  /// Of failures that are not forgotten yet, in milliseconds.
  private var debt: Int64 = 0
  private var at: Int64 = 0

  /// Milliseconds until the next try is heard; 0 when it is heard now.
  mutating func wait(now: Int64) -> Int64 {
    forget(now)
    return max(0, debt - (Self.most - 1) * Self.forgetMilliseconds)
  }

  mutating func failed(now: Int64) {
    forget(now)
    debt = min(debt + Self.forgetMilliseconds, Self.most * Self.forgetMilliseconds)
  }

  private mutating func forget(_ now: Int64) {
    debt = max(0, debt - max(0, now - at))
    at = now
  }
}
