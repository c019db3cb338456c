import Domain

@testable import SimulatedVenue

// Ways to the words that refuse an order; the refused order is the last thing that is recorded.
extension WordCase {
  static let refusals = markets + amounts + executions

  private static let markets = [
    WordCase("notFound", "a contract that is not listed") {
      $0.place(.buy, .market, 1, of: MarketSample.id("PF_NONE")).word
    },
    WordCase("marketSuspended", "trading is suspended") {
      $0.set { $0.isSuspended = true }
      return $0.place(.buy, .limit, 10, limit: 49_000).word
    },
    WordCase("marketIsPostOnly", "a limit in a market that takes post-only orders") {
      $0.set { $0.isPostOnly = true }
      return $0.place(.buy, .limit, 10, limit: 49_000).word
    },
    WordCase("outsidePriceCollar", "a buy far above the mark") {
      $0.place(.buy, .limit, 10, limit: 75_001).word
    },
    WordCase("outsidePriceCollar", "a sell far below the mark") {
      $0.place(.sell, .immediateOrCancel, 10, limit: 24_999).word
    },
    WordCase("wouldIncreasePriceDislocation", "a buy above the upper bound") {
      $0.set { $0.dislocation = .aboveUpperBound }
      return $0.place(.buy, .market, 10).word
    },
    WordCase("wouldIncreasePriceDislocation", "a sell below the lower bound") {
      $0.set { $0.dislocation = .belowLowerBound }
      return $0.place(.sell, .limit, 10, limit: 49_990).word
    },
    WordCase("marketInactive", "a contract without a price") { bench in
      bench.machine = VenueMachine(book: bench.book, seed: 7)
      return bench.place(.buy, .market, 1).word
    },
    WordCase("wouldProcessAfterSpecifiedTime", "a deadline that has passed") {
      let past = $0.now.wall
      return $0.place(.buy, .market, 10) { $0.processBefore = past }.word
    },
  ]

  private static let amounts = [
    WordCase("invalidPrice", "a limit order without a limit") { $0.place(.buy, .limit, 10).word },
    WordCase("invalidSize", "nothing") { $0.place(.buy, .market, 0).word },
    WordCase("maxPositionViolation", "more than the contract's bound") {
      $0.place(.buy, .market, 10_000_000_001).word
    },
    WordCase("tooManySmallOrders", "the 101st worth less than ten dollars") {
      for _ in 0..<100 { $0.place(.buy, .limit, 1, limit: 49_000) }
      return $0.place(.buy, .limit, 1, limit: 49_000).word
    },
    WordCase("tooManyOrders", "the 501st that rests") {
      for _ in 0..<500 { $0.place(.sell, .stop, 10, trigger: 40_000, reduceOnly: true) }
      return $0.place(.sell, .stop, 10, trigger: 40_000, reduceOnly: true).word
    },
    WordCase("insufficientAvailableFunds", "a position the balance cannot bear") {
      $0.place(.buy, .market, 500_001).word
    },
    WordCase("insufficientAvailableFunds", "a second order for what the first one binds") {
      $0.place(.buy, .limit, 300_000, limit: 49_000)
      return $0.place(.buy, .limit, 300_000, limit: 49_000).word
    },
    WordCase("insufficientAvailableFunds", "orders that each only close, and together reverse") {
      $0.place(.buy, .market, 300_000)
      $0.place(.sell, .limit, 300_000, limit: 51_000)
      $0.place(.sell, .limit, 300_000, limit: 51_000)
      return $0.place(.sell, .limit, 300_000, limit: 51_000).word
    },
    WordCase("wouldCauseLiquidation", "a price at which the account were under water") {
      $0.place(.buy, .immediateOrCancel, 100_000, limit: 70_000).word
    },
    WordCase("fixedLeverageTooHigh", "a leverage the contract does not give") {
      $0.prefer { $0.maxLeverage[VenueBench.bitcoin] = 51_000 }
      return $0.place(.buy, .limit, 10, limit: 49_000).word
    },
    WordCase("fixedLeverageTooHigh", "a leverage the larger position does not get") {
      $0.prefer { $0.maxLeverage[VenueBench.bitcoin] = 50_000 }
      $0.place(.buy, .limit, 10, limit: 49_000)
      return $0.place(.buy, .limit, 400_000, limit: 49_000).word
    },
  ]

  private static let executions = [
    WordCase("postWouldExecute", "a post-only order across the market") {
      $0.place(.buy, .postOnly, 10, limit: 50_001).word
    },
    WordCase("postWouldExecute", "a post-only order across an own one") {
      $0.place(.sell, .limit, 10, limit: 50_000)
      return $0.place(.buy, .postOnly, 10, limit: 50_000).word
    },
    WordCase("iocWouldNotExecute", "an ioc short of the market") {
      $0.place(.buy, .immediateOrCancel, 10, limit: 50_000).word
    },
    WordCase("iocWouldNotExecute", "a fok that would get a part") {
      $0.place(.buy, .fillOrKill, 5001, limit: 50_001).word
    },
    WordCase("selfFill", "a limit at the price of an own order") {
      $0.place(.sell, .limit, 10, limit: 50_000)
      return $0.place(.buy, .limit, 10, limit: 50_000).word
    },
    WordCase("selfFill", "a market order that comes as far as an own one") {
      $0.place(.sell, .limit, 10, limit: 50_002)
      return $0.place(.buy, .market, 6000).word
    },
    WordCase("wouldNotReducePosition", "a reduce-only order without a position") {
      $0.place(.sell, .market, 10, reduceOnly: true).word
    },
    WordCase("wouldNotReducePosition", "a reduce-only order of the same side") {
      $0.place(.buy, .market, 10)
      return $0.place(.buy, .limit, 10, limit: 49_000, reduceOnly: true).word
    },
  ]
}
