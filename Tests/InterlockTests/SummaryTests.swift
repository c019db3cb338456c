import Testing

@testable import Interlock

/// Each number can be wrong, and each wrong one is seen.
@Suite("summary")
struct SummaryTests {
  private static let mark = "aaaaaaaa"
  private static let deadline: Int64 = 5000

  /// A run that began at 1000: one decision, accepted, entered, filled and covered by its stop.
  private func evidence() -> Evidence {
    Evidence(
      candles: 7, signals: [signal("s1", at: 1100)], gate: [accepted("s1", "i1", at: 1200)],
      venue: VenueBookReport(
        orders: [order("e1", at: 1300), order("p1", at: 1400, type: "stp", reduceOnly: true)],
        fills: [VenueBookReport.Fill(fillID: "f1", wallMilliseconds: 1350)],
        positions: [position(uncoveredSince: nil)],
        account: VenueBookReport.Account(equity: "1", startEquity: "1")),
      venueReadAt: 20_000, intents: [intent("i1", "s1", at: 1200)],
      orders: [row("e1", "i1", "entry"), row("p1", "i1", "stop")], installation: Self.mark,
      restarts: ["risk-gate": 1])
  }

  private func judge(_ evidence: Evidence) -> Summary {
    Summary.judge(evidence, since: 1000, deadline: Self.deadline)
  }

  private func signal(_ id: String, at time: Int64) -> Evidence.SignalLine {
    Evidence.SignalLine(wallMilliseconds: time, signal: id)
  }

  private func accepted(_ signal: String, _ intent: String?, at time: Int64) -> Evidence.GateLine {
    Evidence.GateLine(
      wallMilliseconds: time, signal: signal, accepted: true, intent: intent, denials: nil)
  }

  private func denied(
    _ signal: String, _ reasons: [String], at time: Int64 = 1500
  ) -> Evidence.GateLine {
    Evidence.GateLine(
      wallMilliseconds: time, signal: signal, accepted: false, intent: nil,
      denials: reasons.map { Evidence.GateLine.Denial(reason: $0) })
  }

  private func intent(_ hash: String, _ signal: String, at time: Int64) -> Evidence.IntentRow {
    Evidence.IntentRow(intent: hash, signal: signal, state: "filled", acceptedMilliseconds: time)
  }

  private func row(
    _ id: String, _ intent: String, _ role: String, status: String = "filled"
  ) -> Evidence.OrderRow {
    Evidence.OrderRow(clientOrderID: uuid(id), intent: intent, role: role, status: status)
  }

  private func uuid(_ id: String) -> String { "\(Self.mark)-0000-8000-8000-0000000000\(id)" }

  private func order(
    _ id: String, at time: Int64, type: String = "ioc", reduceOnly: Bool = false,
    status: String = "filled"
  ) -> VenueBookReport.Order {
    VenueBookReport.Order(
      orderID: "v-\(id)", clientOrderID: uuid(id), symbol: "PF_XBTUSD", type: type,
      reduceOnly: reduceOnly, receivedMilliseconds: time, status: status)
  }

  private func position(uncoveredSince: Int64?) -> VenueBookReport.Position {
    VenueBookReport.Position(
      symbol: "PF_XBTUSD", size: "0.5", uncoveredSinceMilliseconds: uncoveredSince)
  }

  @Test func `a run in which all went well`() {
    let summary = judge(evidence())
    #expect(
      summary
        == Summary(
          candles: 7, signals: 1, denied: [:], intents: 1, orders: 1, protectiveOrders: 1,
          fills: 1, positions: 1, held: 0, unprotected: 0, duplicateOrders: 0, lostIntents: 0,
          restarts: ["risk-gate": 1]))
    #expect(summary.isClean)
  }

  @Test func `what happened before the run is not of this run`() {
    var before = evidence()
    before.signals.append(signal("s0", at: 900))
    before.gate += [accepted("s0", "gone", at: 900), denied("s0", ["EXPIRED"], at: 900)]
    before.venue.orders.insert(order("e0", at: 900), at: 0)
    before.venue.fills.append(VenueBookReport.Fill(fillID: "f0", wallMilliseconds: 900))
    before.intents.append(intent("i0", "s0", at: 900))
    before.orders.append(row("e0", "i0", "entry"))
    #expect(judge(before) == judge(evidence()))
  }

  @Test func `a decision offered twice is one signal, and denied once for each reason`() {
    var twice = evidence()
    twice.signals.append(signal("s1", at: 1150))
    twice.gate += [
      denied("s2", ["EXPIRED", "MAX_POSITIONS"]), denied("s2", ["EXPIRED"]),
      denied("s3", ["EXPIRED"]),
    ]
    #expect(judge(twice).signals == 1)
    #expect(judge(twice).denied == ["EXPIRED": 2, "MAX_POSITIONS": 1])
  }

  @Test func `an intent that ended before its first byte is a denial, an exit is no intent`() {
    var ended = evidence()
    var denied = intent("i7", "s7", at: 1200)
    denied.state = "denied"
    denied.denial = "MARGIN_MODE: found=cross wanted=isolated:5"
    var exit = intent("i8", "exit/i1/operator/1", at: 1300)
    exit.kind = "exit"
    ended.intents += [denied, exit]
    #expect(judge(ended).denied == ["MARGIN_MODE": 1])
    #expect(judge(ended).intents == 2)
  }

  @Test func `exits are orders, stops and take-profits are protective ones`() {
    var exits = evidence()
    exits.venue.orders += [
      order("x1", at: 1500, type: "mkt", reduceOnly: true),
      order("x2", at: 1500, type: "ioc", reduceOnly: true),
      order("t1", at: 1500, type: "take_profit", reduceOnly: true),
    ]
    exits.orders += [row("x1", "i1", "exit"), row("x2", "i1", "exit")]
    exits.orders.append(row("t1", "i1", "take_profit"))
    #expect(judge(exits).orders == 3 && judge(exits).protectiveOrders == 2)
    #expect(judge(exits).duplicateOrders == 0)
  }

  @Test func `a second entry for one decision is a duplicate, under whichever intent`() {
    for intentHash in ["i1", "i2"] {
      var double = evidence()
      double.venue.orders.append(order("e2", at: 1600))
      double.intents.append(intent("i2", "s1", at: 1500))
      double.orders.append(row("e2", intentHash, "entry"))
      #expect(judge(double).duplicateOrders == 1)
      #expect(!judge(double).isClean)
    }
  }

  @Test func `an entry the venue rejected is none`() {
    var rejected = evidence()
    rejected.venue.orders.append(order("e2", at: 1600, status: "rejected"))
    rejected.orders.append(row("e2", "i1", "entry", status: "rejected"))
    #expect(judge(rejected).duplicateOrders == 0)
  }

  @Test func `a decision of an earlier run that is entered again is a duplicate`() {
    var again = evidence()
    again.signals.append(signal("s0", at: 900))
    again.intents += [intent("i0", "s0", at: 900), intent("i9", "s0", at: 1500)]
    again.venue.orders.insert(order("e0", at: 900), at: 0)
    again.venue.orders.append(order("e9", at: 1600))
    again.orders += [row("e0", "i0", "entry"), row("e9", "i9", "entry")]
    #expect(judge(again).duplicateOrders == 1)
  }

  @Test func `an entry without a recorded decision is one too many`() {
    var undecided = evidence()
    undecided.signals = []
    #expect(judge(undecided).duplicateOrders == 1)
  }

  @Test func `an order with our mark that no row explains is a duplicate, a foreign one is not`() {
    var unexplained = evidence()
    unexplained.venue.orders.append(order("e2", at: 1600))
    var foreign = order("e3", at: 1600)
    foreign.clientOrderID = "bbbbbbbb-0000-8000-8000-000000000000"
    var nameless = foreign
    nameless.clientOrderID = nil
    unexplained.venue.orders += [foreign, nameless]
    #expect(judge(unexplained).duplicateOrders == 1)
  }

  @Test func `an acknowledgement without a ledger row is a lost intent`() {
    var lost = evidence()
    lost.gate += [accepted("s2", "i2", at: 1500), accepted("s2", "i2", at: 1501)]
    #expect(judge(lost).lostIntents == 1)
    #expect(!judge(lost).isClean)
  }

  @Test func `an acknowledgement that names no intent is lost too`() {
    var lost = evidence()
    lost.gate.append(accepted("s2", nil, at: 1500))
    #expect(judge(lost).lostIntents == 1)
  }

  @Test(arguments: [(14_999, 1), (15_000, 0), (19_999, 0)] as [(Int64, Int)])
  func `a position without its stop is unprotected past the deadline only`(
    _ since: Int64, _ count: Int
  ) {
    var bare = evidence()
    bare.venue.positions = [position(uncoveredSince: since)]
    #expect(judge(bare).unprotected == count)
  }

  @Test func `a held order is said`() {
    var held = evidence()
    held.orders.append(row("e2", "i1", "entry", status: "held"))
    #expect(judge(held).held == 1)
  }

  @Test func `a position that was without its stop for too long is told though it has one now`() {
    var evidence = evidence()
    evidence.venue.exposures = [
      VenueBookReport.Exposure(symbol: "A", sinceMilliseconds: 2000, untilMilliseconds: 7001),
      VenueBookReport.Exposure(symbol: "B", sinceMilliseconds: 2000, untilMilliseconds: 7000),
      // What an earlier run left behind counts from the beginning of this one.
      VenueBookReport.Exposure(symbol: "C", sinceMilliseconds: 0, untilMilliseconds: 5900),
    ]
    #expect(judge(evidence).unprotected == 1)
    #expect(!judge(evidence).isClean)
  }

  @Test func `a client order id of ours that came twice is a second order, a stranger's is not`() {
    var evidence = evidence()
    evidence.venue.repeated = [
      VenueBookReport.Repeat(clientOrderID: uuid("e1"), wallMilliseconds: 1500),
      VenueBookReport.Repeat(clientOrderID: uuid("e1"), wallMilliseconds: 900),
      VenueBookReport.Repeat(clientOrderID: "stranger", wallMilliseconds: 1500),
    ]
    #expect(judge(evidence).duplicateOrders == 1)
  }
}
