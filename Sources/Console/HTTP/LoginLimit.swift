/// How often may be tried to log in: a few times, then slowly.
struct LoginLimit {
  /// Failures that cost nothing but a try, and how long one takes to be forgotten.
  private static let most = 5.0
  private static let forgetMilliseconds = 6000.0

  private var failures = 0.0
  private var at: Int64 = 0

  /// Milliseconds until the next try is heard; 0 when it is heard now.
  mutating func wait(now: Int64) -> Int64 {
    forget(now)
    let over = failures - (Self.most - 1)
    return over > 0 ? Int64((over * Self.forgetMilliseconds).rounded(.up)) : 0
  }

  mutating func failed(now: Int64) {
    forget(now)
    failures = min(failures + 1, Self.most)
  }

  private mutating func forget(_ now: Int64) {
    failures = max(0, failures - Double(max(0, now - at)) / Self.forgetMilliseconds)
    at = now
  }
}
