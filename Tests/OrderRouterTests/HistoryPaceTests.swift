import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("the venue's history pool")
struct HistoryPaceTests {
  private func histories(_ bench: RouterBench) -> Int {
    bench.venue.requests.count { if case .orderHistory = $0 { true } else { false } }
  }

  @Test func `a doubt that lasts does not use the pool up, and is asked about all the same`() throws
  {
    let bench = try RouterBench()
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.venue.historyUnreadable = true
    try bench.pass(milliseconds: 1000, upTo: 590_000)
    let spent = histories(bench)
    #expect(spent <= 90, "100 tokens in ten minutes, ten of them an operator's")
    try bench.pass(milliseconds: 1000, upTo: 60_000)
    #expect(histories(bench) - spent >= 5, "it is never long out of sight")
    bench.venue.historyUnreadable = false
    try bench.pass(milliseconds: 1000, upTo: 11_000)
    #expect(try bench.orders().first?.status == .notPlaced)
  }

  @Test func `a stop that got lost is placed again without the history`() throws {
    let bench = try RouterBench()
    bench.venue.fates = [.answered, .requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 100, upTo: 4000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10])
    #expect(histories(bench) == 0)
    try bench.expectNoDrift()
  }

  @Test func `a new life goes on where the last one stopped`() {
    let now = WallTime(milliseconds: 1_764_000_600_000)
    let earlier = (1...40).map { now.milliseconds - Int64($0) * 9000 }
    var pace = HistoryPace(spent: earlier.map(String.init).joined(separator: " "))
    let taken = [0, 1000, 10_000, 11_000].map { pace.take(now.advanced(byMilliseconds: $0)) }
    #expect(taken == [false, true, false, true])
    var forgotten = HistoryPace(spent: nil)
    let free = (0..<40).map { forgotten.take(now.advanced(byMilliseconds: $0)) }
    #expect(free.count { $0 } == 30)
  }
}
