import Domain
import Testing

@testable import SimulatedVenue

@Suite("the dead man's switch")
struct DeadManTests {
  private func bench() throws -> VenueBench {
    var bench = try VenueBench()
    bench.place(.buy, .market, 10)
    bench.place(.sell, .stop, 10, trigger: 49_000, reduceOnly: true, id: "stop")
    bench.place(.buy, .limit, 10, limit: 29_000, id: "limit", of: VenueBench.ether)
    return bench
  }

  private func set(_ bench: inout VenueBench, _ seconds: Int64) -> WallTime? {
    let time = bench.machine.setDeadMan(seconds: seconds, now: bench.now)
    bench.keep()
    return time
  }

  @Test func `cancels every order of the account when its time has come, and only once`() throws {
    var bench = try bench()
    let due = set(&bench, 60)
    #expect(due == bench.now.wall.advanced(byMilliseconds: 60_000))
    #expect(bench.book.deadMan == due && bench.machine.nextDeadline == due)
    bench.advance(59_999)
    #expect(bench.book.openCount == 2)
    bench.advance(1)
    #expect(bench.book.openCount == 0)
    for name in ["stop", "limit"] {
      #expect(bench.lastReason(bench.book.order(named: name)?.id) == .deadMan)
    }
    #expect(bench.position() == 10)
    #expect(bench.book.deadMan == nil && bench.machine.nextDeadline == nil)
    bench.place(.buy, .limit, 10, limit: 49_000)
    bench.advance(120_000)
    #expect(bench.book.openCount == 1)
    try bench.expectLaws()
  }

  @Test func `is put off by every new setting`() throws {
    var bench = try bench()
    for _ in 0..<5 {
      _ = set(&bench, 60)
      bench.advance(20_000)
    }
    #expect(bench.book.openCount == 2)
    bench.advance(40_000)
    #expect(bench.book.openCount == 0)
  }

  @Test func `is off after 0`() throws {
    var bench = try bench()
    _ = set(&bench, 60)
    #expect(set(&bench, 0) == nil)
    #expect(bench.machine.nextDeadline == nil)
    bench.advance(1_000_000)
    #expect(bench.book.openCount == 2)
  }

  @Test func `goes on in a later life`() throws {
    var bench = try bench()
    _ = set(&bench, 60)
    bench.machine = VenueMachine(book: bench.folded, seed: 7)
    bench.advance(60_000)
    #expect(bench.book.openCount == 0)
  }

  @Test(arguments: [.max, Int64(UInt32.max), 1 << 60, .min, -1] as [Int64])
  func `takes any number`(_ seconds: Int64) throws {
    var bench = try bench()
    let time = set(&bench, seconds)
    #expect((time == nil) == (seconds < 0))
    if let time { #expect(time > bench.now.wall) }
    bench.advance(1000)
    #expect(bench.book.openCount == 2)
  }

  @Test func `leaves an order in the gateway alone, which comes after it`() throws {
    var bench = try bench()
    bench.change { $0.holdMilliseconds = 100 }
    _ = set(&bench, 60)
    bench.wait(59_950)
    let request = OrderRequest(
      clientOrderID: "held", instrument: VenueBench.bitcoin, side: .buy, kind: .limit,
      limit: Price(ticks: 49_000), quantity: Quantity(lots: 10))
    #expect(bench.submit(request, ticket: 1) == nil)
    // Both are due: the switch was first.
    bench.advance(200)
    #expect(bench.book.openOrders.map(\.clientOrderID) == ["held"])
  }
}
