import Domain
import Testing

@testable import Exchange

@Suite("the rate budget")
struct RateBudgetTests {
  private static let sent = TransportResult.broken(why: "")

  private func at(_ milliseconds: Int64) -> MachineTime {
    MachineTime(nanoseconds: 1_000_000_000_000).advanced(byMilliseconds: milliseconds)
  }

  private func cancel() -> VenueRequest {
    .cancel(ClientOrderID(unchecked: "a"), processBefore: WallTime(milliseconds: 0))
  }

  private let history = VenueRequest.orderHistory(
    since: WallTime(milliseconds: 0), before: WallTime(milliseconds: 1))

  /// How many of `request` go out at one moment; each ends at once.
  private func spend(
    _ budget: inout RateBudget, _ request: VenueRequest, _ serial: inout UInt64,
    at moment: MachineTime
  ) -> Int {
    var count = 0
    while count < 1000 {
      serial += 1
      guard budget.take(request, serial: serial, now: moment) == nil else { break }
      budget.settle(serial, Self.sent, now: moment)
      count += 1
    }
    return count
  }

  @Test func `the cost of each request is the venue's`() throws {
    func cost(_ request: VenueRequest) -> Int { RequestCost.of(request)?.tokens ?? 0 }
    #expect(cost(.place(try Sample.placement())) == 10)
    #expect(cost(cancel()) == 10)
    #expect(
      cost(
        .amend(
          OrderAmendment(
            clientOrderID: ClientOrderID(unchecked: "a"), instrument: try Sample.id("PF_XBTUSD"),
            quantity: Quantity(lots: 1), trigger: nil, processBefore: WallTime(milliseconds: 0))))
        == 10)
    for request in [VenueRequest.openOrders, .openPositions, .fills, .account, .marginModes] {
      #expect(cost(request) == 2)
    }
    #expect(cost(.orderStatus([])) == 1)
    #expect(cost(history) == 1)
    #expect(RequestCost.of(history)?.pool == .history)
    #expect(RequestCost.of(.instruments) == nil)
    #expect(RequestCost.of(.tickers) == nil)
  }

  @Test func `entries leave what is kept for cancels, stops and reads`() throws {
    var budget = RateBudget()
    var serial: UInt64 = 0
    let entry = VenueRequest.place(try Sample.placement())
    #expect(spend(&budget, entry, &serial, at: at(0)) == 15)
    let refusal = budget.take(entry, serial: 999, now: at(0))
    #expect(refusal == "rate budget of entries: 0 tokens left of 10")
    let stop = VenueRequest.place(
      try Sample.placement(.stop(trigger: Price(ticks: 1)), reduceOnly: true))
    #expect(spend(&budget, stop, &serial, at: at(1)) == 15)
    #expect(spend(&budget, cancel(), &serial, at: at(2)) == 10)
    #expect(spend(&budget, .openOrders, &serial, at: at(3)) == 40)
    #expect(spend(&budget, history, &serial, at: at(4)) == 90)
    // Ten seconds after they ended the entries' tokens are back, the others' are not.
    #expect(spend(&budget, entry, &serial, at: at(9999)) == 0)
    #expect(spend(&budget, entry, &serial, at: at(10_000)) == 15)
  }

  @Test func `room for what protects shrinks with everything that is sent, to its reserve`() throws
  {
    var budget = RateBudget()
    var serial: UInt64 = 0
    #expect(budget.protectiveRoom(at: at(0)) == 30)
    #expect(budget.take(.place(try Sample.placement()), serial: 500, now: at(0)) == nil)
    #expect(budget.protectiveRoom(at: at(0)) == 29)
    _ = spend(&budget, .place(try Sample.placement()), &serial, at: at(0))
    #expect(budget.protectiveRoom(at: at(0)) == 15)
    let stop = VenueRequest.place(
      try Sample.placement(.stop(trigger: Price(ticks: 1)), reduceOnly: true))
    #expect(spend(&budget, stop, &serial, at: at(1)) == 15)
    #expect(budget.protectiveRoom(at: at(1)) == 0)
  }

  @Test func `reads take the free part and never the cancels'`() {
    var budget = RateBudget()
    var serial: UInt64 = 0
    #expect(spend(&budget, .openOrders, &serial, at: at(0)) == (480 - 250) / 2)
    #expect(spend(&budget, cancel(), &serial, at: at(0)) == 10)
  }

  @Test func `a request counts until a window after its end`() throws {
    var budget = RateBudget()
    var serial: UInt64 = 0
    #expect(budget.take(history, serial: 5000, now: at(0)) == nil)
    #expect(spend(&budget, history, &serial, at: at(0)) == 89)
    budget.settle(5000, Self.sent, now: at(3000))
    #expect(spend(&budget, history, &serial, at: at(600_000)) == 89)
    #expect(spend(&budget, history, &serial, at: at(603_000)) == 1)
  }

  @Test func `what was not sent costs nothing`() {
    var budget = RateBudget()
    for serial in UInt64(1)...500 {
      #expect(budget.take(history, serial: serial, now: at(0)) == nil)
      budget.settle(serial, .notSent(why: "refused"), now: at(1))
    }
  }

  @Test func `never more than the venue's 500 in any ten seconds`() throws {
    var budget = RateBudget()
    var state: UInt64 = 3
    func dice(_ sides: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % sides)
    }
    let stop = VenueRequest.place(
      try Sample.placement(.stop(trigger: Price(ticks: 1)), reduceOnly: true))
    let requests = [
      VenueRequest.place(try Sample.placement()), stop, cancel(), .openOrders, .orderStatus([]),
    ]
    var spent: [(moment: Int64, tokens: Int)] = []
    var now: Int64 = 0
    for serial in UInt64(1)...5000 {
      now += Int64(dice(20))
      let request = requests[dice(5)]
      guard budget.take(request, serial: serial, now: at(now)) == nil else { continue }
      budget.settle(serial, Self.sent, now: at(now))
      spent.append((now, RequestCost.of(request)?.tokens ?? 0))
    }
    for (index, last) in spent.enumerated() {
      let window = spent[...index].filter { $0.moment > last.moment - 10_000 }
      #expect(window.reduce(0) { $0 + $1.tokens } <= 480)
    }
    #expect(spent.count > 300)
  }

  @Test func `the venue's limit empties the pool, and the reserves come back first`() throws {
    var budget = RateBudget()
    let entry = VenueRequest.place(try Sample.placement())
    budget.exhaust(entry, resetSeconds: nil, now: at(0))
    for request in [entry, cancel(), .openOrders] {
      #expect(budget.take(request, serial: 1, now: at(0)) != nil)
    }
    #expect(budget.take(history, serial: 1, now: at(0)) == nil)
    #expect(budget.take(.tickers, serial: 2, now: at(0)) == nil)
    // What trickles back goes to those with a claim: none of it to entries before it is all there.
    var serial: UInt64 = 100
    #expect(spend(&budget, entry, &serial, at: at(6000)) == 0)
    #expect(spend(&budget, cancel(), &serial, at: at(6000)) > 0)
    var later = RateBudget()
    later.exhaust(entry, resetSeconds: 2, now: at(0))
    #expect(spend(&later, entry, &serial, at: at(2000)) == 15)
    later.exhaust(history, resetSeconds: 86_400, now: at(0))
    #expect(spend(&later, history, &serial, at: at(0)) == 0)
    #expect(spend(&later, history, &serial, at: at(600_000)) == 90)
  }

  @Test func `emptying again and again keeps the count bounded`() {
    var window = TokenWindow(limit: 90, windowMilliseconds: 10_000, reserves: [:])
    for moment in 0..<1000 as Range<Int64> {
      window.empty(resetMilliseconds: nil, now: at(moment))
      #expect(window.available(.entries, now: at(moment)) == 0)
    }
    #expect(window.available(.entries, now: at(10_999)) == 90)
  }

  @Test func `what the history cost survives a restart`() {
    var budget = RateBudget()
    var serial: UInt64 = 0
    #expect(spend(&budget, history, &serial, at: at(0)) == 90)
    let wall = WallTime(milliseconds: 1_795_341_600_000)
    let kept = budget.historySpending(
      wall: wall.advanced(byMilliseconds: 60_000), now: at(60_000))
    #expect(kept.times == Array(repeating: wall, count: 90))
    // The next life has another machine clock and begins five minutes later.
    var next = RateBudget()
    next.restore(kept, wall: wall.advanced(byMilliseconds: 300_000), now: at(-500_000))
    #expect(spend(&next, history, &serial, at: at(-500_000)) == 0)
    #expect(spend(&next, history, &serial, at: at(-200_001)) == 0)
    #expect(spend(&next, history, &serial, at: at(-200_000)) == 90)
  }

  @Test func `a spending that is told again by other clocks is no news, a token more is`() {
    let wall = WallTime(milliseconds: 1_795_341_600_000)
    var budget = RateBudget()
    var serial: UInt64 = 0
    #expect(spend(&budget, history, &serial, at: at(0)) == 90)
    let told = budget.historySpending(wall: wall, now: at(0))
    // A turn later the two clocks were read at moments that are not quite the same.
    let again = budget.historySpending(wall: wall.advanced(byMilliseconds: 21), now: at(20))
    #expect(told != again)
    #expect(told.isSame(as: again))
    #expect(HistorySpending(text: told.text) == told)
    let fewer = HistorySpending(times: Array(told.times.dropFirst()))
    #expect(!told.isSame(as: fewer))
    let later = HistorySpending(times: fewer.times + [wall.advanced(byMilliseconds: 1000)])
    #expect(!told.isSame(as: later))
  }

  @Test func `a kept spending from the future, or too much of it, locks nothing for ever`() {
    let wall = WallTime(milliseconds: 1_795_341_600_000)
    var budget = RateBudget()
    budget.restore(
      HistorySpending(
        times: Array(repeating: wall.advanced(byMilliseconds: 86_400_000), count: 5000)),
      wall: wall, now: at(0))
    var serial: UInt64 = 0
    #expect(spend(&budget, history, &serial, at: at(599_999)) == 0)
    #expect(spend(&budget, history, &serial, at: at(600_000)) == 90)
  }
}
