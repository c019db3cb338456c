/// One fact in the router's ledger, as it is told to others; numbered without gaps, for ever.
package struct LedgerEvent: Hashable, Sendable {
  /// 1, 2, 3… over the whole life of the ledger.
  package let number: Int64
  package let time: WallTime
  package let body: Body

  package init(number: Int64, time: WallTime, body: Body) {
    self.number = number
    self.time = time
    self.body = body
  }

  package enum Body: Hashable, Sendable {
    case intentAccepted(IntentHash, OrderIntent)
    case intentDenied(IntentHash, SignalID, Denial)
    case exitAccepted(IntentHash, ExitIntent)
    case adopted(IntentHash, Adoption)
    case execution(ExecutionReport)
    case fill(Fill)
    case position(Position)
    case account(AccountSnapshot)
    /// A position has gone from its first lot to none.
    case tradeClosed(ClosedTrade)
    /// A figure, a lock or a limit of the risk state.
    case risk(RiskChange)
    /// A change of the router's own state, such as `ready` or `halted: why`.
    case state(String)
  }
}
