/// The feeds of WebSocket v1, as they are spelled in a subscription.
enum WebSocketFeed: String, CaseIterable, Hashable, Sendable {
  case ticker
  case tickerLite = "ticker_lite"
  case trade
  case book
  case heartbeat
  case openOrders = "open_orders"
  case openOrdersVerbose = "open_orders_verbose"
  case fills
  case openPositions = "open_positions"
  case balances
  case accountLog = "account_log"
  case notifications = "notifications_auth"

  /// Whether a subscription has to be signed.
  var isPrivate: Bool {
    switch self {
    case .ticker, .tickerLite, .trade, .book, .heartbeat: false
    case .openOrders, .openOrdersVerbose, .fills, .openPositions, .balances, .accountLog,
      .notifications:
      true
    }
  }

  /// Whether a subscription has to name products.
  var isOfProducts: Bool {
    switch self {
    case .ticker, .tickerLite, .trade, .book: true
    default: false
    }
  }
}
