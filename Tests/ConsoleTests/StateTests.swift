import Daemon
import Domain
import Testing
import Wire

@testable import Console

@Suite("console: state")
struct StateTests {
  @Test func `a decision's story goes from the candle to its stop, with the numbers`() throws {
    let state = try StateDrive.busy()
    let story = try #require(state.story(StateDrive.signal().id)).text
    let steps = [
      "breakout proposes long", "worst price 100050, stop 99500", "Verdict: accepted",
      "Intent committed", "Entry sending", "Entry filled", "buy 0.01 at 99950", "Stop working",
    ]
    for step in steps { #expect(story.contains(step), "\(step) in \(story)") }
    #expect(story.contains("[\"max_positions\",false,\"4\",\"< 4\"]"), "\(story)")
    let denied = try #require(state.story(SignalID(unchecked: "breakout/PF_XBTUSD/2"))).text
    #expect(denied.contains("Denied by the gate") && denied.contains("open=4 limit=4"))
    #expect(state.story(SignalID(unchecked: "nobody/1")) == nil)
  }

  @Test func `the funnel counts each decision once, however often it is told`() throws {
    var state = try StateDrive.busy()
    state.hear(StateDrive.relayed(.signal(StateDrive.signal())), now: StateDrive.now)
    let funnel = state.decisions.funnel
    #expect(funnel.signals == 2 && funnel.passed == 1 && funnel.intents == 1)
    #expect(funnel.orders == 1 && funnel.filled == 1)
    #expect(funnel.denied == ["gate": ["MAX_POSITIONS": 1]])
  }

  @Test func `profit is by average cost, and unknown after a fill without a price`() throws {
    var book = ProfitBook()
    book.add(StateDrive.fill(10, .buy, ticks: 100))
    book.add(StateDrive.fill(10, .buy, ticks: 200))
    #expect(book.averageTicks(StateDrive.id) == 150)
    book.add(StateDrive.fill(5, .sell, ticks: 170))
    #expect(book.lots[StateDrive.id]?.realised == 100)
    // Through zero: the rest is a new position at its own price.
    book.add(StateDrive.fill(20, .sell, ticks: 160))
    #expect(book.lots[StateDrive.id]?.realised == 250 && book.averageTicks(StateDrive.id) == 160)
    book.add(StateDrive.fill(1, .sell, ticks: nil))
    #expect(book.averageTicks(StateDrive.id) == nil)
  }

  @Test func `a hole in the ledger's stream is asked for, and then filled in order`() throws {
    var state = ConsoleState(configuration: .defaults(profile: .demo), now: 0)
    #expect(state.isBehind && state.wantedEvent == 1)
    let events = (1...5).map { StateDrive.event($0, StateDrive.account($0)) }
    state.hear(
      replay: StreamReply(epoch: 1, sequence: 1, newestEvent: 2, events: Array(events[0..<2])))
    #expect(!state.isBehind && state.ledger.last == 2)
    state.hear(StateDrive.relayed(.event(events[4])), now: 0)
    #expect(state.isBehind && state.wantedEvent == 3 && state.ledger.last == 2)
    state.hear(
      replay: StreamReply(epoch: 1, sequence: 1, newestEvent: 5, events: Array(events[2..<5])))
    #expect(!state.isBehind && state.ledger.last == 5)
    #expect(state.profit.curve.map(\.micros) == [1, 2, 3, 4, 5].map { $0 * 1_000_000 })
  }

  @Test func `of a long ledger only the end is read`() {
    var state = ConsoleState(configuration: .defaults(profile: .demo), now: 0)
    let first = StateDrive.event(1, StateDrive.account(1))
    state.hear(
      replay: StreamReply(epoch: 1, sequence: 1, newestEvent: 1_000_000, events: [first]))
    #expect(state.isBehind && state.wantedEvent == 980_001)
  }

  @Test func `markup in a name or a reason stays a text`() throws {
    var state = try StateDrive.busy()
    let evil = "<script>alert(1)</script>\"\\\u{1}"
    state.pipeline.latch = PipelineView.Latch(isActive: true, unreadable: evil)
    let text = state.overview(now: StateDrive.now).text
    #expect(text.contains("<script>alert(1)</script>\\\"\\\\\\u0001"))
    #expect(InstrumentID("<b>") == nil, "such an instrument is refused on the wire")
  }

  @Test func `health names every reason, and old answers are no answers`() throws {
    var state = try StateDrive.busy()
    #expect(state.notReady(now: StateDrive.now) == ["risk-gate is backoff"])
    let late = StateDrive.now + 60_000
    let reasons = state.notReady(now: late)
    #expect(reasons.contains("the supervisor has been silent for 60 s"))
    #expect(reasons.contains("order-router has been silent for 60 s"))
    #expect(reasons.contains { $0.hasPrefix("1 of 1 prices are stale: PF_XBTUSD") })
    state.pipeline.status = nil
    #expect(state.notReady(now: late) == ["the supervisor has not answered yet"])
  }

  @Test func `ten thousand decisions are kept, the oldest is forgotten, a page is bounded`() {
    var book = DecisionBook()
    for number in 0..<10_050 { book.propose(StateDrive.signal("s/\(number)"), heardAt: 1) }
    #expect(book.rows.count == DecisionBook.most && book.rows.first == 50)
    #expect(book.row(SignalID(unchecked: "s/49")) == nil)
    #expect(book.row(SignalID(unchecked: "s/10049")) != nil)
    #expect(book.funnel.signals == 10_050)
  }

  @Test func `secrets are struck out of the configuration that is shown`() {
    let text = """
      console:
        listen: 127.0.0.1:8710
        webhook_url: https://hooks.example/T0/SECRET
      venue:
        url: https://futures.kraken.com
        api_key: abc
        # a comment with a key: stays
      exchange:
        trading_tokens: 480
      """
    let shown = RedactedConfiguration.redacted(text)
    #expect(!shown.contains("SECRET") && !shown.contains("abc"))
    #expect(shown.contains("url: https://futures.kraken.com"))
    #expect(shown.contains("trading_tokens: 480") && shown.contains("a key: stays"))
  }
}

@Suite("console: limits as the stages tell them")
struct RiskReportTests {
  private func row(_ value: String, _ bound: String, ok: Bool = true) -> RiskReport.Row {
    RiskReport.Row(control: "c", value: value, bound: bound, headroom: "-", ok: ok)
  }

  @Test func `numbers are read from what people are told`() throws {
    let share = try #require(row("0.12 %", "at most 0.5 %").reading)
    #expect(share.value == 0.12 && share.bound == 0.5 && share.unit == "percent")
    #expect(share.isCeiling)
    let money = try #require(row("12500.5 USD", "50000 USD").reading)
    #expect(money.unit == "usd" && money.headroom.map { abs($0 - 0.74999) < 1e-9 } == true)
    let count = try #require(row("2", "4").reading)
    #expect(count.unit == "count" && count.headroom == 0.5)
    let floor = try #require(row("40 USD", ">= 10 USD").reading)
    #expect(!floor.isCeiling && floor.headroom == 0.75)
    #expect(row("5 USD", ">= 10 USD").reading?.headroom == 0)
    #expect(row("unknown", "4").reading?.value == nil)
    #expect(row("2 ms", "4 USD").reading == nil && row("yes", "no").reading == nil)
  }

  @Test func `what the stages tell replaces what is derived`() throws {
    var state = try StateDrive.busy()
    #expect(state.limits.contains { $0.key == "max_positions" })
    state.pipeline.risk.gate = [row("2", "4"), row("unknown", "maybe")]
    #expect(state.limits.map(\.key) == ["c"])
    #expect(state.riskSection().text.contains("\"bound\":\"maybe\""), "people see all of it")
  }
}
