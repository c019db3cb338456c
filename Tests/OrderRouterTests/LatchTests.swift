import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("the kill latch")
struct LatchTests {
  let bench: RouterBench

  init() throws { bench = try RouterBench() }

  private func press(_ scopes: [LatchView.Scope] = [.everything], flatten: Bool = false) throws {
    try bench.run(.latch(LatchView(scopes: scopes, flattens: flatten, text: "ann: test")))
  }

  private func reasons(_ name: String) throws -> [DenialReason] {
    guard case .denied(let denials) = try bench.offer(Sample.intent(name, at: bench.milliseconds))
    else { return [] }
    return denials.map(\.reason)
  }

  @Test func `no entry is accepted while it is set, and one is again when it is cleared`() throws {
    try press()
    #expect(try reasons("a") == [.killLatch])
    try bench.run(.latch(.clear))
    #expect(try reasons("b").isEmpty)
  }

  @Test func `an entry that is committed and withheld never leaves`() throws {
    bench.holdsAnswers = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try press()
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.placements.isEmpty)
    #expect(try bench.intents().first?.denial?.reason == .killLatch)
  }

  @Test func `take-profits go, the stop stays`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.openOrders.count == 2)
    bench.holdsAnswers = true
    try press()
    #expect(bench.machine.latchPending.count == 1)
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.openOrders.map(\.isStop) == [true])
    #expect(bench.machine.latchPending.isEmpty)
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 10)
  }

  @Test func `with flatten the position goes, and then its stop`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds, takeProfit: 1200))
    try bench.pass(milliseconds: 500, upTo: 5000)
    try press(flatten: true)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.venue.openOrders.isEmpty)
    #expect(bench.machine.latchPending.isEmpty)
  }

  @Test func `flatten waits for an entry in doubt`() throws {
    bench.venue.fates = [.answerLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.venue.unreadable = true
    try press(flatten: true)
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(!bench.machine.latchPending.isEmpty)
    bench.venue.unreadable = false
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.machine.latchPending.isEmpty)
  }

  @Test func `a latch on one strategy or instrument stops only that`() throws {
    try press([.strategy(StrategyID(unchecked: "other"))])
    #expect(try reasons("a").isEmpty)
    try press([.instrument(Sample.instrument.id)])
    #expect(try reasons("b").contains(.killLatch))
  }

  @Test func `what halts the router presses the latch`() throws {
    bench.venue.addOpenOrder(
      ClientOrderID(unchecked: "\(bench.machine.installation)-0000-8000-8000-000000000000"))
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.pressed.count == 1)
    #expect(bench.pressed.first?.contains("second router") == true)
  }

  @Test func `a start with the latch set protects and opens nothing`() throws {
    bench.diesBeforeSending = false
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    try bench.restart()
    try press()
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.phase == .ready)
    #expect(try reasons("b").contains(.killLatch))
    #expect(bench.venue.openOrders.map(\.isStop) == [true])
  }

  @Test func `only a reading that began after the press verifies it`() throws {
    try bench.pass(milliseconds: 500, upTo: 3000)
    bench.holdsAnswers = true
    try press()
    #expect(bench.machine.latchPending == ["the venue has not been read since the press"])
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.machine.latchPending.isEmpty)
  }

  @Test func `only what was pressed with flatten is closed`() throws {
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5000)
    let other = LatchView.Scope.strategy(StrategyID(unchecked: "other"))
    try bench.run(
      .latch(LatchView(scopes: [.everything, other], flattening: [other], text: "ann: test")))
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 10)
    #expect(bench.machine.latchPending.isEmpty)
  }

  @Test func `a position that is not ours stays under its stop, unless all are to go`() throws {
    try bench.mark(1000)
    bench.venue.setForeignPosition(7)
    try bench.pass(milliseconds: 500, upTo: 5000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [7], "adopted")
    try press(flatten: true)
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(bench.venue.positions[Sample.instrument.id] == 7)
    #expect(bench.venue.openOrders.map(\.isStop) == [true] && bench.machine.latchPending.isEmpty)
    let all = [LatchView.Scope.everything]
    try bench.run(
      .latch(LatchView(scopes: all, flattening: all, foreign: all, text: "ann: test, all")))
    #expect(!bench.machine.latchPending.isEmpty)
    try bench.pass(milliseconds: 500, upTo: 15_000)
    #expect(bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.venue.openOrders.isEmpty && bench.machine.latchPending.isEmpty)
    try bench.expectNoDrift()
  }

  @Test
  func `a position that shows up after the press is not done before it is taken over and gone`()
    throws
  {
    try bench.mark(1000)
    try bench.pass(milliseconds: 500, upTo: 3000)
    let all = [LatchView.Scope.everything]
    try bench.run(
      .latch(LatchView(scopes: all, flattening: all, foreign: all, text: "ann: test, all")))
    bench.venue.setForeignPosition(-5)
    var seen = false
    for _ in 0..<40 {
      try bench.pass(milliseconds: 500)
      let theirs = bench.machine.venuePositions[Sample.instrument.id]?.signedLots ?? 0
      if theirs != 0 {
        seen = true
        #expect(!bench.machine.latchPending.isEmpty, "the venue shows \(theirs) lots")
      }
    }
    #expect(seen && bench.venue.positions[Sample.instrument.id] == 0)
    #expect(bench.machine.latchPending.isEmpty && bench.venue.openOrders.isEmpty)
  }

  @Test func `an acknowledgement is in the ledger before the file is cleared`() throws {
    try bench.run(.command(1, .acknowledge(by: "ann", reason: "over")))
    #expect(bench.answers == [.refused("the kill latch is not set")])
    try press()
    let view = bench.machine.latch
    try bench.run(.command(2, .acknowledge(by: "ann", reason: "over")))
    #expect(bench.cleared == [view])
    #expect(bench.answers.count == 1, "the answer waits for the file")
    #expect(bench.machine.latch == view, "the file alone decides")
    #expect(
      bench.lastEffects.map { effect in
        switch effect {
        case .record: "record"
        case .clearLatch: "clear"
        default: "other"
        }
      }.prefix(3) == ["record", "record", "clear"])
  }
}
