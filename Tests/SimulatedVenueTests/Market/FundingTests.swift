import Domain
import Testing

@testable import SimulatedVenue

@Suite("funding rates")
struct FundingTests {
  private func hour(_ number: Int64) -> MarketTime {
    GeneratedSource.present.advanced(byMilliseconds: number * 3_600_000)
  }

  private func market(
    _ seed: UInt64?, bound: Int64 = 2500, funding: FundingHistory? = nil
  ) throws -> InstrumentMarket {
    let instrument = try MarketSample.instrument()
    return InstrumentMarket(
      contract: VenueContract(
        instrument: instrument, marginLevels: StandardInstruments.marginLevels,
        maxRelativeFundingRate: bound, fundingRateCoefficient: 8),
      source: GeneratedSource(instrument: instrument, seed: seed ?? 1), seed: seed,
      funding: funding)
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `a rate is the mean premium of the hour before, over the hours it is paid`(seed: UInt64)
    throws
  {
    var market = try market(seed)
    var signs: Set<Int64> = []
    for number in 0..<200 as Range<Int64> {
      let rate = market.fundingRate(at: hour(number))
      #expect(rate == market.fundingRate(at: hour(number + 1).advanced(byMilliseconds: -1)))
      signs.insert(rate.trillionths.signum())
      // The premium of mark over index, minute by minute; both are whole ticks.
      var sum = 0.0
      for minute in 0..<60 as Range<Int64> {
        let time = hour(number - 1).advanced(byMilliseconds: minute * 60_000 + 30_000)
        let known = market.point(at: time)
        let point = try #require(known)
        sum += Double(point.mark.ticks) / Double(point.index.ticks) - 1
      }
      #expect(abs(sum / 60 / 8 - Double(rate.trillionths) * 1e-12) < 3e-6)
    }
    #expect(signs.isSuperset(of: [1, -1]))
  }

  @Test func `the contract bounds it`() throws {
    let market = try market(3, bound: 1)
    let rates = (0..<500).map { market.fundingRate(at: hour($0)).trillionths }
    #expect(rates.allSatisfy { abs($0) <= 1_000_000 })
    #expect(rates.contains(1_000_000) && rates.contains(-1_000_000))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `the prediction at the end of an hour is the next hour's rate`(seed: UInt64) throws {
    let market = try market(seed)
    for number in 0..<50 as Range<Int64> {
      let end = hour(number + 1).advanced(byMilliseconds: -1)
      let predicted = market.fundingPrediction(at: end).trillionths
      #expect(abs(predicted - market.fundingRate(at: hour(number + 1)).trillionths) < 10_000)
    }
  }

  @Test func `a recorded rate is spread over the hours after it`() throws {
    let entries = [0, 8, 16].map { number in
      FundingHistory.Entry(
        // Stamps are some milliseconds late.
        time: hour(number).advanced(byMilliseconds: 7),
        rate: FundingRate(trillionths: (number + 8) * 10_000_000))
    }
    let history = try #require(FundingHistory(entries))
    #expect(history.hours == 8)
    let market = try market(nil, funding: history)
    #expect(market.fundingRate(at: hour(-1)) == .zero)
    #expect(market.fundingRate(at: hour(0)).trillionths == 10_000_000)
    #expect(market.fundingRate(at: hour(7)).trillionths == 10_000_000)
    #expect(market.fundingRate(at: hour(8)).trillionths == 20_000_000)
    #expect(market.fundingRate(at: hour(23)).trillionths == 30_000_000)
    #expect(market.fundingRate(at: hour(24)) == .zero)
    #expect(market.fundingPrediction(at: hour(3)).trillionths == 10_000_000)
  }

  @Test func `a history must have entries that ascend`() {
    let entry = FundingHistory.Entry(time: hour(0), rate: .zero)
    #expect(FundingHistory([]) == nil)
    #expect(FundingHistory([entry, entry]) == nil)
    #expect(FundingHistory([entry])?.hours == 8)
  }
}
