/// The money of the account as the venue counts it.
package struct AccountSnapshot: Hashable, Sendable {
  /// Value of all collateral plus unrealised profit.
  package let equity: Money
  /// What new positions may use.
  package let availableMargin: Money
  package let time: WallTime

  package init(equity: Money, availableMargin: Money, time: WallTime) {
    self.equity = equity
    self.availableMargin = availableMargin
    self.time = time
  }
}
