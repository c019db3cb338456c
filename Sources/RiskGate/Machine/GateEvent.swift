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
  /// An exit, and the name under which its proposer waits for the verdict.
  case offerExit(UInt64, ExitProposal)
  /// Somebody who hosts strategies has begun and wants to know how they stand.
  case greeted(Greeting)
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
  /// The end of a forwarded exit: the router's answer, or nil when there is none.
  case exitVerdict(SignalID, Verdict?)
}

/// Who wants to hear of its decisions, and up to which event it has.
package struct Greeting: Hashable, Sendable {
  /// The one strategy of a program; nil for the stage that hosts all others.
  package let strategy: StrategyID?
  package let after: Int64

  package init(strategy: StrategyID?, after: Int64) {
    self.strategy = strategy
    self.after = after
  }
}

/// What the gate wants done.
package enum GateEffect: Hashable, Sendable {
  case forward(OrderIntent)
  /// A decision: written down, then told to all who wait for it and to whoever listens; with what
  /// every control said, when it came to that.
  case decide([UInt64], Decision, EntryJudgement?)
  case forwardExit(ExitProposal)
  case decideExit([UInt64], ExitDecision)
  /// What became of a strategy's decision, for whoever hosts it.
  case report(StrategyReport)
  /// What was decided before, said again.
  case answer(UInt64, Verdict)
  /// Something of the risk state that the router shall journal.
  case propose(RiskProposal)
  case askMarket
  case askLedger(from: Int64)
  case alert(String)
}
