import Daemon
import Domain
import Testing

@testable import OrderRouter

@Suite("the latch's file as the router sees it")
struct RouterLatchTests {
  private let strategy = StrategyID(unchecked: "breakout")

  private func view(_ scope: String) -> LatchView {
    LatchView(
      .active([LatchBlock.Entry(scope: scope, by: "ann", reason: "test", since: 1)]))
  }

  @Test func `one that cannot be believed stops everything and closes nothing`() {
    let view = LatchView(.unreadable("torn"))
    #expect(view.isActive)
    #expect(view.covers(strategy, Sample.instrument.id))
    #expect(view.covers(nil, Sample.other))
    #expect(!view.closes(strategy, Sample.instrument.id))
    #expect(view.text.contains("torn"))
  }

  @Test(arguments: ["everything", "strategy:two words", "instrument:two words", "", "day:monday"])
  func `a scope that is not understood is everything`(_ scope: String) {
    #expect(view(scope).covers(strategy, Sample.instrument.id), "\(scope)")
    #expect(view(scope).covers(nil, Sample.other), "\(scope)")
  }

  @Test func `a scope that is understood is no more than it says`() {
    let instrument = view("instrument:\(Sample.instrument.id)")
    #expect(instrument.covers(strategy, Sample.instrument.id))
    #expect(!instrument.covers(strategy, Sample.other))
    let other = view("strategy:other")
    #expect(!other.covers(strategy, Sample.instrument.id))
    #expect(!LatchView(.clear).covers(strategy, Sample.instrument.id))
  }
}
