import Domain
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
    // A position that no fill explains: the order stays in doubt, then held.
    bench.venue.setForeignPosition(3)
    try bench.pass(milliseconds: 1000, upTo: 590_000)
    let spent = histories(bench)
    #expect(spent <= 90, "100 tokens in ten minutes, ten of them an operator's")
    try bench.pass(milliseconds: 1000, upTo: 60_000)
    #expect(histories(bench) - spent >= 5, "it is never long out of sight")
  }

  @Test func `a new life goes on where the last one stopped`() {
    let now = WallTime(milliseconds: 1_764_000_600_000)
    let earlier = (1...40).map { now.milliseconds - Int64($0) * 9000 }
    var pace = HistoryPace(spent: earlier.map(String.init).joined(separator: " "))
    #expect(!pace.take(now))
    #expect(pace.take(now.advanced(byMilliseconds: 1000)))
    #expect(!pace.take(now.advanced(byMilliseconds: 10_000)))
    #expect(pace.take(now.advanced(byMilliseconds: 11_000)))
    var forgotten = HistoryPace(spent: nil)
    #expect((0..<40).count { forgotten.take(now.advanced(byMilliseconds: $0)) } == 30)
  }
}
