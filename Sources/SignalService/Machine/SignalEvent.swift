package import Domain
package import Wire

/// The two clocks at one moment of the service.
package struct SignalTime: Hashable, Sendable {
  package let machine: MachineTime
  package let wall: WallTime

  package init(machine: MachineTime, wall: WallTime) {
    self.machine = machine
    self.wall = wall
  }
}

/// What the service hears.
package enum SignalEvent: Hashable, Sendable {
  case tick
  case heard(StreamBody)
  /// Something of the market stream was missed, or its publisher is another one now.
  case lost
  case snapshot(StreamReply)
  /// What became of a strategy's own decision.
  case report(StrategyReport)
}

/// What the service wants done.
package enum SignalEffect: Hashable, Sendable {
  /// Ask for a snapshot with so many candles an instrument.
  case ask(candles: Int)
  case propose(Signal)
  case proposeExit(ExitProposal)
  /// What was decided on the newest candle, signal or not.
  case explain(Explanation)
  case alert(String)
}
