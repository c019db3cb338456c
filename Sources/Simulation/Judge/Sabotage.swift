/// A shell that breaks a promise on purpose: what the judge must see.
package enum Sabotage: String, CaseIterable, Hashable, Sendable {
  /// Every twentieth commit is acted upon and not kept when the process then dies.
  case forgetsCommits = "forgets_commits"
  /// Stops are recorded and never sent.
  case dropsStops = "drops_stops"
  /// Each life hashes the same decision differently, and remembers no signal.
  case wrongHash = "wrong_hash"
}
