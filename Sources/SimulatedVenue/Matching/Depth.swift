package import Domain

/// The other side of the market: a synthetic book around the last price.
///
/// Ten levels a side, the first a quarter of a basis point from the last price and then half a
/// basis point apart (a tick at least), each worth 25,000 USD, the last without bound. A taker pays
/// for size, and every order that may pay enough is filled.
package struct Depth: Hashable, Sendable {
  package static let levels = 10
  private static let levelMicros: Int128 = 25_000_000_000

  package let instrument: Instrument
  package let last: Price

  package init(instrument: Instrument, last: Price) {
    self.instrument = instrument
    self.last = last
  }

  private var half: Int64 { max(1, last.ticks / 40_000) }
  private var step: Int64 { max(1, last.ticks / 20_000) }

  package var bid: Price { price(for: .sell, level: 0) }
  package var ask: Price { price(for: .buy, level: 0) }

  /// What a taker on `side` pays at a level; never below one tick.
  package func price(for side: Side, level: Int) -> Price {
    Price(ticks: max(1, last.ticks + side.sign * (half + Int64(level) * step)))
  }

  /// Lots at a level; the last one has no bound.
  package func quantity(level: Int) -> Quantity {
    guard level + 1 < Self.levels else { return Quantity(lots: .max / 4) }
    guard let lot = instrument.notional(last, Quantity(lots: 1), rounding: .up), lot.micros > 0
    else { return Quantity(lots: 1) }
    return Quantity(lots: Int64(max(1, Self.levelMicros / Int128(lot.micros))))
  }

  /// What a taker gets, best price first, at `limit` or better.
  package func take(_ side: Side, _ wanted: Quantity, limit: Price) -> [(Price, Quantity)] {
    var rest = wanted
    var taken: [(Price, Quantity)] = []
    for level in 0..<Self.levels where rest > .zero {
      let price = price(for: side, level: level)
      guard side == .buy ? price <= limit : price >= limit else { break }
      let lots = min(rest, quantity(level: level))
      taken.append((price, lots))
      rest = rest - lots
    }
    return taken
  }

  /// The worst price of a market order: 1 % from the last, the venue's price protection.
  package func protection(_ side: Side) -> Price {
    Price(ticks: max(1, last.ticks + side.sign * max(1, last.ticks / 100)))
  }
}
