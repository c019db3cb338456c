package import Domain

/// The contracts the simulated venue can list, with the steps of the real ones.
///
/// XBT, ETH and PEPE are as the venue's own instrument list prints them; the others follow its
/// tickers. Margins are those of the lowest tier; no contract holds taker orders back.
package enum StandardInstruments {
  private struct Row {
    let symbol: String
    let tickSize: String
    let lotSize: String
    let maxPosition: String
    /// Where a generated market begins, in quote currency.
    let typicalPrice: String
  }

  private static let rows = [
    Row(
      symbol: "PF_XBTUSD", tickSize: "1", lotSize: "0.0001", maxPosition: "1000000",
      typicalPrice: "95000"),
    Row(
      symbol: "PF_ETHUSD", tickSize: "0.1", lotSize: "0.001", maxPosition: "16000",
      typicalPrice: "3200"),
    Row(
      symbol: "PF_SOLUSD", tickSize: "0.01", lotSize: "0.01", maxPosition: "200000",
      typicalPrice: "160"),
    Row(
      symbol: "PF_XRPUSD", tickSize: "0.00001", lotSize: "1", maxPosition: "10000000",
      typicalPrice: "2.2"),
    Row(
      symbol: "PF_LTCUSD", tickSize: "0.01", lotSize: "0.01", maxPosition: "100000",
      typicalPrice: "90"),
    Row(
      symbol: "PF_ADAUSD", tickSize: "0.0001", lotSize: "1", maxPosition: "10000000",
      typicalPrice: "0.75"),
    Row(
      symbol: "PF_DOGEUSD", tickSize: "0.000001", lotSize: "1", maxPosition: "50000000",
      typicalPrice: "0.096"),
    Row(
      symbol: "PF_LINKUSD", tickSize: "0.001", lotSize: "0.1", maxPosition: "500000",
      typicalPrice: "15"),
    Row(
      symbol: "PF_PEPEUSD", tickSize: "0.0000000001", lotSize: "1000",
      maxPosition: "1000000000000", typicalPrice: "0.000008"),
  ]

  /// Every contract that can be listed, in a fixed order.
  package static var ids: [InstrumentID] { rows.compactMap { InstrumentID($0.symbol) } }

  /// The contract; nil for one that is not known here.
  package static func instrument(_ id: InstrumentID) -> Instrument? {
    guard
      let row = rows.first(where: { $0.symbol == id.symbol }),
      let tickSize = ExactDecimal(row.tickSize), let lotSize = ExactDecimal(row.lotSize),
      let maxPosition = ExactDecimal(row.maxPosition), let margin = ExactDecimal("0.02"),
      let unbounded = Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: .zero, initialMargin: margin,
        makerProtectionMilliseconds: 0, tradeable: true),
      let lots = unbounded.quantity(exactly: maxPosition)
    else { return nil }
    return Instrument(
      id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: lots, initialMargin: margin,
      makerProtectionMilliseconds: 0, tradeable: true)
  }

  /// A usual price of `instrument`, on a tick; 20,000 ticks for one that is not known here.
  static func typicalPrice(_ instrument: Instrument) -> Price {
    let row = rows.first { $0.symbol == instrument.id.symbol }
    let price = row.flatMap { ExactDecimal($0.typicalPrice) }
      .flatMap { instrument.price($0, rounding: .nearest) }
    return price ?? Price(ticks: 20_000)
  }
}
