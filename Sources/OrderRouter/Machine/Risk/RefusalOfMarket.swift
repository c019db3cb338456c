/// Words of refusals that tell of the market as it is, not of what is wrong with an order.
enum RefusalOfMarket {
  /// Nothing, or not this, can be traded for now.
  static let closed: Set<String> = [
    "marketSuspended", "marketInactive", "marketIsPostOnly", "wouldIncreasePriceDislocation",
  ]
  /// The order met nothing, or something.
  static let unmet: Set<String> = ["iocWouldNotExecute", "postWouldExecute"]
  static let all = closed.union(unmet)
}
