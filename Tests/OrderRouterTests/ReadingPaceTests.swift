import Domain
import Testing

@testable import OrderRouter

@Suite("how often the venue is read")
struct ReadingPaceTests {
  /// When readings begin that are always wanted for `need`, in milliseconds.
  private func starts(
    _ need: ReadingPace.Need, after earlier: [Int64] = [], until: Int64
  ) -> [Int64] {
    var pace = ReadingPace()
    for moment in earlier { pace.began(Self.moment(moment)) }
    var starts = earlier
    var now = earlier.last ?? 0
    while now < until {
      let due = pace.earliest(for: need, now: Self.moment(now)).nanoseconds / 1_000_000
      if due <= now {
        pace.began(Self.moment(now))
        starts.append(now)
      }
      now = max(now + 1, due)
    }
    return starts
  }

  private static func moment(_ milliseconds: Int64) -> MachineTime {
    MachineTime(nanoseconds: milliseconds * 1_000_000)
  }

  private func mostWithin(_ window: Int64, _ starts: [Int64]) -> Int {
    starts.map { start in starts.count { $0 >= start && $0 < start + window } }.max() ?? 0
  }

  private func longestGap(_ starts: [Int64]) -> Int64 {
    zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
  }

  @Test(arguments: [ReadingPace.Need.calm, .doubt, .entry, .urgent])
  func `no ten seconds have more readings than a need may have`(_ need: ReadingPace.Need) {
    let starts = starts(need, until: 60_000)
    #expect(mostWithin(10_000, starts) <= need.rawValue)
    #expect(starts.count >= need.rawValue * 5, "and nothing is left unused")
  }

  @Test func `a doubt is looked at again at once`() {
    #expect(starts(.doubt, until: 1000).prefix(3) == [0, 300, 600])
  }

  /// Sixteen in the first five seconds were followed by five blind ones, in which a resting entry
  /// filled (seed 884339).
  @Test func `doubts that last leave no blind seconds behind them`() {
    #expect(longestGap(starts(.doubt, until: 60_000)) <= 2000)
    for end in stride(from: Int64(0), through: 12_000, by: 100) {
      let doubts = starts(.doubt, until: end)
      #expect(longestGap(starts(.calm, after: doubts, until: 40_000)) <= 3000, "after \(end) ms")
    }
  }

  /// The pace is asked for what is at stake now, not for what was when the reading was put off.
  @Test func `a stop that was refused is tried again at once, however much was read before`() throws
  {
    var settings = RouterSettings()
    settings.entryOrder = .limit
    let bench = try RouterBench(settings)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 100, upTo: 12_000)
    bench.venue.refusedInstruments = [Sample.second.id]
    bench.venue.refusal = "internalError"
    try bench.offer(Sample.intent("b", at: bench.milliseconds, on: Sample.second.id))
    try bench.pass(milliseconds: 100, upTo: 500)
    bench.venue.trigger(try #require(bench.venue.entries.last))
    // A position without its stop and a venue that cannot be read: looked at as often as may be.
    bench.venue.unreadable = true
    try bench.run(.stream(.fill(try #require(bench.venue.fills.last))))
    try bench.pass(milliseconds: 50, upTo: 4000)
    bench.venue.unreadable = false
    bench.venue.refusedInstruments = []
    for _ in 0..<100 where bench.venue.stops.isEmpty { try bench.pass(milliseconds: 50) }
    try bench.pass(milliseconds: 50, upTo: 800)
    bench.venue.fates = [.refused("internalError")]
    bench.venue.trigger(bench.venue.entries[0])
    try bench.run(.stream(.fill(try #require(bench.venue.fills.last))))
    let filled = bench.milliseconds
    for _ in 0..<200 where bench.venue.stops.count < 2 { try bench.pass(milliseconds: 50) }
    #expect(bench.venue.stops.count == 2)
    #expect(bench.milliseconds - filled <= 1000)
  }

  /// The account is not asked for until the instruments are known: it was due all that time, and
  /// the loop ran without a rest.
  @Test func `a venue that lists nothing is asked again after a while, and not waited for busily`()
    throws
  {
    let bench = try RouterBench()
    bench.venue.instruments = []
    try bench.restart()
    #expect(bench.wake > bench.now.machine)
    try bench.run(.stream(.disconnected(why: "gone")))
    #expect(bench.wake > bench.now.machine, "nor for a reading that is not begun before")
  }
}
