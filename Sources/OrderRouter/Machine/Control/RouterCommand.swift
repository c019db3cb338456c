package import Domain

/// What an operator may tell the router.
package enum RouterCommand: Hashable, Sendable {
  /// What became of an order that is held: it is at the venue under this id, or it never was.
  case resolve(ClientOrderID, placedAs: VenueOrderID?, by: String, reason: String)
  /// No entries, or entries again.
  case pause(by: String, reason: String)
  case resume(by: String, reason: String)
  /// Closes what we hold, on one instrument or on all.
  case flatten(InstrumentID?, by: String, reason: String)
  /// Takes one resting order away; a stop only when its position is gone.
  case cancel(ClientOrderID, by: String)
  /// Ends a kill: the ledger says so first, then the latch is cleared.
  case acknowledge(by: String, reason: String)
  /// Ends a lock of the risk state, of one scope or of all.
  case unlock(RiskLock.Kind, RiskLock.Scope?, by: String, reason: String)
  /// Keeps entries of something away.
  case lock(RiskLock.Scope, until: WallTime?, by: String, reason: String)
  /// Sets a limit to a value as the configuration writes it.
  case change(String, to: String, tightens: Bool, by: String, reason: String)
  /// The second word to a loosening.
  case confirm(String, to: String, by: String, reason: String)
  /// Reads the venue now.
  case reconcile
}

/// The answer to a command.
package enum CommandAnswer: Hashable, Sendable {
  case done(String)
  case refused(String)
}
