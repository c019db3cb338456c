import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("how far back fills are read")
struct FillReachTests {
  private func at(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }

  private func reach(
    since: Int64, filled: Int64 = 0, known: FillReach.Stretch? = nil
  ) -> FillReach {
    FillReach(
      orders: [Self.id: .init(since: at(since), filled: Quantity(lots: filled))],
      latest: at(99_500), margin: 500, known: known)
  }

  private static let id = ClientOrderID(unchecked: "one")

  private func open(filled: Int64) -> OpenOrder {
    OpenOrder(
      clientOrderID: Self.id, venueOrderID: VenueOrderID(unchecked: "v"),
      instrument: Sample.instrument.id, side: .buy, unfilled: Quantity(lots: 5),
      filled: Quantity(lots: filled), reduceOnly: true, isStop: true)
  }

  @Test func `an order that rests with the fills that are known asks for none`() {
    #expect(reach(since: 1000).horizon([open(filled: 0)]) == at(99_500))
    #expect(reach(since: 1000, filled: 3).horizon([open(filled: 3)]) == at(99_500))
  }

  @Test func `one that rests no more, or with another fill, asks back to where it was seen`() {
    #expect(reach(since: 1000).horizon([]) == at(500))
    #expect(reach(since: 1000).horizon([open(filled: 1)]) == at(500))
    #expect(reach(since: 200_000).horizon([]) == at(99_500))
  }

  @Test func `what was read once is not read again, unless there is a gap before it`() {
    let known = FillReach.Stretch(from: at(500), to: at(40_000))
    #expect(reach(since: 1000, known: known).horizon([]) == at(40_000))
    #expect(reach(since: 60_000, known: known).horizon([]) == at(59_500))
    #expect(reach(since: 999, known: known).horizon([]) == at(499))
  }

  @Test func `the next page begins behind what is known`() {
    let known = FillReach.Stretch(from: at(500), to: at(40_000))
    #expect(reach(since: 1, known: known).next(behind: at(30_000)) == at(500))
    #expect(reach(since: 1, known: known).next(behind: at(40_000)) == at(40_001))
    #expect(reach(since: 1, known: known).next(behind: at(499)) == at(500))
    #expect(reach(since: 1).next(behind: at(30_000)) == at(30_001))
  }

  @Test func `stretches grow together, and a gap between them loses the older`() {
    let first = FillReach.Stretch(from: at(10), to: at(20))
    let touching = FillReach.Stretch(from: at(20), to: at(30))
    #expect(first.extended(by: touching) == FillReach.Stretch(from: at(10), to: at(30)))
    let later = FillReach.Stretch(from: at(21), to: at(30))
    #expect(first.extended(by: later) == later)
    let within = FillReach.Stretch(from: at(5), to: at(15))
    #expect(first.extended(by: within) == FillReach.Stretch(from: at(5), to: at(20)))
  }
}

/// What a page of older fills costs is missing where a stop is in doubt.
@Suite("older fills are asked for as seldom as may be")
struct OlderFillsTests {
  private let bench: RouterBench

  init() throws { bench = try RouterBench() }

  private var older: Int {
    bench.venue.requests.count { if case .olderFills = $0 { true } else { false } }
  }

  @Test func `a new life reads no older fills for orders that rest as they were left`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.machine.book.liveOrders.count { $0.status == .working } == 2)
    bench.venue.addForeignFills(500, from: WallTime(milliseconds: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    let before = older
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.phase == .ready)
    #expect(older == before)
    try bench.expectNoDrift()
  }

  /// The clock takes three answers, and the first reading of a life begins after one.
  @Test func `a life that begins without the venue's clock reads no fills since 1970`() throws {
    bench.venue.addForeignFills(500, from: WallTime(milliseconds: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 3000)
    let before = older
    bench.knowsVenueClock = false
    try bench.restart()
    bench.knowsVenueClock = true
    // One of the orders that rested has ended since.
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    #expect(older == before, "\(older - before) pages")
    try bench.expectNoDrift()
  }

  @Test func `an order in doubt for long has its time read once, not in every reading`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let profit = try #require(bench.machine.book.liveOrders.first { $0.role == .takeProfit })
    _ = try bench.command(.cancel(profit.id, by: "ann"))
    bench.venue.forgetRecent()
    bench.venue.historyUnreadable = true
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.machine.book.orders[profit.id]?.status == .unknown)
    // Five minutes of it, in which strangers trade: less than a page a minute.
    for _ in 0..<30 {
      bench.venue.addForeignFills(15, from: WallTime(milliseconds: bench.milliseconds))
      try bench.pass(milliseconds: 500, upTo: 10_000)
    }
    let before = older
    let readings = bench.venue.requests.count { $0 == .openOrders }
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.venue.requests.count { $0 == .openOrders } > readings + 5)
    #expect(bench.machine.book.orders[profit.id]?.status == .unknown)
    #expect(older - before <= 1, "\(older - before) pages for one doubt")
    bench.venue.historyUnreadable = false
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.machine.book.orders[profit.id]?.status == .cancelled)
    try bench.expectNoDrift()
  }

  /// What is not read again is remembered while it may explain something.
  @Test func `a stranger's trade that a flood pushed off the page still explains a position`()
    throws
  {
    try bench.mark(1000)
    bench.venue.fates = [.requestLost]
    bench.venue.historyUnreadable = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.venue.setForeignPosition(3)
    // While the doubt lasts, for want of the history, others trade on.
    for _ in 0..<10 {
      try bench.pass(milliseconds: 500, upTo: 10_000)
      bench.venue.addForeignFills(40, from: WallTime(milliseconds: bench.milliseconds))
    }
    #expect(try bench.orders().first?.status == .unknown)
    bench.venue.historyUnreadable = false
    try bench.mark(1000)
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(try bench.orders().first?.status == .notPlaced)
    #expect(bench.venue.stops.map(\.quantity.lots) == [3])
    try bench.expectNoDrift()
  }

  /// Pages meet in a fill that both of them tell (seeds 307307 and 506101).
  @Test func `a fill that two pages of one reading tell counts once for what it explains`() throws {
    try bench.mark(1000)
    bench.venue.fates = [.requestLost]
    bench.venue.historyUnreadable = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.venue.setForeignPosition(3)
    // They buy and sell: the position stays.
    bench.venue.addForeignFills(
      150, on: Sample.instrument.id, sides: [.buy, .sell],
      from: WallTime(milliseconds: bench.milliseconds + 1))
    bench.milliseconds += 90_000
    bench.venue.historyUnreadable = false
    try bench.restart()
    try bench.mark(1000)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(try bench.orders().first?.status == .notPlaced)
    #expect(bench.venue.stops.map(\.quantity.lots) == [3])
    try bench.expectNoDrift()
  }

  /// The doubt ends only with the explanation, which is older than the doubt (seed 601175).
  @Test func `a stop in doubt beside a stranger's older trade has that trade looked for`() throws {
    try bench.mark(1000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 1000)
    let lots = bench.machine.book.position(Sample.instrument.id).signedLots
    bench.holdsAnswers = true
    bench.venue.setForeignPosition(lots + 3)
    bench.venue.addForeignFills(150, from: WallTime(milliseconds: bench.milliseconds + 1))
    bench.venue.dropOrders()
    bench.venue.fates = [.requestLost]
    bench.milliseconds += 1000
    // A life that ends as soon as it has sent the stop anew, which is lost.
    try bench.restart()
    bench.holdsAnswers = false
    for _ in 0..<100 where !bench.venue.fates.isEmpty { try bench.pass(milliseconds: 50) }
    #expect(bench.venue.fates.isEmpty)
    bench.milliseconds += 1000
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.openOrders.filter(\.isStop).map(\.unfilled.lots) == [lots + 3])
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == lots + 3)
    try bench.expectNoDrift()
  }

  /// It was accepted before anybody could see the trade (seed 614313).
  @Test func `a stranger's trade that is older than the doubt is looked for further and further`()
    throws
  {
    try bench.mark(1000)
    bench.venue.unreadable = true
    bench.venue.setForeignPosition(3)
    bench.venue.addForeignFills(150, from: WallTime(milliseconds: bench.milliseconds + 1))
    try bench.pass(milliseconds: 500, upTo: 20_000)
    bench.diesBeforeSending = true
    guard case .accepted = try bench.offer(Sample.intent("a", at: bench.milliseconds)) else {
      Issue.record("denied")
      return
    }
    bench.venue.addForeignFills(150, from: WallTime(milliseconds: bench.milliseconds + 1))
    bench.milliseconds += 1000
    bench.venue.unreadable = false
    try bench.restart()
    try bench.mark(1000)
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(try bench.orders().first?.status == .notPlaced)
    #expect(bench.venue.stops.map(\.quantity.lots) == [3])
    try bench.expectNoDrift()
  }

  /// Lots that vanish without a fill are waited for a minute; with one they are taken at once.
  @Test func `a new life finds the trade that closed a position behind a flood of others`() throws {
    try bench.mark(1000)
    bench.venue.setForeignPosition(5)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 5)
    bench.holdsAnswers = true
    bench.venue.setForeignPosition(0)
    bench.venue.addForeignFills(300, from: WallTime(milliseconds: bench.milliseconds + 1))
    // Nobody is there for ten seconds.
    bench.milliseconds += 10_000
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 6000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    try bench.expectNoDrift()
  }

  /// An order that ended while nobody was there, before fifteen pages of others' fills.
  @Test func `a long way back is gone in parts, none of them twice`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let profit = try #require(bench.machine.book.liveOrders.first { $0.role == .takeProfit })
    _ = try bench.command(.cancel(profit.id, by: "ann"))
    bench.venue.forgetRecent()
    bench.venue.addForeignFills(1500, from: WallTime(milliseconds: bench.milliseconds))
    bench.milliseconds += 3_600_000
    try bench.restart()
    var most = 0
    for _ in 0..<200 where bench.machine.book.orders[profit.id]?.status != .cancelled {
      let before = (older, readings)
      try bench.pass(milliseconds: 100)
      most = max(most, older - before.0 - 4 * max(1, readings - before.1))
    }
    #expect(bench.machine.book.orders[profit.id]?.status == .cancelled)
    #expect(most <= 0, "a reading took \(most) pages more than its part")
    #expect((14...18).contains(older), "\(older) pages of fifteen")
    try bench.expectNoDrift()
  }

  private var readings: Int { bench.venue.requests.count { $0 == .openOrders } }
}
