import Daemon
import Domain
import Ledger

// The ledger's own work, in turns that have nothing else to do.
extension RouterLoop {
  /// Between two looks once there was nothing left to do.
  private static let restMilliseconds: Int64 = 1000

  /// One bounded piece of upkeep, while nothing is on its way to the venue.
  func keepUp(_ now: RouterTime) throws {
    guard nextUpkeep <= now.machine else { return }
    nextUpkeep = now.machine.advanced(byMilliseconds: Self.restMilliseconds)
    guard machine.ordersInFlight == 0, let work = try ledger.idle(now: now.wall) else { return }
    nextUpkeep = now.machine
    switch work {
    case .violated(let violations): try judge(violations)
    case .pruned, .archived, .reserve: host.log.info("ledger upkeep", ["work": "\(work)"])
    case .checkpointed, .audited, .swept, .archiving: break
    }
  }

  /// A ledger that breaks its own laws is trusted with nothing new; what protects goes on.
  func judge(_ violations: [Violation]) throws(Fatal) {
    guard !violations.isEmpty else { return }
    for violation in violations {
      host.log.error(
        "ledger law broken",
        ["law": violation.law, "what": violation.what, "remedy": violation.remedy])
    }
    try latch.press(
      LatchBlock.Entry(
        scope: "all", by: host.stage, reason: "ledger law broken: \(violations[0].law)",
        since: Clock.wallMilliseconds()))
  }
}
