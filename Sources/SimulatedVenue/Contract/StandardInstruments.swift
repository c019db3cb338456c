package import Domain

/// The contracts the simulated venue lists by itself, with the steps of the real ones.
///
/// XBT, ETH and PEPE are as the venue's own instrument list prints them; the others follow its
/// tickers. All have the margin schedule, the fees and the bound of funding of the first three; no
/// contract holds taker orders back.
package enum StandardInstruments {
  private struct Row {
    let symbol: String
    let tickSize: String
    let lotSize: String
    let maxPosition: String
    /// Where a generated market begins, in quote currency.
    let typicalPrice: String

    init(
      _ symbol: String, tick tickSize: String, lot lotSize: String, most maxPosition: String,
      price typicalPrice: String
    ) {
      self.symbol = symbol
      self.tickSize = tickSize
      self.lotSize = lotSize
      self.maxPosition = maxPosition
      self.typicalPrice = typicalPrice
    }
  }

  private static let rows = [
    Row("PF_XBTUSD", tick: "1", lot: "0.0001", most: "1000000", price: "95000"),
    Row("PF_ETHUSD", tick: "0.1", lot: "0.001", most: "16000", price: "3200"),
    Row("PF_SOLUSD", tick: "0.01", lot: "0.01", most: "200000", price: "160"),
    Row("PF_XRPUSD", tick: "0.00001", lot: "1", most: "10000000", price: "2.2"),
    Row("PF_LTCUSD", tick: "0.01", lot: "0.01", most: "100000", price: "90"),
    Row("PF_ADAUSD", tick: "0.0001", lot: "1", most: "10000000", price: "0.75"),
    Row("PF_DOGEUSD", tick: "0.000001", lot: "1", most: "50000000", price: "0.096"),
    Row("PF_LINKUSD", tick: "0.001", lot: "0.1", most: "500000", price: "15"),
    Row(
      "PF_PEPEUSD", tick: "0.0000000001", lot: "1000", most: "1000000000000", price: "0.000008"),
  ]

  /// 50 × leverage up to two million of notional, then 25 ×.
  package static let marginLevels = [
    MarginLevel(from: .zero, initial: 20_000, maintenance: 10_000),
    MarginLevel(from: Money(micros: 2_000_000_000_000), initial: 40_000, maintenance: 20_000),
  ]

  private static let contracts = Dictionary(
    rows.compactMap(make).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  private static let prices = Dictionary(
    rows.compactMap { row in
      InstrumentID(row.symbol).flatMap { id in
        ExactDecimal(row.typicalPrice).map { (id, $0) }
      }
    }, uniquingKeysWith: { first, _ in first })

  /// Every contract that can be listed, in a fixed order.
  package static let ids = rows.compactMap { InstrumentID($0.symbol) }

  /// The contract; nil for one that is not known here.
  package static func contract(_ id: InstrumentID) -> VenueContract? { contracts[id] }

  /// The contract's steps; nil for one that is not known here.
  package static func instrument(_ id: InstrumentID) -> Instrument? { contracts[id]?.instrument }

  private static func make(_ row: Row) -> VenueContract? {
    guard
      let id = InstrumentID(row.symbol), let tickSize = ExactDecimal(row.tickSize),
      let lotSize = ExactDecimal(row.lotSize), let maxPosition = ExactDecimal(row.maxPosition),
      let margin = ExactDecimal("0.02"),
      let unbounded = Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: .zero, initialMargin: margin,
        makerProtectionMilliseconds: 0, tradeable: true),
      let lots = unbounded.quantity(exactly: maxPosition),
      let instrument = Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: lots, initialMargin: margin,
        makerProtectionMilliseconds: 0, tradeable: true)
    else { return nil }
    return VenueContract(instrument: instrument, marginLevels: marginLevels)
  }

  /// A usual price of `instrument`, on a tick.
  ///
  /// For one that is not known here it is 20,000 ticks, a tick of half a basis point, which is what
  /// the venue's contracts mostly have.
  static func typicalPrice(_ instrument: Instrument) -> Price {
    let known = prices[instrument.id].flatMap { instrument.price($0, rounding: .nearest) }
    // A contract of the same name with coarse steps of its own.
    return known.flatMap { $0.ticks >= 100 ? $0 : nil } ?? Price(ticks: 20_000)
  }
}
