import Domain
import Ledger
import OrderRouter
import SimulatedVenue

// Locks of the risk state: no entry leaves under one, whatever died in between.
extension Simulator {
  /// What the disk has held since before this turn covers what leaves in it; the throttle counts
  /// acceptances, and what was accepted within it may leave.
  func judgeLocks(_ placement: OrderPlacement) {
    guard !placement.reduceOnly,
      let intent = disk.book.orders[placement.clientOrderID]?.intent,
      let signal = disk.book.intents[intent]?.entry?.signal
    else { return }
    let locks = disk.book.risk.locks(
      signal.strategy, signal.instrument, signal.setup, now: wall
    ).filter { $0.kind != .throttle && $0.since < wall }
    guard let lock = locks.first else { return }
    judge.find(
      "\(signal.id) leaves under the lock \(lock.kind.rawValue) \(lock.scope) of "
        + "\(lock.since.milliseconds)", at: now)
  }

  /// What only a person ends: too many executions, too many rejections.
  func reenableEntries() {
    guard let life else { return }
    let commands: [RouterCommand] = [
      .unlock(.throttle, nil, by: "judge", reason: "end of the run"),
      .resume(by: "judge", reason: "end of the run"),
    ]
    for command in commands {
      queue.schedule(.hears(life: life.number, .command(command)), at: now)
    }
  }
}
