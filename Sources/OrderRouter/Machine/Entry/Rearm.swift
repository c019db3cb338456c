import Domain
import Ledger

/// When a setup that was traded may be traded again.
enum Rearm {
  /// One more than the newest generation of the setup whose position was closed at least `cooldown`
  /// milliseconds ago; 0 for a setup that never was.
  ///
  /// A generation that never traded is not left behind: its decision stays taken.
  static func generation(
    _ signal: Signal, past: SetupPast, retired: RetiredIntents, now: WallTime, cooldown: Int64
  ) -> Int {
    (past.closed + retired.past(of: signal)).filter { intent in
      intent.traded && intent.closedAt.advanced(byMilliseconds: cooldown) <= now
    }.map { $0.generation + 1 }.reduce(past.retiredGenerations, max)
  }
}
