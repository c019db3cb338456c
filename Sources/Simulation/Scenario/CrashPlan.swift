/// Where and when the router dies.
package struct CrashPlan: Hashable, Sendable {
  /// At which place of a turn.
  package enum Place: String, CaseIterable, Hashable, Sendable {
    /// Decided, nothing written.
    case beforeCommit = "before_commit"
    /// While it writes, and nothing of it stays.
    case commitTorn = "commit_torn"
    /// While it writes, and all of it stays.
    case commitKept = "commit_kept"
    /// Some of what was decided is done, the rest is not.
    case betweenEffects = "between_effects"
    case afterEffects = "after_effects"
  }

  /// In which turn.
  package enum Moment: String, CaseIterable, Hashable, Sendable {
    case any
    /// It sends an order.
    case placing
    /// It cancels or amends one.
    case changing
    case acknowledging
    case counting
    /// Soon after a start.
    case starting
  }

  package let at: Int64
  package let place: Place
  package let moment: Moment
  /// Which of the effects is the last that is performed, in thousandths of all.
  package let depth: Int64
  /// Until the next life begins, in milliseconds.
  package let downtime: Int64
}
