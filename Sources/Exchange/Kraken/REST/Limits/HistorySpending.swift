package import Domain

/// When the tokens of the history pool were spent, as it can be kept over a restart.
///
/// The pool fills up in ten minutes only, so that a process which forgets what it spent would find
/// the venue's limit instead of its own.
package struct HistorySpending: Hashable, Sendable {
  /// The oldest first.
  package let times: [WallTime]

  package init(times: [WallTime]) {
    self.times = times.sorted()
  }

  /// Whether `other` tells the same, seen at another moment: times are reckoned back from now by
  /// two clocks, and a millisecond of rounding is no news.
  package func isSame(as other: HistorySpending) -> Bool {
    times.count == other.times.count
      && zip(times, other.times).allSatisfy { mine, theirs in
        abs(mine.milliseconds - theirs.milliseconds) < Self.toleranceMilliseconds
      }
  }

  private static let toleranceMilliseconds: Int64 = 1000
}

extension HistorySpending {
  /// Milliseconds since 1970, a blank between two.
  package var text: String {
    times.map { String($0.milliseconds) }.joined(separator: " ")
  }

  /// What `text` says; words that are no times are left out.
  package init(text: String) {
    let numbers = text.split(separator: " ").compactMap { Int64($0) }
    self.init(times: numbers.map(WallTime.init(milliseconds:)))
  }
}
