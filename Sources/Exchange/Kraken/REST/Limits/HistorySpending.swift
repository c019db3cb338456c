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
}
