import Domain
import Testing

@testable import SimulatedVenue

@Suite("funding")
struct FundingPaymentTests {
  /// 0.01 % an hour.
  private static let rate: Int64 = 100_000_000
  private static let hour: Int64 = 3_600_000

  private func bench(_ lots: Int64, at milliseconds: Int64 = 0) throws -> VenueBench {
    var bench = try VenueBench()
    // The bench begins shortly after a full hour.
    bench.walk([50_000], every: milliseconds + Self.hour - bench.milliseconds)
    bench.machine.setFundingRate(VenueBench.bitcoin, Self.rate, now: bench.now)
    if lots != 0 { bench.place(lots > 0 ? .buy : .sell, .market, abs(lots)) }
    return bench
  }

  private func funding(_ bench: VenueBench) -> [CashFlow] {
    bench.flows.filter { $0.kind == .funding }
  }

  @Test(arguments: [1000, -1000] as [Int64], [rate, -rate] as [Int64])
  func `is paid when the hour is full, for the part of it since the fill`(
    _ lots: Int64, _ rate: Int64
  ) throws {
    var bench = try bench(0, at: 900_000)
    bench.machine.setFundingRate(VenueBench.bitcoin, rate, now: bench.now)
    bench.place(lots > 0 ? .buy : .sell, .market, abs(lots))
    let since = bench.now.market.milliseconds
    bench.walk([50_000], every: Self.hour - 900_000 - 2)
    #expect(funding(bench).isEmpty)
    #expect(bench.machine.unrealisedFunding(VenueBench.bitcoin) != .zero)
    bench.walk([50_000], every: 1)
    let flow = try #require(funding(bench).last)
    #expect(funding(bench).count == 1)
    // 0.1 contracts at an index of 50,000 are 5,000 USD, in micros; the rest as it is read.
    let passed = Int128(bench.now.market.milliseconds - since)
    let hourly = Int128(5_000_000_000) * Int128(rate) / 1_000_000_000_000
    let paid = Rounding.nearest.divide(hourly * passed, by: Int128(Self.hour))
    #expect(Int128(flow.amount.micros) == (lots > 0 ? -paid : paid))
    #expect((flow.amount < .zero) == ((lots > 0) == (rate > 0)))
    #expect(flow.rate == rate && flow.balanceBefore + flow.amount == bench.book.balance)
    #expect(bench.machine.unrealisedFunding(VenueBench.bitcoin) == .zero)
    try bench.expectLaws()
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `of a long and a short add up to nothing`(_ seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var long = try bench(1000)
    var short = try bench(-1000)
    var hand = Int128(0)
    var rate = Self.rate
    var since = long.now.market.milliseconds
    for _ in 0..<20 {
      // Every change of the rate settles; the index of that moment counts.
      let price = 50_000 + Int64(random.whole(-200...200))
      let time = Int64(random.whole(1000...1_000_000))
      let index = long.machine.markets[VenueBench.bitcoin]?.index.ticks ?? 0
      long.walk([index], every: time)
      short.walk([index], every: time)
      let full = long.now.market.milliseconds / Self.hour
      if full == since / Self.hour {
        let next = Int64(random.whole(-200_000_000...200_000_000))
        long.machine.setFundingRate(VenueBench.bitcoin, next, now: long.now)
        short.machine.setFundingRate(VenueBench.bitcoin, next, now: short.now)
        hand -= due(index, rate, long.now.market.milliseconds - since)
        rate = next
      } else {
        hand -= due(index, rate, long.now.market.milliseconds - since)
      }
      since = long.now.market.milliseconds
      long.keep()
      short.keep()
      long.walk([price], every: 1)
      short.walk([price], every: 1)
      if long.now.market.milliseconds / Self.hour != full { return }
    }
    let paid = funding(long).reduce(Int128(0)) { $0 + Int128($1.amount.micros) }
    let received = funding(short).reduce(Int128(0)) { $0 + Int128($1.amount.micros) }
    #expect(paid + received == 0)
    #expect(paid == hand)
    #expect(!funding(long).isEmpty)
    try long.expectLaws("seed \(seed)")
    try short.expectLaws("seed \(seed)")
  }

  /// A tenth of a contract for so long, in micros.
  private func due(_ index: Int64, _ rate: Int64, _ time: Int64) -> Int128 {
    let notional = Int128(index) * 100_000
    let hourly = Rounding.nearest.divide(notional * Int128(rate), by: 1_000_000_000_000)
    return Rounding.nearest.divide(hourly * Int128(time), by: Int128(Self.hour))
  }

  @Test func `of a rate counts from the moment of the rate`() throws {
    var bench = try bench(1000)
    bench.machine.setFundingRate(VenueBench.bitcoin, 0, now: bench.now)
    bench.walk([50_000], every: 1_800_000)
    bench.machine.setFundingRate(VenueBench.bitcoin, Self.rate, now: bench.now)
    bench.keep()
    bench.walk([50_000], every: 900_000)
    #expect(bench.machine.unrealisedFunding(VenueBench.bitcoin).micros == -125_000)
    try bench.expectLaws()
  }

  @Test func `is settled before a fill changes what it is counted on`() throws {
    var bench = try bench(1000)
    bench.walk([50_000], every: 1_800_000)
    bench.place(.buy, .market, 9000)
    let flow = try #require(funding(bench).last)
    #expect(abs(flow.amount.micros + 250_000) < 100)
    bench.walk([50_000], every: 900_000)
    #expect(abs(bench.machine.unrealisedFunding(VenueBench.bitcoin).micros + 1_250_000) < 500)
    try bench.expectLaws()
  }

  @Test func `is paid at the hour, though an order is met behind it`() throws {
    var bench = try bench(1000)
    bench.place(.sell, .stop, 1000, trigger: 49_400, reduceOnly: true) { $0.signal = .last }
    bench.place(.buy, .stop, 10, trigger: 50_050, reduceOnly: true)
    bench.walk([50_000], every: Self.hour - 10_000)
    // Nothing fills: the reduce-only buy falls away behind the hour.
    bench.walk([50_060], every: 12_000)
    #expect(bench.fills.count == 1)
    #expect(funding(bench).count == 1)
  }

  @Test func `is nothing without a position`() throws {
    var bench = try bench(1000)
    bench.place(.sell, .market, 1000)
    let count = funding(bench).count
    bench.place(.buy, .limit, 10, limit: 40_000)
    bench.walk([50_000], every: 2 * Self.hour)
    #expect(funding(bench).count == count)
  }

  @Test func `counts in equity before it is paid`() throws {
    var bench = try bench(-1000)
    let before = bench.machine.equity
    bench.walk([50_000], every: 1_800_000)
    #expect(bench.machine.equity.micros - before.micros == 250_000)
  }
}
