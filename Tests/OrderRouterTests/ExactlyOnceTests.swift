import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("one decision is at most one order")
struct ExactlyOnceTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  private func intent(_ name: String = "a", setup: String? = nil) -> OrderIntent {
    Sample.intent(name, at: bench.milliseconds, setup: setup)
  }

  @Test func `an accepted intent becomes one entry, and its fill one stop`() throws {
    let verdict = try bench.offer(intent())
    guard case .accepted = verdict else {
      Issue.record("not accepted: \(String(describing: verdict))")
      return
    }
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.entries.count == 1)
    #expect(bench.venue.stops.count == 1)
    #expect(bench.venue.stops.first?.quantity == Quantity(lots: 10))
    #expect(bench.venue.stops.first?.reduceOnly == true)
    #expect(try bench.intents().first?.state == .filled)
    try bench.expectNoDrift()
  }

  @Test func `the same signal offered again gets the same answer and no second order`() throws {
    let offered = intent()
    let first = try bench.offer(offered)
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(try bench.offer(offered) == first)
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.entries.count == 1)
  }

  @Test func `the same decision sized anew by a restarted gate is still one order`() throws {
    let first = try bench.offer(intent())
    try bench.pass(milliseconds: 500, upTo: 2000)
    let again = Sample.intent("a", at: bench.milliseconds, lots: 11)
    #expect(try bench.offer(again) == first)
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.entries.map(\.quantity.lots) == [10])
  }

  @Test func `the same signal id for another decision is refused loudly`() throws {
    try bench.offer(intent())
    let other = Sample.intent("a", at: bench.milliseconds, setup: "another")
    #expect(try bench.offer(other) == .denied([Denial(.contentMismatch, "a")]))
  }

  @Test func `an accepted order whose answer is lost is found, not sent again`() throws {
    bench.venue.fates = [.answerLost]
    try bench.offer(intent())
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(bench.venue.entries.count == 1)
    #expect(try bench.intents().first?.state == .filled)
    #expect(bench.venue.stops.count == 1)
    try bench.expectNoDrift()
  }

  @Test func `a lost request is not placed only after its deadline and by all sources`() throws {
    bench.venue.fates = [.requestLost]
    try bench.offer(intent())
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(try bench.intents().first?.state == .unknown)
    #expect(bench.machine.book.locks.count == 1)
    bench.venue.historyUnreadable = true
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(try bench.intents().first?.state == .unknown)
    bench.venue.historyUnreadable = false
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(try bench.intents().first?.state == .notPlaced)
    #expect(bench.machine.book.locks.isEmpty)
    #expect(bench.venue.placements.isEmpty)
    try bench.expectNoDrift()
  }

  @Test func `doubt holds the lock while the venue cannot be read`() throws {
    bench.venue.fates = [.answerLost]
    bench.holdsAnswers = false
    try bench.offer(intent())
    bench.venue.unreadable = true
    try bench.pass(milliseconds: 500, upTo: 60_000)
    let verdict = try bench.offer(intent("b"))
    guard case .denied(let denials) = verdict else {
      Issue.record("accepted beside a doubt")
      return
    }
    #expect(denials.map(\.reason).contains(.intentPending))
    #expect(bench.venue.entries.count == 1)
  }

  @Test func `a rejected entry gives the lock back and its hash stays used`() throws {
    bench.venue.fates = [.refused("insufficientAvailableFunds")]
    try bench.offer(intent("a", setup: "s"))
    #expect(try bench.intents().first?.state == .rejected)
    #expect(bench.machine.book.locks.isEmpty)
    let again = try bench.offer(intent("b", setup: "s"))
    guard case .denied(let denials) = again else {
      Issue.record("the same setup was accepted twice")
      return
    }
    #expect(denials.map(\.reason) == [.duplicateIntent])
  }

  @Test func `an entry filled in part keeps its lock until the venue tells how it ended`() throws {
    bench.venue.fillLimit = 4
    bench.holdsAnswers = false
    try bench.offer(intent())
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(try bench.intents().first?.state == .cancelled)
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 4)
    #expect(bench.venue.stops.map(\.quantity.lots) == [4])
  }

  @Test func `a second router's order halts entries`() throws {
    let stranger = ClientOrderID(
      unchecked: "\(bench.machine.installation)-0000-8000-8000-000000000000")
    bench.venue.addOpenOrder(stranger)
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.machine.tradingState == .halted)
    #expect(try bench.offer(intent()) != nil)
    #expect(bench.venue.entries.isEmpty)
  }
}

@Suite("a restart at any moment")
struct RestartTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  @Test func `killed between commit and send, the entry is looked up and never sent`() throws {
    bench.diesBeforeSending = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 1000)
    #expect(bench.isDead)
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(bench.venue.placements.isEmpty)
    #expect(try bench.intents().map(\.state) == [.notPlaced])
    try bench.expectNoDrift()
  }

  @Test func `killed after the send, the fill is found and protected`() throws {
    bench.venue.fates = [.answerLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.restart()
    bench.venue.forgetRecent()
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(bench.venue.entries.count == 1)
    #expect(bench.venue.stops.count == 1)
    #expect(try bench.intents().map(\.state) == [.filled])
    try bench.expectNoDrift()
  }

  @Test func `an idle restart with a protected position sends only reads`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.placements.count == 3)
    let before = bench.venue.requests.count
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 30_000)
    let after = bench.venue.requests.dropFirst(before)
    let writes = after.filter { request in
      switch request {
      case .place, .cancel, .amend: true
      default: false
      }
    }
    #expect(!after.isEmpty && writes.isEmpty)
    #expect(bench.machine.phase == .ready)
  }

  @Test func `no entry leaves before the venue has been read`() throws {
    bench.venue.unreadable = true
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.machine.phase == .reconciling)
    let verdict = try bench.offer(Sample.intent("a", at: bench.milliseconds))
    #expect(verdict == .denied([Denial(.routerNotReady, "phase=reconciling")]))
  }

  @Test func `a setup may be traded again once its position is closed and cooled down`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, setup: "s"))
    try bench.pass(milliseconds: 500, upTo: 3000)
    let stop = try #require(bench.venue.stops.first)
    bench.venue.trigger(stop)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.machine.book.position(Sample.instrument.id).isFlat)
    let early = try bench.offer(Sample.intent("b", at: bench.milliseconds, setup: "s"))
    guard case .denied(let denials) = early else {
      Issue.record("re-armed before the cool-down")
      return
    }
    #expect(denials.map(\.reason) == [.duplicateIntent])
    try bench.pass(milliseconds: 500, upTo: 61_000)
    try bench.restart()
    guard case .accepted = try bench.offer(Sample.intent("c", at: bench.milliseconds, setup: "s"))
    else {
      Issue.record("not re-armed after the cool-down")
      return
    }
  }
}
