import Domain
import Testing

@testable import SimulatedVenue

/// Maker Protection: what may take is held in the gateway before it reaches the book.
@Suite("orders held in the gateway")
struct HoldTests {
  private static let late = "wouldProcessAfterSpecifiedTime"

  private func request(
    _ side: Side, _ kind: VenueOrderKind, _ lots: Int64, limit: Int64? = nil, id: String? = nil,
    before: WallTime? = nil, of contract: InstrumentID = VenueBench.bitcoin
  ) -> OrderRequest {
    OrderRequest(
      clientOrderID: id, instrument: contract, side: side, kind: kind,
      limit: limit.map(Price.init(ticks:)), quantity: Quantity(lots: lots), processBefore: before)
  }

  @Test func `are seen nowhere until their time, and answered by their ticket`() throws {
    var bench = try VenueBench(hold: 20)
    let before = bench.records.count
    #expect(bench.submit(request(.buy, .limit, 6000, limit: 50_001, id: "a"), ticket: 41) == nil)
    #expect(bench.records.count == before && bench.book.order(named: "a") == nil)
    #expect(bench.book.openCount == 0 && bench.machine.isHolding)
    #expect(bench.machine.nextDeadline == bench.now.wall.advanced(byMilliseconds: 20))
    bench.advance(19)
    #expect(bench.released.isEmpty)
    bench.advance(1)
    #expect(bench.released.map(\.ticket) == [41])
    let result = try #require(bench.released.first).result
    #expect(result.word == "placed" && result.fills.map(\.quantity.lots) == [5000])
    #expect(bench.book.order(named: "a")?.status == .open && !bench.machine.isHolding)
    try bench.expectLaws()
  }

  @Test func `execute at the price of their release`() throws {
    var bench = try VenueBench(hold: 50)
    bench.submit(request(.buy, .market, 10))
    bench.walk([50_500], every: 10)
    bench.advance(40)
    #expect(bench.fills.map(\.price.ticks) == [50_501 + 50_500 / 40_000 - 1])
  }

  @Test func `are not post-only ones`() throws {
    var bench = try VenueBench(hold: 20)
    #expect(bench.place(.buy, .postOnly, 10, limit: 49_000, id: "post").word == "placed")
    #expect(bench.edit(bench.book.order(named: "post")?.id, limit: 49_100).word == "edited")
  }

  @Test func `bear the number of their receipt and stand behind what came before release`() throws {
    var bench = try VenueBench(hold: 5000)
    bench.submit(request(.buy, .limit, 10, limit: 49_000, id: "held"))
    bench.place(.buy, .postOnly, 10, limit: 49_000, id: "post")
    // No hold is longer than 100 ms.
    bench.advance(100)
    #expect(bench.book.openOrders.map(\.clientOrderID) == ["held", "post"])
    bench.walk([49_000])
    #expect(bench.fills.map(\.clientOrderID) == ["post", "held"])
  }

  @Test func `leave in the order of their time`() throws {
    var bench = try VenueBench(hold: 100)
    bench.submit(request(.buy, .limit, 10, limit: 49_000), ticket: 1)
    bench.submit(request(.buy, .limit, 10, limit: 49_000), ticket: 2)
    bench.change { $0.holdMilliseconds = 10 }
    bench.submit(request(.buy, .limit, 10, limit: 49_000), ticket: 3)
    bench.advance(10)
    #expect(bench.released.map(\.ticket) == [3])
    #expect(try #require(bench.machine.nextDeadline) > bench.now.wall)
    bench.advance(100)
    #expect(bench.released.map(\.ticket) == [3, 1, 2])
  }

  @Test func `a cancel is acknowledged, and the order may fill after it`() throws {
    var bench = try VenueBench(hold: 20)
    bench.submit(request(.buy, .limit, 10, limit: 50_001, id: "a"))
    #expect(bench.cancel(.client("a")).word == "cancelled")
    #expect(bench.machine.isHolding)
    bench.advance(20)
    #expect(bench.released.first?.result.word == "placed")
    #expect(bench.book.order(named: "a")?.status == .filled && bench.position() == 10)
  }

  @Test(arguments: [6000, 10] as [Int64], [50_001, 49_000] as [Int64])
  func `cancelled ones never rest`(_ lots: Int64, _ limit: Int64) throws {
    var bench = try VenueBench(hold: 20)
    bench.submit(request(.buy, .limit, lots, limit: limit, id: "a"))
    bench.cancel(.client("a"))
    bench.advance(20)
    #expect(bench.book.openCount == 0)
    let order = try #require(bench.book.order(named: "a"))
    let filled = limit == 49_000 ? 0 : min(lots, 5000)
    #expect(order.filled.lots == filled)
    if filled < lots {
      #expect(order.status == .cancelled)
      #expect(bench.released.first?.result.word == "iocWouldNotExecute")
      #expect(bench.lastReason(order.id) == (filled == 0 ? .iocWouldNotExecute : .partialFill))
    }
    try bench.expectLaws()
  }

  @Test func `a cancelled trigger never waits`() throws {
    var bench = try VenueBench(hold: 20)
    var stop = request(.sell, .stop, 10, id: "a")
    stop.trigger = Price(ticks: 49_000)
    bench.submit(stop)
    bench.cancel(.client("a"))
    bench.advance(20)
    #expect(bench.book.openCount == 0)
    #expect(bench.released.first?.result.word == "iocWouldNotExecute")
  }

  @Test func `are not touched when all orders are cancelled`() throws {
    var bench = try VenueBench(hold: 20)
    bench.place(.buy, .postOnly, 10, limit: 49_000)
    bench.submit(request(.buy, .limit, 10, limit: 48_000))
    #expect(bench.machine.cancelAll(now: bench.now).count == 1)
    bench.advance(20)
    #expect(bench.book.openCount == 1)
  }

  @Test func `are at most 250`() throws {
    var bench = try VenueBench(hold: 100)
    for _ in 0..<125 {
      #expect(bench.machine.place(request(.buy, .market, 10), now: bench.now) == nil)
    }
    bench.place(.buy, .postOnly, 10, limit: 49_000, id: "a")
    for _ in 0..<125 {
      let edit = EditRequest(order: .client("a"), limit: Price(ticks: 48_000))
      // A post-only order is edited at once; its edits are not among the held ones.
      #expect(bench.machine.edit(edit, now: bench.now)?.word == "edited")
      #expect(bench.machine.place(request(.buy, .market, 10), now: bench.now) == nil)
    }
    #expect(
      bench.machine.place(request(.buy, .market, 10), now: bench.now)?.word == "tooManyOrders")
    bench.keep()
    bench.advance(150)
    #expect(bench.released.count == 250)
    #expect(bench.submit(request(.buy, .market, 10)) == nil)
  }
}
