package import Domain
package import Wire

/// The two clocks at one moment of the gate.
package struct GateTime: Hashable, Sendable {
  package let machine: MachineTime
  package let wall: WallTime

  package init(machine: MachineTime, wall: WallTime) {
    self.machine = machine
    self.wall = wall
  }
}

/// What happens to the gate.
package enum GateEvent: Hashable, Sendable {
  case tick
  /// A signal and the name under which its proposer waits for the verdict.
  case offer(UInt64, Signal)
  case market(StreamBody)
  case marketSnapshot(StreamReply)
  /// Something of the market stream was missed, or its publisher is another one now.
  case marketLost
  case ledger(LedgerEvent)
  /// The answer to the newest `askLedger`.
  case replay(StreamReply)
  case ledgerLost
  /// The router's answer to a forwarded intent.
  case verdict(SignalID, Verdict)
  /// The router has not answered in time; nothing is proved.
  case noVerdict(SignalID)
  /// The intent could not be handed on: too many have no answer yet.
  case notForwarded(SignalID)
}

/// What the gate wants done.
package enum GateEffect: Hashable, Sendable {
  case forward(OrderIntent)
  /// A decision: written down, then told to all who wait for it and to whoever listens.
  case decide([UInt64], Decision)
  /// What was decided before, said again.
  case answer(UInt64, Verdict)
  case askMarket
  case askLedger(from: Int64)
  case alert(String)
}
