import Domain
import SimulatedVenue

/// The account in one reading, positions at mark.
struct AccountFigures {
  /// Of USD.
  let balance: Money
  /// Collateral beside USD.
  let holdings: [CollateralHolding]
  let equity: Money
  let marginEquity: Money
  let unrealised: Money
  let funding: Money
  let initialMargin: Money
  let initialMarginWithOrders: Money
  let maintenanceMargin: Money
  let available: Money

  init(_ machine: VenueMachine) {
    let book = machine.book
    balance = book.balance
    holdings = machine.collateral
    equity = machine.equity
    marginEquity = machine.marginEquity
    maintenanceMargin = machine.maintenanceMargin
    available = machine.availableMargin
    var unrealised = Money.zero
    var funding = Money.zero
    var initial = Money.zero
    var withOrders = Money.zero
    for id in book.lanes.keys {
      guard let mark = machine.markets[id]?.mark else { continue }
      unrealised = unrealised + machine.unrealised(id)
      funding = funding + machine.unrealisedFunding(id)
      initial = initial + book.initialMargin(id, at: mark)
      withOrders = withOrders + book.initialMarginWithOrders(id, at: mark)
    }
    self.unrealised = unrealised
    self.funding = funding
    initialMargin = initial
    initialMarginWithOrders = withOrders
  }
  /// What all currencies are worth, positions apart.
  var balanceValue: Money { holdings.reduce(balance) { $0 + $1.value } }
  /// What of that counts as margin.
  var collateralValue: Money { holdings.reduce(balance) { $0 + $1.margin } }
}
