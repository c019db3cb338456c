import Domain
import Testing

@testable import SimulatedVenue

@Suite("a contract's terms")
struct VenueContractTests {
  private func contract() throws -> VenueContract {
    try #require(StandardInstruments.contract(MarketSample.id("PF_XBTUSD")))
  }

  private func dollars(_ dollars: Int64) -> Money { Money(micros: dollars * 1_000_000) }

  @Test func `the margin is the share of its level for the whole position`() throws {
    let contract = try contract()
    #expect(contract.initialMargin(notional: dollars(1_999_999)).decimal.description == "39999.98")
    #expect(contract.initialMargin(notional: dollars(2_000_000)) == dollars(80_000))
    #expect(contract.maintenanceMargin(notional: dollars(2_000_000)) == dollars(40_000))
    #expect(contract.maintenanceMargin(notional: dollars(100)) == dollars(1))
    #expect(contract.initialMargin(notional: .zero) == .zero)
  }

  @Test func `margins and fees are rounded up`() throws {
    let contract = try contract()
    let tiny = Money(micros: 1)
    #expect(contract.initialMargin(notional: tiny).micros == 1)
    #expect(contract.maintenanceMargin(notional: tiny).micros == 1)
    #expect(contract.fee(notional: tiny, isMaker: true).micros == 1)
    #expect(contract.fee(notional: dollars(1000), isMaker: false) == Money(micros: 500_000))
    #expect(contract.fee(notional: dollars(1000), isMaker: true) == Money(micros: 200_000))
    let most = Money(micros: .max)
    #expect(contract.initialMargin(notional: most).micros == 368_934_881_474_191_033)
  }

  @Test func `a rebate is never more than its share`() throws {
    let instrument = try MarketSample.instrument()
    let contract = VenueContract(
      instrument: instrument, marginLevels: StandardInstruments.marginLevels, makerFee: -50)
    #expect(contract.fee(notional: dollars(1000), isMaker: true) == Money(micros: -50_000))
    #expect(contract.fee(notional: Money(micros: 1), isMaker: true) == .zero)
  }

  @Test func `what is no margin schedule is named`() {
    func level(_ from: Int64, _ initial: Int64, _ maintenance: Int64) -> MarginLevel {
      MarginLevel(from: Money(micros: from), initial: initial, maintenance: maintenance)
    }
    #expect(MarginLevel.complaint([level(0, 20_000, 10_000), level(5, 20_000, 10_000)]) == nil)
    for wrong in [
      [], [level(1, 2, 1)], [level(0, 0, 0)], [level(0, 10, 11)], [level(0, 10, 0)],
      [level(0, 1_000_001, 1)], [level(0, 10, 5), level(0, 20, 10)],
      [level(0, 10, 5), level(9, 9, 5)], [level(0, 10, 5), level(9, 10, 4)],
    ] { #expect(MarginLevel.complaint(wrong) != nil, "\(wrong)") }
  }

  @Test func `longs pay a positive rate, and rounding is never the account's gain`() {
    let rate = FundingRate(trillionths: 12_500_000)
    #expect(rate.flow(signedNotional: dollars(8000)) == Money(micros: -100_000))
    #expect(rate.flow(signedNotional: dollars(-8000)) == Money(micros: 100_000))
    #expect(rate.flow(signedNotional: Money(micros: 1)).micros == -1)
    #expect(rate.flow(signedNotional: Money(micros: -1)).micros == 0)
    let negative = FundingRate(trillionths: -12_500_000)
    #expect(negative.flow(signedNotional: dollars(8000)) == Money(micros: 100_000))
    #expect(negative.flow(signedNotional: Money(micros: 1)).micros == 0)
  }

  @Test func `a rate in quote currency is relative times index`() throws {
    let rate = FundingRate(trillionths: -7_715_000)
    #expect(rate.decimal.description == "-0.000007715")
    let doge = try MarketSample.instrument("PF_DOGEUSD")
    #expect(
      rate.absolute(index: Price(ticks: 96_257), of: doge).description == "-0.000000742622755")
    let large = FundingRate(trillionths: 900_000_000_000)
    let bitcoin = try MarketSample.instrument()
    #expect(
      large.absolute(index: Price(ticks: 999_999_999_999_999), of: bitcoin).description
        == "899999999999999.1")
  }
}
