import Domain
import Testing

@testable import SimulatedVenue

/// Names, deadlines, edits and own orders of what Maker Protection holds.
@Suite("what happens to a held request meanwhile")
struct HeldRequestTests {
  private static let late = "wouldProcessAfterSpecifiedTime"

  private func request(
    _ side: Side, _ lots: Int64, limit: Int64, id: String? = nil, before: WallTime? = nil
  ) -> OrderRequest {
    OrderRequest(
      clientOrderID: id, instrument: VenueBench.bitcoin, side: side, kind: .limit,
      limit: Price(ticks: limit), quantity: Quantity(lots: lots), processBefore: before)
  }

  @Test(arguments: VenuePolicies.Reservation.allCases)
  func `its name is taken`(_ policy: VenuePolicies.Reservation) throws {
    var bench = try VenueBench(hold: 20)
    bench.change { $0.clientOrderID = policy }
    #expect(bench.submit(request(.buy, 10, limit: 49_000, id: "a")) == nil)
    let again = bench.submit(request(.buy, 10, limit: 49_000, id: "a"))
    #expect(again?.word == "clientOrderIdAlreadyExist")
    #expect(bench.place(.buy, .postOnly, 10, limit: 49_000, id: "a").word == again?.word)
    #expect(bench.book.repeats.map(\.clientOrderID) == ["a", "a"])
    bench.advance(20)
    #expect(bench.book.openCount == 1)
    try bench.expectLaws()
  }

  @Test(arguments: VenuePolicies.DeadlineCheck.allCases)
  func `a deadline within the hold counts at the moment of the policy`(
    _ policy: VenuePolicies.DeadlineCheck
  ) throws {
    var bench = try VenueBench(hold: 20)
    bench.change { $0.deadline = policy }
    let soon = bench.now.wall.advanced(byMilliseconds: 10)
    #expect(bench.submit(request(.buy, 10, limit: 49_000, before: soon)) == nil)
    bench.advance(20)
    let word = policy == .receipt ? "placed" : Self.late
    #expect(bench.released.map(\.result.word) == [word])
    #expect(bench.released.first?.result.order?.status == (policy == .receipt ? .open : .rejected))
    try bench.expectLaws()
  }

  @Test func `a deadline that has passed at receipt is refused at once, or at release`() throws {
    var bench = try VenueBench(hold: 20)
    let past = bench.now.wall.advanced(byMilliseconds: -1)
    #expect(bench.submit(request(.buy, 10, limit: 49_000, before: past))?.word == Self.late)
    bench.change { $0.deadline = .release }
    #expect(bench.submit(request(.buy, 10, limit: 49_000, before: past)) == nil)
    bench.advance(20)
    #expect(bench.released.map(\.result.word) == [Self.late])
    #expect(bench.book.openCount == 0)
  }

  @Test func `a deadline of an edit counts like that of an order`() throws {
    var bench = try VenueBench()
    let id = try #require(bench.place(.buy, .limit, 10, limit: 49_000).order).id
    bench.change { $0.holdMilliseconds = 20 }
    let soon = bench.now.wall.advanced(byMilliseconds: 10)
    let edit = EditRequest(order: .venue(id), limit: Price(ticks: 49_100), processBefore: soon)
    #expect(bench.machine.edit(edit, ticket: 5, now: bench.now) == nil)
    bench.change { $0.deadline = .release }
    bench.advance(20)
    #expect(bench.released.map(\.result.word) == [Self.late])
    #expect(bench.book.orders[id]?.limit?.ticks == 49_000)
  }

  @Test func `the own order it meets at release is cancelled for it`() throws {
    for strategy in AccountPreferences.SelfTrade.allCases {
      var bench = try VenueBench(hold: 20)
      bench.prefer { $0.selfTrade = strategy }
      let met = bench.place(.sell, .postOnly, 10, limit: 50_001).order?.id
      let far = bench.place(.sell, .postOnly, 10, limit: 50_002).order?.id
      #expect(bench.submit(request(.buy, 10, limit: 50_001)) == nil)
      #expect(bench.book.openCount == 2)
      bench.advance(20)
      #expect(bench.released.first?.result.fills.map(\.price.ticks) == [50_001])
      #expect(bench.lastReason(met) == .wouldExecuteSelf)
      #expect(bench.book.openOrders.map(\.id) == [far])
      try bench.expectLaws()
    }
  }

  @Test func `the own order stays when what is released is refused`() throws {
    var bench = try VenueBench(hold: 20)
    let met = bench.place(.sell, .postOnly, 10, limit: 50_001).order?.id
    bench.submit(request(.buy, 2_000_000, limit: 50_001))
    bench.advance(20)
    #expect(bench.released.map(\.result.word) == ["insufficientAvailableFunds"])
    #expect(bench.book.openOrders.map(\.id) == [met])
  }

  @Test func `an edit is held and answered by its ticket`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    bench.change { $0.holdMilliseconds = 20 }
    #expect(bench.edit(id, limit: 50_001, ticket: 9).word == "held")
    #expect(bench.book.openOrders.map(\.limit?.ticks) == [49_000])
    bench.advance(20)
    #expect(bench.released.map(\.ticket) == [9])
    #expect(bench.released.first?.result.word == "edited")
    #expect(bench.released.first?.result.fills.map(\.type) == [.takerAfterEdit])
    try bench.expectLaws()
  }

  @Test func `a held edit cancels the own order it meets`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    let met = bench.place(.sell, .limit, 10, limit: 50_001).order?.id
    bench.change { $0.holdMilliseconds = 20 }
    bench.edit(id, limit: 50_001)
    bench.advance(20)
    #expect(bench.released.map(\.result.word) == ["edited"])
    #expect(bench.lastReason(met) == .wouldExecuteSelf)
  }

  @Test func `an order that ended meanwhile is not edited`() throws {
    var bench = try VenueBench()
    let id = bench.place(.buy, .limit, 10, limit: 49_000).order?.id
    bench.change { $0.holdMilliseconds = 20 }
    bench.edit(id, limit: 50_001)
    #expect(bench.cancel(id).word == "cancelled")
    bench.advance(20)
    #expect(bench.released.map(\.result.word) == ["orderForEditNotFound"])
    try bench.expectLaws()
  }

  @Test func `an order that is held itself cannot be edited`() throws {
    var bench = try VenueBench(hold: 20)
    bench.submit(request(.buy, 10, limit: 49_000, id: "a"))
    let edit = EditRequest(order: .client("a"), limit: Price(ticks: 48_000))
    #expect(bench.machine.edit(edit, now: bench.now)?.word == "orderForEditNotFound")
  }

  @Test func `a contract's own hold is used where no policy says more`() throws {
    let known = try MarketSample.instrument()
    let instrument = try #require(
      Instrument(
        id: known.id, tickSize: known.tickSize, lotSize: known.lotSize,
        maxPosition: known.maxPosition, initialMargin: known.initialMargin,
        makerProtectionMilliseconds: 20, tradeable: true))
    let contract = VenueContract(
      instrument: instrument,
      marginLevels: try VenueBench.contract("PF_XBTUSD").marginLevels)
    var machine = VenueMachine(book: VenueBook(contracts: [contract]), seed: 1)
    let now = try VenueBench().now
    #expect(machine.place(request(.buy, 10, limit: 49_000), now: now) == nil)
    var policies = VenuePolicies()
    policies.holdMilliseconds = 0
    machine.setPolicies(policies, now: now)
    #expect(machine.place(request(.buy, 10, limit: 49_000), now: now)?.word == "marketInactive")
  }
}
