import Domain

@testable import SimulatedVenue

// Ways to the words of an order that was taken, and to those of a change.
extension WordCase {
  static let answers = [
    WordCase("placed", "a limit that rests") { $0.place(.buy, .limit, 10, limit: 49_000).word },
    WordCase("placed", "an order that executes, by the default policy") {
      $0.place(.buy, .market, 10).word
    },
    WordCase("filled", "the exact word of a market order") {
      $0.change { $0.executedWord = .exact }
      return $0.place(.buy, .market, 10).word
    },
    WordCase("filled", "the exact word of a limit that crosses") {
      $0.change { $0.executedWord = .exact }
      return $0.place(.buy, .limit, 10, limit: 50_001).word
    },
    WordCase("partiallyFilled", "an ioc that gets a part") {
      $0.change { $0.executedWord = .exact }
      return $0.place(.buy, .immediateOrCancel, 6000, limit: 50_001).word
    },
    WordCase("partiallyFilled", "a limit whose rest rests") {
      $0.change { $0.executedWord = .exact }
      return $0.place(.buy, .limit, 6000, limit: 50_001).word
    },
  ]

  static let changes = [
    WordCase("cancelled", "an open order") {
      $0.cancel($0.place(.buy, .limit, 10, limit: 49_000).order?.id).word
    },
    WordCase("cancelled", "an open order by its client's id") {
      $0.place(.buy, .limit, 10, limit: 49_000, id: "a")
      return $0.cancel(.client("a")).word
    },
    WordCase("filled", "the cancel of an order that was filled") {
      $0.cancel($0.place(.buy, .market, 10).order?.id).word
    },
    WordCase("notFound", "the cancel of an order nobody knows") { $0.cancel(.client("x")).word },
    WordCase("notFound", "a second cancel") {
      let id = $0.place(.buy, .limit, 10, limit: 49_000).order?.id
      $0.cancel(id)
      return $0.cancel(id).word
    },
    WordCase("notFound", "the cancel of a refused order") {
      $0.cancel($0.place(.buy, .limit, 10).order?.id).word
    },
    WordCase("wouldProcessAfterSpecifiedTime", "a cancel past its deadline") {
      let id = $0.place(.buy, .limit, 10, limit: 49_000, id: "a").order?.id
      let past = $0.now.wall.advanced(byMilliseconds: -1)
      return $0.machine.cancel(.client("a"), processBefore: past, now: $0.now).word
        + ($0.book.order(named: "a")?.id == id ? "" : " but gone")
    },
    WordCase("wouldProcessAfterSpecifiedTime", "an edit past its deadline") {
      $0.place(.buy, .limit, 10, limit: 49_000, id: "a")
      let past = $0.now.wall.advanced(byMilliseconds: -1)
      let request = EditRequest(
        order: .client("a"), limit: Price(ticks: 48_000), processBefore: past)
      return $0.machine.edit(request, now: $0.now)?.word ?? "held"
    },
    WordCase("edited", "a new limit") {
      $0.edit($0.place(.buy, .limit, 10, limit: 49_000).order?.id, limit: 49_100).word
    },
    WordCase("orderForEditNotFound", "an order nobody knows") { $0.edit(nil, limit: 49_100).word },
    WordCase("orderForEditNotFound", "an order that is over") {
      $0.edit($0.place(.buy, .market, 10).order?.id, limit: 49_100).word
    },
    WordCase("orderForEditNotAStop", "a trigger price for a limit order") {
      $0.edit($0.place(.buy, .limit, 10, limit: 49_000).order?.id, trigger: 48_000).word
    },
    WordCase("orderForEditNotAStop", "a trailing distance for a stop") {
      $0.edit($0.place(.sell, .stop, 10, trigger: 49_000).order?.id, trailing: .ticks(10)).word
    },
    WordCase("cannotEditTriggerPriceOfTrailingStop", "its trigger follows the price") {
      $0.edit(trailing(&$0), trigger: 48_000).word
    },
    WordCase("cannotEditLimitPriceOfTrailingStop", "it has no limit") {
      $0.edit(trailing(&$0), limit: 48_000).word
    },
    WordCase("invalidSize", "an edit to less than is filled") {
      let id = $0.place(.buy, .limit, 6000, limit: 50_001).order?.id
      return $0.edit(id, lots: 5000).word
    },
    WordCase("invalidSize", "an edit beyond counting") {
      let id = $0.place(.buy, .limit, 6000, limit: 50_001).order?.id
      return $0.edit(id, lots: .max, isRelative: true).word
    },
    WordCase("postWouldExecute", "an edit of a post-only order across the market") {
      $0.edit($0.place(.buy, .postOnly, 10, limit: 49_000).order?.id, limit: 50_010).word
    },
    WordCase("selfFill", "an edit across an own order") {
      $0.place(.buy, .limit, 10, limit: 49_999)
      return $0.edit($0.place(.sell, .limit, 10, limit: 51_000).order?.id, limit: 49_999).word
    },
    WordCase("insufficientAvailableFunds", "an edit to more than the account can bear") {
      $0.edit($0.place(.buy, .limit, 10, limit: 49_000).order?.id, lots: 600_000).word
    },
    WordCase("maxPositionViolation", "an edit beyond the contract's bound") {
      $0.edit($0.place(.buy, .limit, 10, limit: 49_000).order?.id, lots: 10_000_000_001).word
    },
  ]

  static let names = [
    WordCase("clientOrderIdAlreadyExist", "an id of an open order") {
      $0.place(.buy, .limit, 10, limit: 49_000, id: "a")
      return $0.place(.sell, .market, 10, id: "a").word
    },
    WordCase("clientOrderIdAlreadyExist", "an id of an order that is over") {
      $0.place(.buy, .market, 10, id: "a")
      return $0.place(.buy, .market, 10, id: "a").word
    },
    WordCase("clientOrderIdTooBig", "101 bytes") {
      $0.place(.buy, .market, 10, id: String(repeating: "x", count: 101)).word
    },
    WordCase("clientOrderIdInvalid", "nothing") { $0.place(.buy, .market, 10, id: "").word },
    WordCase("clientOrderIdInvalid", "a space") { $0.place(.buy, .market, 10, id: "a b").word },
    WordCase("clientOrderIdInvalid", "foreign letters") {
      $0.place(.buy, .market, 10, id: "ß").word
    },
    WordCase("placed", "an id of 100 bytes") {
      $0.place(.buy, .limit, 10, limit: 49_000, id: String(repeating: "x", count: 100)).word
    },
    WordCase("placed", "an id of an order that was refused") {
      $0.place(.buy, .postOnly, 10, limit: 60_000, id: "a")
      return $0.place(.buy, .postOnly, 10, limit: 49_000, id: "a").word
    },
    WordCase("placed", "an id of an order that is over, where only open ones reserve it") {
      $0.change { $0.clientOrderID = .open }
      $0.place(.buy, .market, 10, id: "a")
      return $0.place(.buy, .market, 10, id: "a").word
    },
    WordCase("clientOrderIdAlreadyExist", "an id of an open order, where only those reserve it") {
      $0.change { $0.clientOrderID = .open }
      $0.place(.buy, .limit, 10, limit: 49_000, id: "a")
      return $0.place(.buy, .market, 10, id: "a").word
    },
  ]

  private static func trailing(_ bench: inout VenueBench) -> VenueOrderID? {
    bench.place(.sell, .trailingStop, 10) { $0.trailing = .ticks(100) }.order?.id
  }
}
