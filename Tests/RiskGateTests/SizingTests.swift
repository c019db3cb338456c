import Domain
import Testing

@testable import RiskGate

@Suite("sizing")
struct SizingTests {
  private static func lots(
    _ signal: Signal, _ instrument: Instrument, _ account: AccountSnapshot, _ limits: GateLimits
  ) -> Int64 {
    Sizing(signal, instrument, account: account, mark: nil, limits: limits).quantity.lots
  }

  /// Limits under which only the risk bounds a size.
  private static func wide(risk: Int64) -> GateLimits {
    var limits = Sample.limits
    limits[.riskPerTrade] = risk
    limits[.maximumNotional] = 4_000_000_000_000_000_000
    limits[.maximumLeverage] = 1_000_000_000_000_000
    limits[.marginPerPosition] = RiskLimit.whole
    return limits
  }

  private struct Case {
    let signal: Signal
    let instrument: Instrument
    let account: AccountSnapshot
    let limits: GateLimits
    let distance: Int64
  }

  private static func random(_ seed: UInt64) -> Case {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    func below(_ bound: Int64) -> Int64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int64(state % UInt64(bound))
    }
    let steps = [("0.5", "0.0001"), ("0.00001", "1"), ("0.01", "0.01"), ("1e-7", "1000")]
    let (tick, lot) = steps[Int(below(4))]
    let worst = 1000 + below(1_000_000)
    let distance = 1 + below(worst - 1)
    let direction: Direction = below(2) == 0 ? .long : .short
    let stop = direction == .long ? worst - distance : worst + distance
    let most = Int64(1_000_000_000_000_000)
    return Case(
      signal: Sample.signal(direction: direction, worst: worst, stop: stop),
      instrument: Sample.instrument(tick: tick, lot: lot, margin: "0.000001", most: most),
      account: Sample.account(equity: 1 + below(10_000_000), available: 9_000_000_000_000),
      limits: wide(risk: 1 + below(10_000_000)), distance: distance)
  }

  /// USD lost when `lots` are stopped out, in units so small that nothing is rounded.
  private static func loss(_ lots: Int64, _ one: Case) -> Int128 {
    let instrument = one.instrument
    let places = instrument.tickSize.exponent + instrument.lotSize.exponent + 20
    let scale = (0..<places).reduce(Int128(1)) { product, _ in product * 10 }
    return Int128(lots) * Int128(one.distance) * Int128(instrument.tickSize.mantissa)
      * Int128(instrument.lotSize.mantissa) * scale
  }

  /// The same units: 10^-20 USD.
  private static func risk(_ one: Case) -> Int128 {
    Int128(one.account.equity.micros) * Int128(one.limits[.riskPerTrade]) * 1_000_000
  }

  @Test(arguments: 1...200)
  func `the loss at the stop is the risk, and one lot more would be above it`(_ seed: UInt64) {
    let one = Self.random(seed)
    let lots = Self.lots(one.signal, one.instrument, one.account, one.limits)
    #expect(Self.loss(lots, one) <= Self.risk(one))
    #expect(Self.loss(lots + 1, one) > Self.risk(one))
  }

  @Test(arguments: 1...50)
  func `no notional above the largest, and the size is the largest that fits`(_ seed: UInt64) {
    let one = Self.random(seed)
    var limits = one.limits
    limits[.maximumNotional] = 1_000_000 * Int64(seed)
    let size = Sizing(
      one.signal, one.instrument, account: one.account, mark: nil, limits: limits)
    let worst = one.signal.worstPrice
    if let notional = one.instrument.notional(worst, size.quantity, rounding: .up) {
      #expect(notional <= Money(micros: limits[.maximumNotional]))
    }
    let free = Self.lots(one.signal, one.instrument, one.account, one.limits)
    let isCut = free > size.quantity.lots
    if size.quantity > .zero, isCut {
      let more = Quantity(lots: size.quantity.lots + 1)
      let notional = one.instrument.notional(worst, more, rounding: .down)
      #expect(notional.map { $0 >= Money(micros: limits[.maximumNotional]) } ?? true)
    }
  }

  @Test(arguments: ["0.02", "0.05", "0.1", "0.5", "1"])
  func `while no bound binds, the margin rate does not change the size`(_ margin: String) {
    var limits = Self.wide(risk: 300_000)
    limits[.maximumNotional] = 1_000_000_000_000
    // Equity 10 000, 0.3 %, stop 2 % away: 1500 USD.
    let lots = Self.lots(
      Sample.signal(worst: 100_000, stop: 98_000), Sample.instrument(margin: margin),
      Sample.account(equity: 10_000, available: 10_000), limits)
    #expect(lots == 300)
  }

  @Test func `the free margin bounds the size`() {
    // 50 000 USD at 2 % need 1000.
    let limits = Sample.limits
    #expect(limits[.maximumNotional] == 50_000_000_000)
    func lots(_ available: Int64) -> Int64 {
      Self.lots(
        Sample.signal(), Sample.instrument(), Sample.account(available: available), limits)
    }
    #expect(lots(1000) == 5000)
    #expect(lots(500) == 2500)
    #expect(lots(1) == 5)
  }

  @Test func `the notional is counted at the worse of worst price and mark`() {
    var limits = Sample.limits
    limits[.maximumNotional] = 20_000_000
    let size = Sizing(
      Sample.signal(), Sample.instrument(), account: Sample.account(),
      mark: Price(ticks: 200_001), limits: limits)
    #expect(size.quantity.lots == 1)
  }

  @Test func `numbers too large to multiply are no size, not a crash`() {
    let most = Int64(1_000_000_000_000_000_000)
    let size = Sizing(
      Sample.signal(worst: most, stop: 1),
      Sample.instrument(tick: "999999999999999999", lot: "999999999999999999"),
      account: AccountSnapshot(
        equity: Money(micros: most), availableMargin: Money(micros: most),
        time: WallTime(milliseconds: 0)), mark: nil, limits: Sample.limits)
    #expect(size.quantity == .zero)
  }
}
