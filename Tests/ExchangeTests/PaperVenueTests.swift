import Domain
import Testing

@testable import Exchange

/// The door against the real executable of the venue on loopback.
@Suite("against the paper venue", .serialized)
struct PaperVenueTests {
  private func answer(_ venue: KrakenFutures, _ request: VenueRequest) throws -> VenueAnswer {
    venue.start(request, tag: 7)
    let report = try #require(Drive.reports(venue).first)
    guard case .answer(let answer) = report.outcome else {
      throw PaperVenueProcess.Late(description: "\(request): \(report.outcome)")
    }
    return answer
  }

  @Test func `its clock is known to a few milliseconds, and a skewed one stops entries`() throws {
    let process = try PaperVenueProcess()
    let venue = try process.venue()
    for _ in 0..<4 { _ = try answer(venue, .instruments) }
    var at = Drive.now()
    #expect(venue.clock.objection(wall: SystemClock.wall(), at: at) == nil)
    #expect(
      abs(try #require(venue.clock.skewMilliseconds(wall: SystemClock.wall(), at: at))) < 1000)

    try process.arm(#"{"fault": {"kind": "clock_skew", "ms": 30000}}"#)
    _ = try answer(venue, .openPositions)
    #expect(venue.clock.isTrusted(wall: SystemClock.wall(), at: Drive.now()))
    _ = try answer(venue, .openPositions)
    #expect(
      venue.clock.objection(wall: SystemClock.wall(), at: Drive.now())
        == "venue clock: the last 2 readings contradict it")
    for _ in 0..<3 { _ = try answer(venue, .openPositions) }
    at = Drive.now()
    let skew = try #require(venue.clock.skewMilliseconds(wall: SystemClock.wall(), at: at))
    #expect(abs(skew - 30_000) < 1000)
    #expect(venue.clock.objection(wall: SystemClock.wall(), at: at)?.hasSuffix("from ours") == true)

    // A deadline in the venue's own time holds there, one in ours is over already.
    func place(_ deadline: WallTime, _ id: String) throws -> VenueOutcome? {
      let xbt = try Sample.id("PF_XBTUSD")
      venue.start(
        .place(
          OrderPlacement(
            clientOrderID: ClientOrderID(unchecked: id), instrument: xbt, side: .buy,
            quantity: Quantity(lots: 10), type: .limit(Price(ticks: 100)), reduceOnly: false,
            processBefore: deadline)), tag: 9)
      return Drive.reports(venue).first?.outcome
    }
    let own = SystemClock.wall().advanced(byMilliseconds: 5000)
    #expect(try place(own, "own-time") == .refused(word: "wouldProcessAfterSpecifiedTime"))
    let theirs = try #require(
      venue.clock.processBefore(lifetimeMilliseconds: 5000, at: Drive.now()))
    let placed = try place(theirs, "venue-time")
    if case .refused(let word) = placed { #expect(word != "wouldProcessAfterSpecifiedTime") }
    #expect(placed != nil)

    try process.disarm()
    for _ in 0..<4 { _ = try answer(venue, .openPositions) }
    #expect(venue.clock.isTrusted(wall: SystemClock.wall(), at: Drive.now()))
  }

  @Test func `an instrument's margin mode is read, and never written`() throws {
    let process = try PaperVenueProcess()
    let venue = try process.venue()
    _ = try answer(venue, .instruments)
    let xbt = try Sample.id("PF_XBTUSD")
    #expect(
      try answer(venue, .marginModes) == .marginModes(MarginModes(isolated: [:])))
    try process.put("leveragepreferences", "symbol=PF_XBTUSD&maxLeverage=12.5")
    guard case .marginModes(let modes) = try answer(venue, .marginModes) else { return }
    #expect(modes.mode(of: xbt) == .isolated(maxLeverage: try Sample.decimal("12.5")))
    #expect(modes.objection(to: xbt, wanted: .cross) != nil)
    #expect(modes.objection(to: try Sample.id("PF_ETHUSD"), wanted: .cross) == nil)
  }

  @Test func `every instrument it lists is read with its tiers and warms the connection`() throws {
    let process = try PaperVenueProcess()
    let venue = try process.venue { $0.warmAfterMilliseconds = 50 }
    guard case .instruments(let list) = try answer(venue, .instruments) else { return }
    #expect(list.map(\.id.symbol).contains("PF_XBTUSD"))
    #expect(list.allSatisfy { !$0.marginTiers.isEmpty })
    #expect(venue.instrumentObjections == [])
    #expect(Drive.reports(venue, count: 1, within: 400).isEmpty)
    #expect(venue.warmings >= 2)
    // The warming requests tell the time as well.
    #expect(venue.clock.isTrusted(wall: SystemClock.wall(), at: Drive.now()))
  }

  @Test func `a thousand tokens a second never meet the venue's own limit`() throws {
    let process = try PaperVenueProcess()
    let venue = try process.venue()
    _ = try answer(venue, .instruments)
    var words: [String: Int] = [:]
    for _ in 0..<400 {
      venue.start(.openOrders, tag: 1)
      switch Drive.reports(venue).first?.outcome {
      case .refused(let word): words[String(word.prefix(21)), default: 0] += 1
      case .answer: words["answer", default: 0] += 1
      case let outcome: Issue.record("\(String(describing: outcome))")
      }
    }
    #expect(words["NOT_SENT: rate budget"] ?? 0 > 0)
    #expect(words["answer"] ?? 0 >= 115)
    #expect(Set(words.keys) == ["NOT_SENT: rate budget", "answer"])
  }
}
