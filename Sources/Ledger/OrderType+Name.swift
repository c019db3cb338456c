package import Domain

extension OrderType {
  /// The word of the `orders` table and of reports.
  package var name: String {
    switch self {
    case .immediateOrCancel: "ioc"
    case .limit: "lmt"
    case .postOnly: "post"
    case .market: "mkt"
    case .stop: "stp"
    case .takeProfit: "take_profit"
    }
  }

  /// The limit or trigger that belongs to the type; nil for a market order.
  package var price: Price? {
    switch self {
    case .immediateOrCancel(let price), .limit(let price), .postOnly(let price), .stop(let price),
      .takeProfit(let price):
      price
    case .market: nil
    }
  }

  /// The type of that name; nil for a name that is unknown or a price that does not belong to it.
  init?(name: String, price: Price?) {
    switch (name, price) {
    case ("ioc", let price?): self = .immediateOrCancel(limit: price)
    case ("lmt", let price?): self = .limit(price)
    case ("post", let price?): self = .postOnly(price)
    case ("mkt", nil): self = .market
    case ("stp", let price?): self = .stop(trigger: price)
    case ("take_profit", let price?): self = .takeProfit(trigger: price)
    default: return nil
    }
  }
}
