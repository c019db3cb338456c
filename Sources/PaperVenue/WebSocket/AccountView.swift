import Domain
import SimulatedVenue

/// An order as a change left it.
struct OrderChange: Hashable, Sendable {
  let order: VenueOrder
  let reason: OrderReason
  /// Whether the order is gone from the open ones.
  let isCancel: Bool
  /// Whether the order was over before it could rest, as a taker's is.
  var isImmediate = false
}

/// A fill with what its message says of the order.
struct FillReport: Hashable, Sendable {
  let fill: VenueFill
  let kind: VenueOrderKind
  /// What was left of the order.
  let remaining: Quantity
}

/// An open position and what it ties up.
struct PositionView: Hashable, Sendable {
  let instrument: InstrumentID
  let signedLots: Int64
  /// Average price of the open contracts, in quote currency.
  let entryPrice: Money
  let mark: Price
  let index: Price
  let pnl: Money
  let unrealizedFunding: Money
  let liquidationThreshold: Money
  /// What the position is worth at the mark price.
  let notional: Money
  let initialMargin: Money
  let initialMarginWithOrders: Money
  let maintenanceMargin: Money
}

/// Money and margin of the multi-collateral account.
struct BalanceView: Hashable, Sendable {
  /// Of USD.
  let balance: Money
  let available: Money
  let portfolioValue: Money
  let initialMargin: Money
  let initialMarginWithoutOrders: Money
  let maintenanceMargin: Money
  let pnl: Money
  let unrealizedFunding: Money
  let marginEquity: Money
  /// Collateral beside USD.
  var holdings: [CollateralHolding] = []

  var balanceValue: Money { holdings.reduce(balance) { $0 + $1.value } }
  var collateralValue: Money { holdings.reduce(balance) { $0 + $1.margin } }
}

/// A message of the operator to every client.
struct Notice: Hashable, Sendable {
  let id: Int64
  /// `market`, `maintenance`.
  let type: String
  /// `low`, `medium`, `high`.
  let priority: String
  let note: String
  let effective: WallTime
}

/// The account at one moment, as the private feeds show it.
struct AccountView: Sendable {
  var orders: [VenueOrder] = []
  /// The newest ones, oldest first.
  var fills: [FillReport] = []
  var positions: [PositionView] = []
  var balance: BalanceView
  var notices: [Notice] = []
}

/// What an operation changed.
enum AccountChange: Sendable {
  case order(OrderChange)
  case fill(FillReport)
  case log(AccountLog.Row)
  case notice(Notice)
}

/// What the feeds are made of; every answer is about the same moment.
protocol WebSocketSource {
  /// The market of a product with its trades since `time`, or the newest ones without it.
  mutating func tick(_ product: InstrumentID, tradesSince time: MarketTime?) -> MarketTick?

  func account() -> AccountView

  /// The newest lines of the account log, newest first.
  func accountLog() -> [AccountLog.Row]

  /// Whether an order that never rests shows as fills and as nothing else.
  var showsFillsOnly: Bool { get }
}
