import Domain

/// When the venue's order history may be read again: its pool is small and refills slowly.
///
/// The first `free` readings of ten minutes go as fast as they are wanted, then one in
/// `spacingMilliseconds`: 30 + 60 is what the pool has, so that it never runs dry and no doubt
/// waits longer than one space. One reading answers for every order in doubt.
struct HistoryPace: Sendable {
  static let free = 30
  static let spacingMilliseconds: Int64 = 10_000
  private static let windowMilliseconds: Int64 = 600_000

  private var asked: [WallTime]

  /// `spent` is what earlier lives spent, in milliseconds, as the ledger remembers it.
  init(spent: String?) {
    asked = (spent ?? "").split(separator: " ").compactMap { Int64($0) }
      .map(WallTime.init(milliseconds:))
  }

  /// Whether it may be read now; a yes is a reading.
  mutating func take(_ now: WallTime) -> Bool {
    // A time in the future, which a clock set back makes, tells nothing.
    asked.removeAll { $0 > now || now.milliseconds - $0.milliseconds >= Self.windowMilliseconds }
    if asked.count >= Self.free, let last = asked.max(),
      now.milliseconds - last.milliseconds < Self.spacingMilliseconds
    {
      return false
    }
    asked.append(now)
    return true
  }
}
