import Domain
import Testing

@testable import SimulatedVenue

// 100,000 USD; a lot of PF_XBTUSD at 50,000 is worth 5 USD, one of PF_ETHUSD at 3,000 3 USD.
@Suite("margin, leverage and fees")
struct MarginTests {
  private static let million: Int64 = 1_000_000_000_000

  @Test(
    arguments: [
      (0, 0, 0), (1_000_000, 20_000_000_000, 10_000_000_000),
      (1_999_999, 39_999_980_000, 19_999_990_000), (2_000_000, 80_000_000_000, 40_000_000_000),
      (3_000_000, 120_000_000_000, 60_000_000_000),
    ] as [(Int64, Int64, Int64)])
  func `the tier of the whole notional counts`(
    _ dollars: Int64, _ initial: Int64, _ maintenance: Int64
  ) throws {
    let contract = try VenueBench.contract("PF_XBTUSD")
    let notional = Money(micros: dollars * 1_000_000)
    #expect(contract.initialMargin(notional: notional).micros == initial)
    #expect(contract.maintenanceMargin(notional: notional).micros == maintenance)
  }

  @Test func `orders bind the margin of the worst position they could make`() throws {
    var bench = try VenueBench()
    func free() -> Int64 { bench.machine.availableMargin.micros }
    bench.place(.buy, .limit, 100_000, limit: 49_000)
    #expect(free() == 90_000_000_000)
    // The other side at the same time could not both be open.
    bench.place(.sell, .limit, 100_000, limit: 51_000)
    #expect(free() == 90_000_000_000)
    bench.place(.sell, .stop, 100_000, trigger: 49_500)
    #expect(free() == 80_000_000_000)
    // What only reduces binds nothing.
    bench.place(.sell, .stop, 100_000, trigger: 49_500, reduceOnly: true)
    #expect(free() == 80_000_000_000)
    bench.place(.buy, .limit, 10_000, limit: 29_000, of: VenueBench.ether)
    #expect(free() == 79_400_000_000)
    _ = bench.machine.cancelAll(now: bench.now)
    bench.keep()
    #expect(free() == 100_000_000_000)
  }

  @Test func `a position is worth its mark, not its last price`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 1000)
    bench.move(last: 60_000, index: 60_000)
    #expect(bench.machine.unrealised(VenueBench.bitcoin).micros == -100_000)
    bench.move(mark: 50_101)
    #expect(bench.machine.unrealised(VenueBench.bitcoin).micros == 10_000_000)
    #expect(bench.machine.maintenanceMargin.micros == 50_101_000)
    #expect(
      bench.machine.equity.micros == bench.book.balance.micros + 10_000_000)
  }

  @Test func `a chosen leverage binds more margin`() throws {
    var bench = try VenueBench()
    bench.prefer { $0.maxLeverage[VenueBench.bitcoin] = 2000 }
    #expect(bench.place(.buy, .limit, 40_001, limit: 49_000).word == "insufficientAvailableFunds")
    #expect(bench.place(.buy, .limit, 40_000, limit: 49_000).word == "placed")
    #expect(bench.machine.availableMargin == .zero)
    // The other contract keeps its own leverage, and nothing is left for it.
    #expect(
      bench.place(.buy, .limit, 10, limit: 29_000, of: VenueBench.ether).word
        == "insufficientAvailableFunds")
    bench.prefer { $0.maxLeverage = [:] }
    #expect(bench.place(.buy, .limit, 10, limit: 29_000, of: VenueBench.ether).word == "placed")
  }

  @Test func `a leverage of nothing is one of a thousandth`() throws {
    var bench = try VenueBench()
    bench.prefer { $0.maxLeverage[VenueBench.bitcoin] = 0 }
    #expect(bench.place(.buy, .limit, 20, limit: 49_000).word == "placed")
    #expect(bench.place(.buy, .limit, 1, limit: 49_000).word == "insufficientAvailableFunds")
  }

  @Test func `an order that closes needs no margin, however little there is`() throws {
    var bench = try VenueBench()
    bench.place(.buy, .market, 399_000)
    bench.walk([49_400])
    #expect(bench.machine.availableMargin < Money(micros: 36_000_000_000))
    #expect(bench.place(.buy, .market, 300_000).word == "insufficientAvailableFunds")
    // Far from the mark, too: whoever closes may do so at any price within the collar.
    #expect(bench.place(.sell, .immediateOrCancel, 399_000, limit: 30_000).word == "placed")
    #expect(bench.position() == 0)
    try bench.expectLaws()
  }

  @Test func `an order must leave the account its maintenance, at the order's worst price`() throws
  {
    // Ten contracts at 59,700 lose 97,000 USD against the mark: less is left than 5,000.
    var bench = try VenueBench()
    let word = "wouldCauseLiquidation"
    #expect(bench.place(.buy, .immediateOrCancel, 100_000, limit: 59_700).word == word)
    #expect(bench.place(.buy, .immediateOrCancel, 100_000, limit: 59_000).word == "placed")
    try bench.expectLaws()
  }

  @Test func `a fee is rounded up to a micro and differs for maker and taker`() throws {
    let contract = try VenueBench.contract("PF_XBTUSD")
    #expect(contract.fee(notional: Money(micros: 1), isMaker: true).micros == 1)
    #expect(
      contract.fee(notional: Money(micros: 10_000_000_000), isMaker: true).micros == 2_000_000)
    #expect(
      contract.fee(notional: Money(micros: 10_000_000_000), isMaker: false).micros == 5_000_000)
  }

  @Test func `positions stay within the contract's bound, orders together too`() throws {
    let known = try MarketSample.instrument()
    let instrument = try #require(
      Instrument(
        id: known.id, tickSize: known.tickSize, lotSize: known.lotSize,
        maxPosition: Quantity(lots: 1000), initialMargin: known.initialMargin,
        makerProtectionMilliseconds: 0, tradeable: true))
    let contract = VenueContract(
      instrument: instrument, marginLevels: try VenueBench.contract("PF_XBTUSD").marginLevels)
    var machine = VenueMachine(book: VenueBook(contracts: [contract]), seed: 1)
    let now = try VenueBench().now
    machine.deposit(Money(micros: Self.million), now: now)
    let price = Price(ticks: 50_000)
    machine.jump(
      known.id, to: MarketPoint(time: now.market, last: price, mark: price, index: price))
    func word(_ side: Side, _ lots: Int64) -> String? {
      machine.place(
        OrderRequest(
          instrument: known.id, side: side, kind: .limit,
          limit: Price(ticks: side == .buy ? 49_000 : 51_000), quantity: Quantity(lots: lots)),
        now: now)?.word
    }
    #expect(word(.buy, 600) == "placed")
    #expect(word(.buy, 401) == "maxPositionViolation")
    #expect(word(.buy, 400) == "placed")
    #expect(word(.sell, 1000) == "placed")
    #expect(word(.sell, 1) == "maxPositionViolation")
  }
}
