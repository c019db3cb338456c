import Domain
import Ledger
import Testing

@testable import OrderRouter

/// A gate that lies approves everything: the router keeps its limits by its own ledger.
@Suite("the last hop against a gate that approves everything")
struct LastHopTests {
  private static let names = (0..<12).map { "PF_T\($0)USD" }

  /// Twelve instruments like the sample; one of them has ten lots for 0.1 USD.
  private static let instruments: [Instrument] = names.compactMap { name in
    InstrumentID(name).flatMap { id in
      Instrument(
        id: id, tickSize: Sample.instrument.tickSize, lotSize: Sample.instrument.lotSize,
        maxPosition: Sample.instrument.maxPosition,
        initialMargin: Sample.instrument.initialMargin, makerProtectionMilliseconds: 20,
        tradeable: true)
    }
  }

  private func limit(_ key: String, _ unit: RiskLimit.Unit, _ value: Int64) -> ChangeableLimit {
    ChangeableLimit(
      key: key, unit: unit, tighter: .lower, range: 0...Int64.max, configured: value)
  }

  private func bench(
    _ limits: [ChangeableLimit], _ change: (inout RouterSettings) -> Void = { _ in }
  ) throws -> RouterBench {
    var settings = RouterSettings()
    settings.gateLimits = limits
    settings.entriesPerTenSeconds = 1000
    settings.entriesPerMinute = 1000
    change(&settings)
    let bench = try RouterBench(settings)
    bench.venue.instruments += Self.instruments
    try bench.restart()
    try bench.pass(milliseconds: 500, upTo: 3000)
    return bench
  }

  /// Until the router says that it is ready.
  private func settle(_ bench: RouterBench) throws {
    for _ in 0..<100 where bench.machine.phase != .ready { try bench.pass(milliseconds: 50) }
    #expect(bench.machine.phase == .ready)
  }

  private func offer(_ bench: RouterBench, _ number: Int, lots: Int64 = 10) throws -> [DenialReason]
  {
    try bench.reasons(
      Sample.intent(
        "s\(number)", at: bench.milliseconds, lots: lots, on: Self.instruments[number].id))
  }

  @Test func `slots are counted by the ledger, in the turn that accepts`() throws {
    let bench = try bench([limit(SharedLimits.positions, .count, 3)])
    bench.holdsAnswers = true
    for number in 0..<3 { #expect(try offer(bench, number).isEmpty) }
    #expect(try offer(bench, 3) == [.routerMaxPositions])
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(try offer(bench, 4) == [.routerMaxPositions], "positions hold what entries held")
    try bench.restart()
    try settle(bench)
    #expect(try offer(bench, 5) == [.routerMaxPositions])
    try bench.expectNoDrift()
  }

  @Test(arguments: [(99_999, true), (100_000, false), (100_001, false)])
  func `an order's notional has a bound, at it and one micro beside it`(
    bound: Int64, isDenied: Bool
  ) throws {
    let bench = try bench([limit(SharedLimits.order, .usd, bound)])
    #expect(try offer(bench, 0) == (isDenied ? [.maxOrderNotional] : []))
  }

  @Test(arguments: [(19_999_999, true), (20_000_000, false), (20_000_001, false)])
  func `all notional together is a share of equity`(share: Int64, isDenied: Bool) throws {
    let bench = try bench([limit(SharedLimits.total, .percent, share)])
    #expect(try offer(bench, 0).isEmpty)
    // Two times 0.1 USD of an equity of 1 USD.
    #expect(try offer(bench, 1) == (isDenied ? [.maxExposure] : []))
  }

  @Test(arguments: [(399_999, true), (400_000, false), (400_001, false)])
  func `all initial margin together is a share of equity`(share: Int64, isDenied: Bool) throws {
    let bench = try bench([limit(SharedLimits.margin, .percent, share)])
    #expect(try offer(bench, 0).isEmpty)
    #expect(try offer(bench, 1) == (isDenied ? [.routerMaxMargin] : []))
  }

  @Test func `without an equity nothing that is measured by it passes`() throws {
    let bench = try bench([
      limit(SharedLimits.total, .percent, 200_000_000),
      limit(SharedLimits.margin, .percent, 80_000_000),
    ])
    bench.venue.equity = .zero
    try bench.pass(milliseconds: 500, upTo: 12_000)
    #expect(try offer(bench, 0) == [.maxExposure, .routerMaxMargin])
  }

  @Test func `a size beyond reckoning, of nothing and beyond the venue's bound is denied`() throws {
    let bench = try bench([limit(SharedLimits.order, .usd, 1_000_000_000)])
    #expect(try offer(bench, 0, lots: .max).contains(.maxOrderSize))
    #expect(try offer(bench, 1, lots: 0) == [.maxOrderSize])
    #expect(try offer(bench, 2, lots: 1_000_001).contains(.maxOrderSize))
  }

  @Test func `the rate of entries is not refilled by a restart`() throws {
    let bench = try bench([]) { $0.entriesPerTenSeconds = 2 }
    #expect(try offer(bench, 0).isEmpty)
    #expect(try offer(bench, 1).isEmpty)
    try bench.restart()
    try settle(bench)
    #expect(try offer(bench, 2) == [.orderRate])
    try bench.pass(milliseconds: 500, upTo: 10_000)
    #expect(try offer(bench, 3).isEmpty)
  }

  @Test func `never more entries out than intents in, and none larger than its intent`() throws {
    let bench = try bench([])
    var traffic = EntryTraffic(bench.machine.book)
    let hash = try #require(IntentHash(bytes: [UInt8](repeating: 7, count: 32)))
    #expect(traffic.send(hash, Quantity(lots: 1))?.reason == .outOverIn, "no intent came in")
    traffic.accept(hash, Quantity(lots: 10))
    #expect(traffic.send(hash, Quantity(lots: 11))?.reason == .outOverIn, "larger than its intent")
    #expect(traffic.send(hash, Quantity(lots: 10)) == nil)
    #expect(traffic.send(hash, Quantity(lots: 10))?.reason == .outOverIn, "a second one")
    traffic.close(hash)
    #expect(traffic.send(hash, Quantity(lots: 10))?.reason == .outOverIn, "it is over")
  }

  @Test func `an entry that would be one too many stays here and halts trading`() throws {
    let bench = try bench([])
    bench.holdsAnswers = true
    #expect(try offer(bench, 0).isEmpty)
    bench.breakTraffic()
    bench.holdsAnswers = false
    try bench.pass(milliseconds: 500, upTo: 3000)
    #expect(bench.venue.entries.isEmpty)
    #expect(try bench.intents().last?.denial?.reason == .outOverIn)
    #expect(bench.pressed.count == 1 && bench.machine.tradingState == .halted)
    try bench.expectNoDrift()
  }

  @Test(arguments: 1...8)
  func `thousands of random turns never exceed a limit at the venue`(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let bench = try bench([
      limit(SharedLimits.positions, .count, 4), limit(SharedLimits.order, .usd, 150_000),
      limit(SharedLimits.total, .percent, 45_000_000),
    ]) { $0.rearmCooldownMilliseconds = 0 }
    var accepted = 0
    var denied: [DenialReason: Int] = [:]
    for turn in 0..<300 {
      switch random.next() % 8 {
      case 0:
        try bench.restart()
        try bench.pass(milliseconds: 500, upTo: 1000)
      case 1: bench.holdsAnswers = true
      case 2:
        if let stop = bench.venue.openOrders.filter(\.isStop).randomElement(using: &random),
          let placement = bench.venue.stops.first(where: { $0.clientOrderID == stop.clientOrderID })
        {
          bench.venue.trigger(placement)
        }
      case 3: bench.venue.fillLimit = random.next() % 2 == 0 ? nil : Int64(random.next() % 10)
      case 4, 5:
        bench.holdsAnswers = false
        try bench.pass(milliseconds: 500, upTo: 2000)
      default:
        let number = Int(random.next() % 12)
        let verdict = try bench.offer(
          Sample.intent(
            "t\(turn)", at: bench.milliseconds, lots: Int64(random.next() % 20) + 1,
            on: Self.instruments[number].id))
        if case .accepted = verdict { accepted += 1 }
        if case .denied(let denials) = verdict {
          for denial in denials { denied[denial.reason, default: 0] += 1 }
        }
      }
      let held = bench.venue.positions.filter { $0.value != 0 }
      #expect(held.count <= 4, "slots at the venue, turn \(turn)")
      // 45 % of 1 USD at 10,000 micros a lot.
      #expect(held.values.reduce(0) { $0 + abs($1) } <= 45, "notional at the venue, turn \(turn)")
    }
    #expect(bench.venue.entries.count <= accepted, "out against in")
    #expect(bench.venue.entries.allSatisfy { $0.quantity.lots <= 15 })
    #expect(accepted > 5, "the seed tries something: \(denied)")
    try bench.expectNoDrift()
  }
}

/// Numbers that a seed repeats.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
