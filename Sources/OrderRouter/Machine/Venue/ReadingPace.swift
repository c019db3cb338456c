import Domain

/// How often the venue may be read, so that a burst of events cannot spend the tokens that the next
/// doubt about a stop will need.
///
/// A whole reading costs 7 tokens; a window of 10 s has 80 that are kept for readings and about as
/// many that entries leave: 22 readings. The more depends on a reading, the deeper it may go.
///
/// What is spent in two seconds leaves eight blind ones, in which a resting entry may fill: in a
/// calm readings are spread over the whole window, and of what a doubt may have the second half is
/// spread over what is left of it.
struct ReadingPace: Hashable, Sendable {
  /// What a reading is for; the number is how many may have begun in the last ten seconds.
  enum Need: Int, Sendable {
    /// Nothing is in doubt.
    case calm = 14
    /// Something happened, or is in doubt.
    case doubt = 16
    /// A committed entry waits for it.
    case entry = 18
    /// A position may have no stop, or a kill waits to be verified.
    case urgent = 22
  }

  private static let window: Int64 = 10_000
  /// Between two readings that no entry waits for: what happens in one moment is read once.
  private static let gap: Int64 = 300

  /// The newest, oldest first.
  private var starts: [MachineTime] = []

  /// When the next reading for `need` may begin: now, or later.
  func earliest(for need: Need, now: MachineTime) -> MachineTime {
    let recent = starts.filter { now.milliseconds(since: $0) < Self.window }
    var earliest = now
    if recent.count >= need.rawValue {
      earliest = recent[recent.count - need.rawValue].advanced(byMilliseconds: Self.window)
    }
    guard need != .entry, let first = recent.first, let last = recent.last else {
      return earliest
    }
    var gap = need == .calm ? Self.window / Int64(need.rawValue) : Self.gap
    let left = Int64(need.rawValue - recent.count)
    if need != .urgent, left > 0, left * 2 <= need.rawValue {
      gap = max(gap, (Self.window - last.milliseconds(since: first)) / left)
    }
    return max(earliest, last.advanced(byMilliseconds: gap))
  }

  mutating func began(_ now: MachineTime) {
    starts.append(now)
    if starts.count > Need.urgent.rawValue { starts.removeFirst() }
  }
}
