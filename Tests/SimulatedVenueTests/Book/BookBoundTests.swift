import Domain
import Testing

@testable import SimulatedVenue

@Suite("what the book holds has a bound")
struct BookBoundTests {
  /// 20,000 orders of which every second is filled, a few refused and the others cancelled.
  private func bench(_ policy: VenuePolicies.Reservation) throws -> VenueBench {
    var bench = try VenueBench()
    bench.change { $0.clientOrderID = policy }
    for number in 0..<20_000 {
      if number % 2 == 0 {
        bench.place(number % 4 == 0 ? .buy : .sell, .market, 10, id: "c\(number)")
      } else {
        let limit: Int64? = number % 101 == 0 ? nil : 49_000
        bench.place(.buy, .limit, 10, limit: limit, id: "c\(number)")
        bench.cancel(.client("c\(number)"))
      }
    }
    return bench
  }

  @Test func `orders that are over fall out, oldest first, and their ids stay taken`() throws {
    var bench = try bench(.forever)
    let kept = Array(bench.book.finishedOrders)
    #expect(kept.count == FinishedOrders.bound && bench.book.orders.count == FinishedOrders.bound)
    #expect(kept.first?.clientOrderID == "c19999")
    #expect(kept.map(\.number) == kept.map(\.number).sorted(by: >))
    #expect(bench.book.order(named: "c0") == nil)
    #expect(bench.book.fills.count == VenueBook.mostFills && bench.book.fillCount == 10_000)
    #expect(bench.book.openCount == 0 && bench.book.lanes[VenueBench.bitcoin]?.open.isEmpty == true)
    for client in ["c0", "c1", "c3000", "c19999"] {
      #expect(bench.place(.buy, .market, 10, id: client).word == "clientOrderIdAlreadyExist")
    }
    // The order of this id was refused, which reserves nothing.
    #expect(bench.place(.buy, .limit, 10, limit: 49_000, id: "c101").word == "placed")
    #expect(bench.cancel(.client("c0")).word == "notFound")
    #expect(bench.folded == bench.book)
  }

  @Test func `an id of an order that is over is free where only open ones reserve it`() throws {
    var bench = try bench(.open)
    for client in ["c0", "c1", "c19999"] {
      #expect(bench.place(.buy, .limit, 10, limit: 49_000, id: client).word == "placed")
      #expect(
        bench.place(.buy, .limit, 10, limit: 49_000, id: client).word == "clientOrderIdAlreadyExist"
      )
    }
    // The other policy remembers what this one let go.
    bench.change { $0.clientOrderID = .forever }
    #expect(bench.place(.buy, .market, 10, id: "c2").word == "clientOrderIdAlreadyExist")
    #expect(bench.folded == bench.book)
  }

  @Test func `an order that is open is never forgotten`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 10, limit: 49_000, id: "old").order?.id
    for _ in 0..<FinishedOrders.bound + 10 { bench.place(.buy, .limit, 0) }
    #expect(bench.book.order(named: "old")?.id == id)
    #expect(bench.book.orders.count == FinishedOrders.bound + 1)
    bench.walk([48_000])
    #expect(bench.position() == 10)
  }
}
