import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("the venue's history pool")
struct HistoryPaceTests {
  @Test func `a doubt that lasts does not use the pool up, and is asked about all the same`() throws
  {
    let bench = try RouterBench()
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.venue.historyUnreadable = true
    try bench.pass(milliseconds: 1000, upTo: 590_000)
    let spent = bench.venue.histories
    #expect(spent <= 90, "100 tokens in ten minutes, ten of them an operator's")
    try bench.pass(milliseconds: 1000, upTo: 60_000)
    #expect(bench.venue.histories - spent >= 5, "it is never long out of sight")
    bench.venue.historyUnreadable = false
    try bench.pass(milliseconds: 1000, upTo: 11_000)
    #expect(try bench.orders().first?.status == .notPlaced)
  }

  @Test func `a history that was read beside a failure serves the next reading`() throws {
    let bench = try RouterBench()
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.venue.answersHistoryOnce = true
    try bench.pass(milliseconds: 500, upTo: 8000)
    #expect(try bench.orders().first?.status == .notPlaced)
    try bench.expectNoDrift()
  }

  @Test func `a stop that got lost is placed again without the history`() throws {
    let bench = try RouterBench()
    bench.venue.fates = [.answered, .requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 100, upTo: 4000)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10])
    #expect(bench.venue.histories == 0)
    try bench.expectNoDrift()
  }

  @Test func `a new life goes on where the last one stopped`() {
    let now = WallTime(milliseconds: 1_764_000_600_000)
    let earlier = (1...70).map { now.milliseconds - Int64($0) * 7000 }
    var pace = HistoryPace(spent: earlier.map(String.init).joined(separator: " "))
    let scarce = [0, 12_000, 13_000, 32_000, 33_000]
      .map { pace.take(now.advanced(byMilliseconds: $0), again: false) }
    #expect(scarce == [false, false, true, false, true])
    var fresh = HistoryPace(spent: nil)
    let free = (0..<30).map { fresh.take(now.advanced(byMilliseconds: $0 * 500), again: false) }
    #expect(free.count { $0 } == 15)
    let again = (31..<71).map { fresh.take(now.advanced(byMilliseconds: $0 * 500), again: true) }
    #expect(again.count { $0 } == 2)
  }
}
