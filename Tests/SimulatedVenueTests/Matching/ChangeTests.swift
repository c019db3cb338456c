import Domain
import Testing

@testable import SimulatedVenue

@Suite("cancels and edits")
struct ChangeTests {
  @Test func `a cancelled order stays out of the market`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    let result = bench.cancel(id)
    #expect(result.order?.status == .cancelled && bench.lastReason(id) == .cancelled)
    bench.walk([48_000])
    #expect(bench.position() == 0)
    try bench.expectLaws()
  }

  @Test func `a cancel after a part keeps the part`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 6000, limit: 50_001).order?.id
    #expect(bench.cancel(id).word == "cancelled")
    #expect(bench.book.orders[try #require(id)]?.filled.lots == 5000)
    #expect(bench.position() == 5000)
    try bench.expectLaws()
  }

  @Test func `all orders are cancelled, or those of one contract`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .limit, 10, limit: 49_000)
    bench.place(.sell, .stop, 10, trigger: 40_000)
    bench.place(.buy, .limit, 10, limit: 29_000, of: VenueBench.ether)
    let first = bench.machine.cancelAll(VenueBench.bitcoin, now: bench.now)
    #expect(first.map(\.instrument) == [VenueBench.bitcoin, VenueBench.bitcoin])
    #expect(first.allSatisfy { $0.status == .cancelled })
    #expect(bench.book.openCount == 1)
    #expect(bench.machine.cancelAll(now: bench.now).map(\.instrument) == [VenueBench.ether])
    #expect(bench.machine.cancelAll(now: bench.now).isEmpty)
    bench.keep()
    try bench.expectLaws()
  }

  @Test func `an absolute size counts fills in, a relative one does not`() throws {
    var bench = try VenueBench()
    let id = try #require(bench.place(.buy, .limit, 6000, limit: 50_001).order).id
    #expect(bench.book.orders[id]?.filled.lots == 5000)
    #expect(bench.edit(id, lots: 5500, limit: 49_000).word == "edited")
    #expect(bench.book.orders[id]?.unfilled.lots == 500)
    #expect(bench.edit(id, lots: 500, isRelative: true).word == "edited")
    #expect(bench.book.orders[id]?.quantity.lots == 5500)
    // The same relative edit after another part has been filled enlarges the total.
    bench.walk([49_100])
    #expect(bench.edit(id, lots: 8000, isRelative: true).word == "edited")
    bench.walk([49_000])
    #expect(bench.book.orders[id]?.filled.lots == 10_102)
    #expect(bench.edit(id, lots: 8000, isRelative: true).word == "edited")
    #expect(bench.book.orders[id]?.quantity.lots == 18_102)
    #expect(bench.edit(id, lots: 13_000).word == "edited")
    #expect(bench.edit(id, lots: 13_000).word == "edited")
    #expect(bench.book.orders[id]?.quantity.lots == 13_000)
    try bench.expectLaws()
  }

  @Test func `a refused edit leaves the order as it was`() throws {
    var bench = try VenueBench()
    let post = bench.place(.buy, .postOnly, 10, limit: 49_000).order
    let id = try #require(post).id
    #expect(bench.edit(id, limit: 50_010).word == "postWouldExecute")
    #expect(bench.edit(id, lots: 2_000_000).word == "insufficientAvailableFunds")
    #expect(bench.edit(id, limit: 0).word == "invalidPrice")
    #expect(bench.edit(id, lots: 0).word == "invalidSize")
    #expect(bench.book.orders[id] == post)
    bench.set { $0.isSuspended = true }
    #expect(bench.edit(id, limit: 49_100).word == "marketSuspended")
    #expect(bench.book.orders[id] == post)
    try bench.expectLaws()
  }

  @Test func `an edit tells what was and what is`() throws {
    var bench = try VenueBench()
    let before = bench.place(.buy, .limit, 10, limit: 49_000).order
    let result = bench.edit(before?.id, lots: 20, limit: 49_100)
    #expect(result.old == before)
    #expect(result.order?.quantity.lots == 20 && result.order?.limit?.ticks == 49_100)
    #expect(bench.lastReason(before?.id) == .edited)
    guard case .order(_, _, let old)? = bench.records.last?.change else {
      Issue.record("the edit is a record")
      return
    }
    #expect(old == before)
  }

  @Test func `a limit edited across the market executes`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 6000, limit: 49_000).order?.id
    let result = bench.edit(id, limit: 50_001)
    #expect(result.word == "edited")
    #expect(result.fills.map(\.price.ticks) == [50_001])
    #expect(result.fills.map(\.type) == [.takerAfterEdit])
    #expect(result.order?.unfilled.lots == 1000)
    #expect(bench.edit(id, limit: 50_010).order?.status == .filled)
    try bench.expectLaws()
  }

  @Test func `a stop is amended in place`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 100)
    let stop = bench.place(.sell, .stop, 50, trigger: 49_000, reduceOnly: true).order?.id
    #expect(bench.edit(stop, lots: 100, trigger: 49_500).word == "edited")
    #expect(bench.book.stopCover(VenueBench.bitcoin).lots == 100)
    bench.walk([49_400])
    #expect(bench.position() == 0)
    #expect(bench.edit(stop, lots: 200).word == "orderForEditNotFound")
  }

  @Test func `an edit needs the margin of the difference and no more`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 399_000, limit: 49_000).order?.id
    // Beyond two million dollars the whole is margined at 4 %.
    #expect(bench.edit(id, lots: 500_000).word == "edited")
    #expect(bench.edit(id, lots: 500_001).word == "insufficientAvailableFunds")
    #expect(bench.edit(id, lots: 400_000, limit: 49_500).word == "edited")
    #expect(bench.machine.availableMargin.micros == 20_000_000_000)
  }

  @Test func `an edit does not count as another order`() throws {
    var bench = try VenueBench()
    for _ in 0..<499 { bench.place(.sell, .stop, 10, trigger: 40_000, reduceOnly: true) }
    let id = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    #expect(bench.edit(id, limit: 49_100).word == "edited")
    #expect(bench.place(.buy, .limit, 10, limit: 49_000).word == "tooManyOrders")
    bench.cancel(id)
    #expect(bench.place(.buy, .limit, 10, limit: 49_000).word == "placed")
  }
}
