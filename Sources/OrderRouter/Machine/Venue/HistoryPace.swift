import Domain

/// When the venue's order history may be read again: its pool is small and refills slowly.
///
/// One reading answers for every order in doubt that had settled by then; asking again helps only
/// when the venue is late with its own records. After `free` readings in ten minutes the rest of
/// the pool of 90 is spread over all ten, so that it never runs dry and no doubt waits longer.
struct HistoryPace: Sendable {
  static let free = 60
  static let firstSpaceMilliseconds: Int64 = 1000
  static let againSpaceMilliseconds: Int64 = 10_000
  static let scarceSpaceMilliseconds: Int64 = 20_000
  private static let windowMilliseconds: Int64 = 600_000

  private var asked: [WallTime]

  /// `spent` is what earlier lives spent, in milliseconds, as the ledger remembers it.
  init(spent: String?) {
    asked = (spent ?? "").split(separator: " ").compactMap { Int64($0) }
      .map(WallTime.init(milliseconds:))
  }

  /// Whether it may be read now, for the first time for some order or `again`; a yes is a reading.
  mutating func take(_ now: WallTime, again: Bool) -> Bool {
    // A time in the future, which a clock set back makes, tells nothing.
    asked.removeAll { $0 > now || now.milliseconds - $0.milliseconds >= Self.windowMilliseconds }
    let wanted = again ? Self.againSpaceMilliseconds : Self.firstSpaceMilliseconds
    let space = asked.count < Self.free ? wanted : Self.scarceSpaceMilliseconds
    if let last = asked.max(), now.milliseconds - last.milliseconds < space { return false }
    asked.append(now)
    return true
  }
}
