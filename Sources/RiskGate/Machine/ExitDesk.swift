import Domain
import Wire

/// Exits that are not decided, and what was decided of the newest ones.
struct ExitDesk: Sendable {
  static let mostWaiting = 256
  static let mostRemembered = 1024

  struct Pending: Sendable {
    let exit: ExitProposal
    var offers: [UInt64]
    let until: MachineTime
  }

  /// Wait for the ledger to be read to its end.
  var waiting: [Pending] = []
  /// Are at the router.
  var flights: [SignalID: Pending] = [:]
  private var memory: [SignalID: (exit: ExitProposal, verdict: Verdict)] = [:]
  private var order: [SignalID] = []

  var undecided: Int { waiting.count + flights.count }
  var deadlines: [MachineTime] { waiting.map(\.until) }

  func known(_ id: SignalID) -> (exit: ExitProposal, verdict: Verdict)? { memory[id] }

  mutating func keep(_ exit: ExitProposal, _ verdict: Verdict) {
    if memory.updateValue((exit, verdict), forKey: exit.id) == nil { order.append(exit.id) }
    guard order.count > 2 * Self.mostRemembered else { return }
    for old in order.prefix(Self.mostRemembered) { memory[old] = nil }
    order.removeFirst(Self.mostRemembered)
  }
}
