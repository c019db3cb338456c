/// Numbers that only grow: the wall clock in microseconds, or one more than the last.
///
/// Microseconds leave room for a million requests a second, so that the numbers never run ahead of
/// the clock and the next life of the process begins above them.
struct NonceSource: Sendable {
  private var last: Int64 = 0

  mutating func next(wallMicroseconds: Int64) -> Int64 {
    last = max(last + 1, wallMicroseconds)
    return last
  }
}
