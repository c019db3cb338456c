import Domain
import Testing

@testable import SimulatedVenue

@Suite("the word an order is answered with")
struct PlacementWordTests {
  @Test func `an order that rests is placed and open`() throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, .limit, 10, limit: 49_000, id: "a")
    #expect(result.word == "placed")
    #expect(result.order?.status == .open)
    #expect(result.fills.isEmpty)
    #expect(bench.book.open == [try #require(result.order).id])
  }

  @Test func `a client order id is reserved for ever, and its repetition is remembered`() throws {
    var bench = try VenueBench()
    let first = bench.place(.buy, .limit, 10, limit: 49_000, id: "a")
    #expect(bench.place(.buy, .limit, 10, limit: 49_000, id: "a").word == Self.exists)
    bench.cancel(first.order?.id)
    #expect(bench.place(.sell, .market, 10, id: "a").word == Self.exists)
    #expect(bench.place(.buy, .market, 10, id: "b").word == "placed")
    #expect(bench.place(.buy, .market, 10, id: "b").word == Self.exists)
    #expect(bench.book.repeats.map(\.clientOrderID) == ["a", "a", "b"])
    #expect(bench.book.received.count == 2)
    #expect(bench.position() == 10)
  }

  private static let exists = "clientOrderIdAlreadyExist"

  @Test func `the id of a refused order is still free, and its order is found by it`() throws {
    var bench = try VenueBench()
    #expect(bench.place(.buy, .postOnly, 10, limit: 60_000, id: "a").word == "postWouldExecute")
    #expect(bench.book.order(named: "a")?.status == .rejected)
    #expect(bench.place(.buy, .postOnly, 10, limit: 40_000, id: "a").word == "placed")
    #expect(bench.book.order(named: "a")?.status == .open)
  }

  @Test func `a client order id has at most 100 bytes`() throws {
    var bench = try VenueBench()
    let longest = String(repeating: "x", count: 100)
    #expect(bench.place(.buy, .limit, 1, limit: 100, id: longest + "x").word == Self.tooBig)
    #expect(bench.place(.buy, .limit, 1, limit: 100, id: longest).word == "placed")
  }

  private static let tooBig = "clientOrderIdTooBig"

  @Test func `a request past its deadline is not processed`() throws {
    var bench = try VenueBench()
    let late = "wouldProcessAfterSpecifiedTime"
    let past = bench.now.wall
    bench.wait(10)
    #expect(bench.place(.buy, .market, 10, id: "a", before: past).word == late)
    let soon = bench.now.wall.advanced(byMilliseconds: 1)
    #expect(bench.place(.buy, .market, 10, id: "a", before: soon).word == "placed")
    #expect(bench.position() == 10)
  }

  @Test(arguments: [
    ("no limit", VenueOrderKind.limit, 10, nil, nil, "invalidPrice"),
    ("no limit", .postOnly, 10, nil, nil, "invalidPrice"),
    ("no limit", .immediateOrCancel, 10, nil, nil, "invalidPrice"),
    ("no trigger", .stop, 10, nil, nil, "invalidPrice"),
    ("no trigger", .takeProfit, 10, nil, nil, "invalidPrice"),
    ("limit below a tick", .limit, 10, 0, nil, "invalidPrice"),
    ("trigger below a tick", .stop, 10, nil, -1, "invalidPrice"),
    ("nothing", .market, 0, nil, nil, "invalidSize"),
    ("crosses", .postOnly, 10, 50_001, nil, "postWouldExecute"),
    ("does not cross", .immediateOrCancel, 10, 50_000, nil, "iocWouldNotExecute"),
    ("above the bound", .market, 10_000_000_001, nil, nil, "maxPositionViolation"),
    ("beyond counting", .stop, .max, nil, 40_000, "maxPositionViolation"),
    ("too dear", .market, 1_000_001, nil, nil, "insufficientAvailableFunds"),
  ])
  func `an impossible order is refused, recorded and changes nothing`(
    _ what: String, _ kind: VenueOrderKind, _ lots: Int64, _ limit: Int64?, _ trigger: Int64?,
    _ word: String
  ) throws {
    var bench = try VenueBench()
    let result = bench.place(.buy, kind, lots, limit: limit, trigger: trigger, id: "a")
    #expect(result.word == word)
    #expect(result.order?.status == .rejected)
    #expect(bench.book.orders.count == 1)
    #expect(bench.book.open.isEmpty && bench.book.fills.isEmpty && bench.position() == 0)
    bench.expectLaws()
  }

  @Test func `a symbol that is not listed or has no price yet is refused`() throws {
    var bench = try VenueBench()
    #expect(bench.place(.buy, .market, 1, symbol: "PF_SOLUSD").word == "notFound")
    let solana = try MarketSample.instrument("PF_SOLUSD")
    var machine = VenueMachine(book: VenueBook(instruments: [solana]), seed: 1)
    let request = OrderRequest(
      instrument: solana.id, side: .buy, kind: .market, quantity: Quantity(lots: 1))
    #expect(machine.place(request, now: bench.now).word == "marketInactive")
  }

  @Test func `an order never meets one of the same account`() throws {
    var bench = try VenueBench()
    bench.place(.sell, .limit, 10, limit: 50_001)
    #expect(bench.place(.buy, .market, 10).word == "selfFill")
    #expect(bench.place(.buy, .limit, 10, limit: 50_002).word == "selfFill")
    #expect(bench.place(.buy, .limit, 10, limit: 50_000).word == "placed")
  }

  @Test func `at most 500 orders are open`() throws {
    var bench = try VenueBench()
    for _ in 0..<500 {
      #expect(bench.place(.sell, .stop, 1, trigger: 100, reduceOnly: true).word == "placed")
    }
    let refused = bench.place(.sell, .stop, 1, trigger: 100, reduceOnly: true)
    #expect(refused.word == "tooManyOrders")
    bench.cancel(bench.book.open.first)
    #expect(bench.place(.sell, .stop, 1, trigger: 100, reduceOnly: true).word == "placed")
  }

  @Test func `margin of positions and resting orders is not available twice`() throws {
    // 50 × 100,000 USD at 50,000 are 1,000,000 lots of 5 USD.
    var bench = try VenueBench()
    #expect(bench.place(.buy, .limit, 600_000, limit: 49_000).word == "placed")
    #expect(bench.place(.buy, .limit, 600_000, limit: 49_000).word == "insufficientAvailableFunds")
    #expect(bench.place(.buy, .limit, 300_000, limit: 49_000).word == "placed")
  }
}
