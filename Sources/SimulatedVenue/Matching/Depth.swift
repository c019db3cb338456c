package import Domain

/// The other side of the market: a synthetic book around the last price.
///
/// Ten levels a side, the first a quarter of a basis point from the last price and then half a
/// basis point apart (a tick at least), each worth 25,000 USD, the last without bound. A taker pays
/// for size, and every order that may pay enough is filled. What was taken at this price within the
/// last second of market time is gone, best levels first.
package struct Depth: Hashable, Sendable {
  package static let levels = 10
  private static let levelMicros: Int128 = 25_000_000_000

  package let instrument: Instrument
  package let last: Price
  private let taken: LotsBySide

  package init(instrument: Instrument, last: Price, taken: LotsBySide = LotsBySide()) {
    self.instrument = instrument
    self.last = last
    self.taken = taken
  }

  private var half: Int64 { max(1, last.ticks / 40_000) }
  private var step: Int64 { max(1, last.ticks / 20_000) }

  package var bid: Price { best(for: .sell) }
  package var ask: Price { best(for: .buy) }

  private func best(for side: Side) -> Price {
    offers(to: side).first?.price ?? price(for: side, level: Self.levels - 1)
  }

  /// What a taker on `side` pays at a level; never below one tick.
  package func price(for side: Side, level: Int) -> Price {
    Price(ticks: max(1, last.ticks + side.sign * (half + Int64(level) * step)))
  }

  /// Lots at a level of an untouched book; the last one has no bound.
  package func quantity(level: Int) -> Quantity {
    guard level + 1 < Self.levels else { return Quantity(lots: .max / 4) }
    guard let lot = instrument.notional(last, Quantity(lots: 1), rounding: .up), lot.micros > 0
    else { return Quantity(lots: 1) }
    return Quantity(lots: Int64(max(1, Self.levelMicros / Int128(lot.micros))))
  }

  /// What is left for a taker on `side`, best price first; the last level has no bound.
  package func offers(to side: Side) -> [(price: Price, quantity: Quantity)] {
    var gone = Quantity(lots: taken[side])
    return (0..<Self.levels).compactMap { level in
      let whole = quantity(level: level)
      let lost = min(whole, gone)
      gone = gone - lost
      return lost < whole ? (price(for: side, level: level), whole - lost) : nil
    }
  }

  /// What a taker gets, best price first, at `limit` or better.
  package func take(_ side: Side, _ wanted: Quantity, limit: Price) -> [(Price, Quantity)] {
    var rest = wanted
    var got: [(Price, Quantity)] = []
    for (price, quantity) in offers(to: side) where rest > .zero {
      guard side == .buy ? price <= limit : price >= limit else { break }
      let lots = min(rest, quantity)
      got.append((price, lots))
      rest = rest - lots
    }
    return got
  }

  /// The worst price of a market order: 1 % from the last, the venue's price protection.
  package func protection(_ side: Side) -> Price {
    Price(ticks: max(1, last.ticks + side.sign * max(1, last.ticks / 100)))
  }
}
