import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("room in the rate limits for what an entry will need")
struct RoomTests {
  @Test func `an entry for whose stop there is none waits, and leaves when there is`() throws {
    let bench = try RouterBench()
    bench.protectiveRoom = 1
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.placements.isEmpty)
    #expect(bench.machine.book.locks[Sample.instrument.id] != nil)
    bench.protectiveRoom = 2
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.entries.count == 1)
    #expect(bench.venue.stops.map(\.quantity.lots) == [10])
    try bench.expectNoDrift()
  }

  @Test func `one for which none comes is denied, and says why`() throws {
    let bench = try RouterBench()
    bench.protectiveRoom = 0
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 8000)
    #expect(bench.venue.placements.isEmpty)
    let intent = try #require(try bench.intents().first)
    #expect(intent.denial?.reason == .orderRate)
    #expect(intent.denial?.detail.contains("room=0 wanted=2") == true)
    #expect(bench.machine.book.locks.isEmpty)
    // What protects never waits for room: the limits' own reserve is for it.
    try bench.expectNoDrift()
  }

  @Test func `it is kept for every entry under way and every position without its stop`() throws {
    let bench = try RouterBench()
    bench.protectiveRoom = 3
    bench.venue.fates = [.answerLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.offer(Sample.intent("b", at: bench.milliseconds, on: Sample.second.id))
    #expect(bench.venue.entries.map(\.instrument) == [Sample.instrument.id])
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.stops.first?.instrument == Sample.instrument.id)
    #expect(
      bench.venue.entries.map(\.instrument) == [Sample.instrument.id, Sample.second.id])
    try bench.expectNoDrift()
  }

  /// It needs none of ours, so nothing is urgent about it.
  @Test func `a position that others' stops cover whole is read no more often than any`() throws {
    let bench = try RouterBench()
    try bench.mark(1000)
    bench.venue.setForeignPosition(5)
    bench.venue.addForeignStop(5)
    try bench.pass(milliseconds: 100, upTo: 20_000)
    #expect(bench.machine.book.position(Sample.instrument.id).signedLots == 5)
    let before = bench.readings
    try bench.pass(milliseconds: 100, upTo: 10_000)
    #expect(bench.readings - before <= 15)
    #expect(bench.venue.stops.isEmpty)
  }

  /// A burst of readings would be followed by seconds in which a fill is not seen.
  @Test func `while an entry rests no second and a half passes without a reading`() throws {
    var settings = RouterSettings()
    settings.entryOrder = .limit
    let bench = try RouterBench(settings)
    bench.venue.fillLimit = 0
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 100, upTo: 2000)
    #expect(bench.machine.book.orders.values.first?.status == .working)
    for _ in 0..<15 {
      let before = bench.readings
      try bench.pass(milliseconds: 100, upTo: 1500)
      #expect(bench.readings > before)
    }
  }
}

extension RouterBench {
  /// How often the open orders were asked for.
  fileprivate var readings: Int { venue.requests.count { $0 == .openOrders } }
}
