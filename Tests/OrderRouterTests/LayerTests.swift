import Domain
import Ledger
import Testing

@testable import OrderRouter

/// For each layer a situation in which it alone says no.
@Suite("each of the five layers says no by itself")
struct LayerTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  private func denials(_ name: String, setup: String? = nil) throws -> [DenialReason] {
    let intent = Sample.intent(name, at: bench.milliseconds, setup: setup)
    guard case .denied(let denials) = try bench.offer(intent) else { return [] }
    return denials.map(\.reason)
  }

  @Test func `layer 1 alone: the setup's order ended unfilled, the setup comes again`() throws {
    bench.venue.fates = [.refused("marketSuspended")]
    try bench.offer(Sample.intent("a", at: bench.milliseconds, setup: "s"))
    #expect(try denials("b", setup: "s") == [.duplicateIntent])
  }

  @Test func `layers 2 and 5: an entry on the instrument is in flight`() throws {
    bench.holdsAnswers = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    #expect(try denials("b") == [.symbolLocked, .intentPending])
  }

  @Test func `layer 3 alone: a position that no intent of ours explains`() throws {
    bench.venue.setForeignPosition(5)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(try denials("a") == [.positionExists])
  }

  @Test func `layer 4 alone: the venue has an order there that the last reading did not show`()
    throws
  {
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.addOpenOrder(ClientOrderID(unchecked: "foreign"))
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 3000)
    let row = try bench.intents().first
    #expect(row?.state == .denied)
    #expect(row?.denial?.reason == .venueDisagrees)
    #expect(bench.venue.entries.isEmpty)
    #expect(bench.machine.book.locks.isEmpty)
  }

  @Test func `layer 4 fails closed: an unreadable venue lets no entry leave`() throws {
    try bench.pass(milliseconds: 500, upTo: 5000)
    bench.venue.unreadable = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 15_000)
    #expect(try bench.intents().first?.denial?.reason == .venueUnreadable)
    #expect(bench.venue.entries.isEmpty)
    #expect(bench.machine.touched.isEmpty, "nothing of it is kept in memory")
    try bench.expectNoDrift()
  }

  @Test func `layer 5 alone: the position is gone but its stop is still at the venue`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let profit = try #require(
      bench.venue.placements.first { if case .takeProfit = $0.type { true } else { false } })
    bench.venue.trigger(profit)
    try bench.pass(milliseconds: 500)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    #expect(try denials("b") == [.intentPending])
  }
}

@Suite("no position without its stop")
struct ProtectionTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  @Test func `a stop whose answer is lost is found and not doubled`() throws {
    bench.venue.fates = [.answered, .answerLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 20_000)
    #expect(bench.venue.stops.count == 1)
    try bench.expectNoDrift()
  }

  @Test func `a stop that never arrived is placed again under a new id`() throws {
    bench.venue.fates = [.answered, .requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.count == 1)
    let stops = try bench.orders().filter { $0.role == .stop }
    #expect(Set(stops.map(\.status)) == [.notPlaced, .working])
    #expect(Set(stops.map(\.id)).count == 2)
  }

  @Test func `a stop that could not leave is tried again without waiting for a reading`() throws {
    bench.venue.fates = [.answered, .refused("NOT_SENT: rate budget of protection")]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.venue.unreadable = true
    try bench.pass(milliseconds: 250, upTo: 500)
    #expect(bench.venue.stops.count == 1)
    let stops = try bench.orders().filter { $0.role == .stop }
    #expect(stops.map(\.status) == [.denied, .working])
  }

  @Test func `a stop refused twice closes the position at market`() throws {
    bench.venue.fates = [
      .answered, .refused("marketSuspended"), .refused("marketSuspended"), .answered,
    ]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    #expect(bench.venue.placements.last?.type == .market)
    #expect(bench.venue.placements.last?.reduceOnly == true)
  }

  @Test func `a position that can neither be protected nor closed halts entries, not the trying`()
    throws
  {
    bench.venue.fates =
      [.answered] + Array(repeating: .refused("invalidSize"), count: 6) + [.answered]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 15_000)
    #expect(bench.machine.tradingState == .halted)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    guard case .denied(let denials) = try bench.offer(Sample.intent("b", at: bench.milliseconds))
    else {
      Issue.record("accepted while halted")
      return
    }
    #expect(denials.map(\.reason).contains(.routerHalted))
  }

  /// Nothing is wrong with us, nor with any other market; the trying is paced (seed 510202).
  @Test func `a market that is suspended before the stop stands halts no other`() throws {
    bench.venue.refusedInstruments = [Sample.instrument.id]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    let before = bench.venue.placements.count
    try bench.pass(milliseconds: 250, upTo: 60_000)
    #expect(bench.machine.tradingState != .halted)
    #expect(bench.venue.placements.count - before < 45, "tried once in two seconds at most")
    #expect(!bench.machine.book.position(Sample.instrument.id).isFlat)
    bench.venue.refusedInstruments = []
    try bench.pass(milliseconds: 250, upTo: 5000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    try bench.expectNoDrift()
  }

  @Test func `what protected a position goes when the venue has shown it flat twice`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.openOrders.isEmpty)
    #expect(bench.machine.book.open.isEmpty)
    #expect(bench.machine.book.liveOrders.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `one reading that shows a position flat takes nothing away`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    func cancels() -> Int {
      bench.venue.requests.count { if case .cancel = $0 { true } else { false } }
    }
    let position = Sample.instrument.id
    for _ in 0..<200 where !bench.machine.book.position(position).isFlat {
      try bench.pass(milliseconds: 50)
    }
    #expect(bench.machine.book.position(position).isFlat)
    #expect(cancels() == 0)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(cancels() == 1)
  }

  @Test func `the stop comes before the take-profit`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(
      bench.venue.placements.map(\.type) == [
        .immediateOrCancel(limit: Price(ticks: 1000)), .stop(trigger: Price(ticks: 900)),
        .takeProfit(trigger: Price(ticks: 1200)),
      ])
  }
}
