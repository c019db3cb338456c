import Domain
import Testing

@testable import SimulatedVenue

/// One way to one of the venue's status words.
struct WordCase: Sendable, CustomTestStringConvertible {
  let word: String
  let situation: String
  /// Brings the situation about and gives the word that came.
  let play: @Sendable (inout VenueBench) throws -> String

  init(
    _ word: String, _ situation: String,
    _ play: @escaping @Sendable (inout VenueBench) throws -> String
  ) {
    self.word = word
    self.situation = situation
    self.play = play
  }

  var testDescription: String { "\(word): \(situation)" }
}

@Suite("the venue's status words")
struct WordTests {
  /// `sendStatus.status` as the venue's documentation lists it.
  private static let documented: Set<String> = [
    "placed", "partiallyFilled", "filled", "cancelled", "edited", "marketSuspended",
    "marketInactive", "invalidPrice", "invalidSize", "tooManySmallOrders",
    "insufficientAvailableFunds", "wouldCauseLiquidation", "clientOrderIdAlreadyExist",
    "clientOrderIdTooBig", "maxPositionViolation", "outsidePriceCollar",
    "wouldIncreasePriceDislocation", "notFound", "orderForEditNotAStop", "orderForEditNotFound",
    "postWouldExecute", "iocWouldNotExecute", "selfFill", "wouldNotReducePosition",
    "marketIsPostOnly", "tooManyOrders", "fixedLeverageTooHigh", "clientOrderIdInvalid",
    "cannotEditTriggerPriceOfTrailingStop", "cannotEditLimitPriceOfTrailingStop",
    "wouldProcessAfterSpecifiedTime",
  ]
  private static let cases =
    WordCase.answers + WordCase.names + WordCase.refusals + WordCase.changes

  @Test func `every documented word has a way to it`() {
    #expect(Set(Self.cases.map(\.word)) == Self.documented)
  }

  @Test(arguments: cases)
  func `a situation is answered with its word and breaks no law`(_ one: WordCase) throws {
    var bench = try VenueBench()
    #expect(try one.play(&bench) == one.word)
    try bench.expectLaws()
  }

  @Test(arguments: WordCase.refusals)
  func `a refused order is recorded, free of effect`(_ one: WordCase) throws {
    var bench = try VenueBench()
    _ = try one.play(&bench)
    guard let last = bench.records.last, case .order(let order, let reason, let old) = last.change
    else {
      Issue.record("the refusal is the last record")
      return
    }
    #expect(order.status == .rejected && order.word == one.word && old == nil)
    #expect(reason == OrderReason(refusal: one.word))
    #expect(bench.book.orders[order.id] == order)
    #expect(!bench.book.openOrders.contains { $0.id == order.id })
  }

  /// Malformed ones, by kind: lots, limit, trigger.
  @Test(
    arguments: [
      (.limit, 10, nil, nil, "invalidPrice"),
      (.postOnly, 10, nil, nil, "invalidPrice"),
      (.immediateOrCancel, 10, nil, nil, "invalidPrice"),
      (.fillOrKill, 10, nil, nil, "invalidPrice"),
      (.stop, 10, nil, nil, "invalidPrice"),
      (.takeProfit, 10, nil, nil, "invalidPrice"),
      (.trailingStop, 10, nil, nil, "invalidPrice"),
      (.limit, 10, 0, nil, "invalidPrice"),
      (.limit, 10, -1, nil, "invalidPrice"),
      (.stop, 10, nil, 0, "invalidPrice"),
      (.stop, 10, 0, 49_000, "invalidPrice"),
      (.limit, 10, 1 << 53 + 1, nil, "invalidPrice"),
      (.takeProfit, 10, nil, .max, "invalidPrice"),
      (.market, 0, nil, nil, "invalidSize"),
      (.stop, 0, nil, 49_000, "invalidSize"),
      (.stop, .max, nil, 40_000, "maxPositionViolation"),
      (.liquidation, 10, nil, nil, "invalidOrderType"),
    ] as [(VenueOrderKind, Int64, Int64?, Int64?, String)])
  func `an order that makes no sense is refused`(
    _ kind: VenueOrderKind, _ lots: Int64, _ limit: Int64?, _ trigger: Int64?, _ word: String
  ) throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, kind, lots, limit: limit, trigger: trigger)
    #expect(result.word == word)
    #expect(result.order?.status == .rejected)
    try bench.expectLaws()
  }

  @Test(
    arguments: [
      .ticks(0), .ticks(-5), .ticks(.max), .ticks(.min), .millionths(0), .millionths(.max),
    ]
      as [PriceOffset])
  func `a trailing stop needs a distance`(_ distance: PriceOffset) throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    let result = bench.place(.sell, .trailingStop, 10) { $0.trailing = distance }
    #expect(result.word == "invalidPrice")
    let stop = bench.place(.sell, .trailingStop, 10) { $0.trailing = .ticks(100) }
    #expect(bench.edit(stop.order?.id, trailing: distance).word == "invalidPrice")
  }

  @Test(
    arguments: [.ticks(.max), .ticks(.min), .millionths(.max), .millionths(.min)] as [PriceOffset])
  func `a limit offset beyond counting is no price`(_ offset: PriceOffset) throws {
    var bench = try VenueBench()
    let result = bench.place(.sell, .stop, 10, trigger: 49_000) { $0.limitOffset = offset }
    #expect(result.word == "invalidPrice")
  }
}
