import Domain
import Testing
import Wire

@testable import RiskGate

@Suite("checks of the gate")
struct ChecksTests {
  private static func world(_ change: (inout EntryWorld) -> Void = { _ in }) -> EntryWorld {
    var world = EntryWorld()
    world.instrument = Sample.instrument()
    world.reading = Sample.reading()
    world.account = Sample.account()
    world.accountAt = WallTime(milliseconds: Sample.wall)
    world.newestMarket = MarketTime(milliseconds: 60_000)
    world.healthy = RiskLimit.whole
    world.markMove = 0
    world.dayStartEquity = Sample.account().equity.micros
    world.peakEquity = Sample.account().equity.micros
    change(&world)
    return world
  }

  private static func judgement(
    _ signal: Signal = Sample.signal(), at: Int64 = 0, limits: GateLimits = Sample.limits,
    _ change: (inout EntryWorld) -> Void = { _ in }
  ) -> EntryJudgement {
    EntryJudgement(
      signal, world(change), limits, now: WallTime(milliseconds: Sample.wall + at))
  }

  private static func reasons(
    _ signal: Signal = Sample.signal(), at: Int64 = 0, limits: GateLimits = Sample.limits,
    _ change: (inout EntryWorld) -> Void = { _ in }
  ) -> [DenialReason] {
    judgement(signal, at: at, limits: limits, change).denials.map(\.reason)
  }

  @Test func `a sound signal in a sound world passes with a size`() {
    let judged = Self.judgement()
    #expect(judged.denials.map(\.description) == [])
    #expect(judged.isApproved)
    // 0.5 % of 100 000 USD over 1000 USD a contract is half a contract: 50 000 USD, the largest.
    #expect(judged.quantity.lots == 5000)
  }

  @Test func `every control that was asked is told with value and bound`() {
    let checks = Self.judgement().checks
    #expect(checks.count > 40)
    #expect(checks.count <= RiskCheck.most)
    #expect(checks.allSatisfy { $0.passed })
    #expect(
      checks.contains(
        RiskCheck(
          control: "notional", passed: true, value: "50000 USD", bound: "<= 50000 USD")))
    #expect(
      checks.contains(
        RiskCheck(
          control: "sized_by", passed: true, value: "risk", bound: "size 0.5")))
    let stale = Self.judgement { $0.reading = Sample.reading(at: -5001) }.checks
    #expect(
      stale.filter { !$0.passed } == [
        RiskCheck(control: "market_age", passed: false, value: "5001 ms", bound: "<= 5000 ms")
      ])
  }

  @Test func `expired is at the moment itself and after it`() {
    #expect(Self.reasons(Sample.signal(valid: 1)) == [])
    #expect(Self.reasons(Sample.signal(valid: 0)) == [.expired])
  }

  @Test func `an unknown instrument`() {
    #expect(Self.reasons { $0.instrument = nil } == [.unknownInstrument])
  }

  @Test func `an instrument that is not traded`() {
    #expect(
      Self.reasons { $0.instrument = Sample.instrument(tradeable: false) }
        == [.instrumentNotTradeable])
  }

  @Test func `market data past its age, or without any`() {
    #expect(Self.reasons { $0.reading = Sample.reading(at: -5000) } == [])
    #expect(Self.reasons { $0.reading = Sample.reading(at: -5001) } == [.staleMarketData])
    // What hangs on it is not said again.
    #expect(Self.reasons { $0.reading = nil } == [.staleMarketData])
  }

  @Test func `an account past its age, or without any`() {
    #expect(
      Self.reasons { $0.accountAt = WallTime(milliseconds: Sample.wall - 60_000) } == [])
    #expect(
      Self.reasons { $0.accountAt = WallTime(milliseconds: Sample.wall - 60_001) }
        == [.staleAccount])
    #expect(Self.reasons { $0.account = nil } == [.staleAccount])
  }

  @Test(arguments: [Direction.long, .short])
  func `the collar ends one tick past its share of the mark`(_ direction: Direction) {
    let sign: Int64 = direction == .long ? 1 : -1
    for side in [Int64(1), -1] {
      // 1 % of a mark of 200 000 ticks.
      let edge = 200_000 + side * 2000
      func signal(_ worst: Int64) -> Signal {
        Sample.signal(direction: direction, worst: worst, stop: worst - sign * 9000)
      }
      #expect(Self.reasons(signal(edge - side)) == [])
      #expect(Self.reasons(signal(edge)) == [])
      #expect(Self.reasons(signal(edge + side)) == [.priceCollar])
    }
  }

  @Test(arguments: [Direction.long, .short])
  func `a stop nearer than its share of the worst price`(_ direction: Direction) {
    let sign: Int64 = direction == .long ? 1 : -1
    // 0.05 % of 200 000 ticks.
    func signal(_ distance: Int64) -> Signal {
      Sample.signal(direction: direction, stop: 200_000 - sign * distance)
    }
    #expect(Self.reasons(signal(101)) == [])
    #expect(Self.reasons(signal(100)) == [])
    #expect(Self.reasons(signal(99)) == [.stopTooClose])
  }

  @Test func `a stop that the mark has passed already`() {
    func reasons(mark: Int64) -> [DenialReason] {
      Self.reasons { $0.reading = Sample.reading(mark: mark) }
    }
    #expect(reasons(mark: 198_100) == [])
    // A worst price 1.01 % above the mark is past the collar too.
    #expect(reasons(mark: 198_001) == [.priceCollar])
    #expect(reasons(mark: 198_000) == [.priceCollar, .stopTooClose])
  }

  @Test func `a size below one lot`() {
    for equity in [0, -5, Int64.min / 2_000_000] as [Int64] {
      let reasons = Self.reasons {
        $0.account = Sample.account(equity: equity, available: equity)
      }
      #expect(Set(reasons).isSuperset(of: [.equityFloor, .sizeBelowMinimum]))
    }
    #expect(
      Self.reasons { $0.account = Sample.account(available: 0) }
        == [.sizeBelowMinimum, .marginUtilisation])
    #expect(
      Self.reasons { $0.instrument = Sample.instrument(most: 0) } == [.sizeBelowMinimum])
  }

  @Test func `one lot above the largest notional`() {
    var limits = Sample.limits
    // One lot at 100 000 USD is worth ten.
    limits[.maximumNotional] = 10_000_000
    #expect(Self.reasons(limits: limits) == [])
    limits[.maximumNotional] = 9_999_999
    #expect(Self.reasons(limits: limits) == [.sizeBelowMinimum, .maxNotional])
  }

  @Test func `as many positions as are allowed`() {
    #expect(Self.reasons { $0.occupied = 3 } == [])
    #expect(Self.reasons { $0.occupied = 4 } == [.maxPositions])
  }

  @Test func `prices that contradict each other`() {
    #expect(Self.reasons(Sample.signal(stop: 202_000)) == [.malformed])
    #expect(Self.reasons(Sample.signal(profit: 199_000)) == [.malformed])
  }

  @Test func `every reason is collected, with its numbers`() {
    let denials = Self.judgement(Sample.signal(worst: 300_000, stop: 299_999, valid: -1)) {
      $0.occupied = 9
      $0.reading = Sample.reading(at: -9000)
      $0.accountAt = WallTime(milliseconds: Sample.wall - 99_000)
      $0.account = Sample.account(equity: 0, available: 0)
      $0.instrument = Sample.instrument(tradeable: false)
    }.denials
    #expect(
      Set(denials.map(\.reason)).isSuperset(of: [
        .expired, .instrumentNotTradeable, .staleMarketData, .staleAccount, .priceCollar,
        .stopTooClose, .maxPositions, .sizeBelowMinimum, .equityFloor,
      ]))
    #expect(denials.allSatisfy { $0.detail.contains("=") })
    #expect(denials.contains { $0.description == "MAX_POSITIONS: positions=10 limit=4" })
    let collar = denials.first { $0.reason == .priceCollar }?.detail
    #expect(collar == "price_collar=50% limit=1% worst=150000 mark=100000")
  }
}
