import Domain
import Testing

@testable import SimulatedVenue

@Suite("the contracts the simulated venue lists")
struct StandardInstrumentsTests {
  @Test func `each that is named is known, with a price on a tick`() throws {
    #expect(StandardInstruments.ids.count >= 8)
    #expect(Set(StandardInstruments.ids).count == StandardInstruments.ids.count)
    for id in StandardInstruments.ids {
      let instrument = try #require(StandardInstruments.instrument(id))
      #expect(instrument.id == id)
      #expect(instrument.maxPosition > .zero)
      #expect(StandardInstruments.typicalPrice(instrument).ticks > 1000)
    }
  }

  @Test func `has the venue's steps`() throws {
    let bitcoin = try MarketSample.instrument("PF_XBTUSD")
    #expect(bitcoin.tickSize.description == "1")
    #expect(bitcoin.lotSize.description == "0.0001")
    let pepe = try MarketSample.instrument("PF_PEPEUSD")
    #expect(pepe.tickSize.description == "0.0000000001")
    #expect(pepe.lotSize.description == "1000")
    #expect(StandardInstruments.instrument(MarketSample.id("PF_NONEUSD")) == nil)
  }
}
