import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("the router's own limits")
struct LimitTests {
  private func reasons(_ bench: RouterBench, _ intent: OrderIntent) throws -> [DenialReason] {
    guard case .denied(let denials) = try bench.offer(intent) else { return [] }
    return denials.map(\.reason)
  }

  @Test func `an order, an instrument and all together have a bound`() throws {
    // 10 lots of 0.0001 at 1000 ticks of 0.1 are 0.1 USD.
    var settings = RouterSettings()
    settings.maxOrderNotional = Money(micros: 100_000)
    settings.maxTotalNotional = Money(micros: 100_000)
    let bench = try RouterBench(settings)
    #expect(
      try reasons(bench, Sample.intent("a", at: bench.milliseconds, lots: 11))
        == [.maxOrderNotional, .maxExposure])
    #expect(try reasons(bench, Sample.intent("b", at: bench.milliseconds)).isEmpty)
  }

  /// From the router's own ledger: what an open position stands for counts, over a restart too.
  @Test func `an instrument has a bound of its own, its position counted`() throws {
    var settings = RouterSettings()
    settings.maxInstrumentNotional = Money(micros: 150_000)
    let bench = try RouterBench(settings)
    #expect(
      try reasons(bench, Sample.intent("a", at: bench.milliseconds, lots: 16)) == [.maxExposure])
    #expect(try reasons(bench, Sample.intent("b", at: bench.milliseconds)).isEmpty)
    try bench.pass(milliseconds: 500, upTo: 3000)
    for _ in 0..<2 {
      // Ten lots are there; five more are within the bound, six are not.
      let five = Sample.intent("c", at: bench.milliseconds, lots: 5)
      #expect(try !reasons(bench, five).contains(.maxExposure))
      let six = Sample.intent("d", at: bench.milliseconds, lots: 6)
      #expect(try reasons(bench, six).contains(.maxExposure))
      try bench.restart()
      try bench.pass(milliseconds: 500, upTo: 3000)
    }
    #expect(bench.venue.entries.count == 1)
  }

  @Test func `too many entries in ten seconds are denied, and what protects is not counted`() throws
  {
    var settings = RouterSettings()
    settings.entriesPerTenSeconds = 1
    let bench = try RouterBench(settings)
    #expect(try reasons(bench, Sample.intent("a", at: bench.milliseconds)).isEmpty)
    #expect(try reasons(bench, Sample.intent("b", at: bench.milliseconds)).contains(.orderRate))
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.stops.count == 1)
  }

  @Test func `a clock that is not trusted lets no entry in`() throws {
    let bench = try RouterBench()
    bench.clockObjection = "venue clock: 9000 ms from ours"
    #expect(try reasons(bench, Sample.intent("a", at: bench.milliseconds)) == [.clockUntrusted])
  }

  @Test func `a clock that goes wrong after the acceptance keeps the entry here`() throws {
    let bench = try RouterBench()
    bench.holdsAnswers = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    bench.clockObjection = "venue clock: the last 3 readings contradict it"
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.placements.isEmpty)
    #expect(try bench.intents().first?.denial?.reason == .clockUntrusted)
  }

  @Test func `where the account's stream is needed, one that is incomplete lets nothing in`() throws
  {
    var settings = RouterSettings()
    settings.needsMirror = true
    let bench = try RouterBench(settings)
    #expect(try reasons(bench, Sample.intent("a", at: bench.milliseconds)) == [.venueUnreadable])
    for channel in [StreamChannel.orders, .fills, .positions] {
      try bench.run(.stream(.began(StreamID(channel), .fromNow)))
    }
    #expect(try reasons(bench, Sample.intent("b", at: bench.milliseconds)).isEmpty)
    try bench.run(
      .stream(.positions([Position(instrument: Sample.instrument.id, signedLots: 3)])))
    #expect(
      try reasons(bench, Sample.intent("c", at: bench.milliseconds)).contains(.venueDisagrees))
    try bench.run(.stream(.disconnected(why: "test")))
    #expect(
      try reasons(bench, Sample.intent("d", at: bench.milliseconds)).contains(.venueUnreadable))
  }

  @Test func `an instrument that is not margined as wanted keeps its entries here`() throws {
    var settings = RouterSettings()
    settings.margin = MarginCheck.Requirement(standard: .cross)
    let bench = try RouterBench(settings)
    bench.venue.isolated = ExactDecimal("5")
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.venue.placements.isEmpty)
    #expect(try bench.intents().first?.denial?.reason == .marginMode)
    let writes = bench.venue.requests.filter { !$0.onlyReads }
    #expect(writes.isEmpty)
  }

  @Test func `margin modes that cannot be read keep every entry here`() throws {
    var settings = RouterSettings()
    settings.margin = MarginCheck.Requirement(standard: .cross)
    let bench = try RouterBench(settings)
    bench.venue.marginsUnreadable = true
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(try bench.intents().first?.denial?.reason == .marginUnread)
  }

  @Test func `paused means no entries, over a restart, until resumed`() throws {
    let bench = try RouterBench()
    #expect(
      try bench.command(.pause(by: "ann", reason: "lunch")) == .done("no entries until resumed"))
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(try reasons(bench, Sample.intent("a", at: bench.milliseconds)) == [.routerHalted])
    #expect(try bench.command(.resume(by: "ann", reason: "back")) == .done("entries again"))
    #expect(try reasons(bench, Sample.intent("b", at: bench.milliseconds)).isEmpty)
  }
}
