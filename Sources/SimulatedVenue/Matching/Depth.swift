package import Domain

/// The other side of the market: the orders of others where they are known, else made up around
/// the last price.
///
/// Made up it has ten levels a side, the first a quarter of a basis point from the last price and
/// then half a basis point apart (a tick at least), each worth 25,000 USD, the last without bound:
/// a taker pays for size, and every order that may pay enough is filled. Of known orders there is
/// what there is. What was taken at this price within the last second of market time is gone, best
/// levels first.
package struct Depth: Hashable, Sendable {
  package static let levels = 10
  private static let levelMicros: Int128 = 25_000_000_000

  package let instrument: Instrument
  package let last: Price
  private let taken: LotsBySide
  private let known: MarketOffers?

  package init(
    instrument: Instrument, last: Price, taken: LotsBySide = LotsBySide(),
    known: MarketOffers? = nil
  ) {
    self.instrument = instrument
    self.last = last
    self.taken = taken
    self.known = known
  }

  private var half: Int64 { max(1, last.ticks / 40_000) }
  private var step: Int64 { max(1, last.ticks / 20_000) }

  /// The best price a seller gets; the last price where nobody buys.
  package var bid: Price { best(for: .sell) }
  /// The best price a buyer gets; the last price where nobody sells.
  package var ask: Price { best(for: .buy) }

  private func best(for side: Side) -> Price {
    offers(to: side).first?.price
      ?? (known == nil ? price(for: side, level: Self.levels - 1) : last)
  }

  /// What a taker on `side` pays at a made-up level; never below one tick.
  package func price(for side: Side, level: Int) -> Price {
    Price(ticks: max(1, last.ticks + side.sign * (half + Int64(level) * step)))
  }

  /// Lots at a level of an untouched made-up book; the last one has no bound.
  package func quantity(level: Int) -> Quantity {
    guard level + 1 < Self.levels else { return Quantity(lots: .max / 4) }
    guard let lot = instrument.notional(last, Quantity(lots: 1), rounding: .up), lot.micros > 0
    else { return Quantity(lots: 1) }
    return Quantity(lots: Int64(max(1, Self.levelMicros / Int128(lot.micros))))
  }

  /// What an order that rests on `side` gets when the price only touches it.
  package func touch(_ side: Side) -> Quantity {
    guard let known else { return quantity(level: 0) }
    return known.levels(for: side).first?.quantity ?? Quantity(lots: 1)
  }

  /// What is left for a taker on `side`, best price first; the last made-up level has no bound.
  package func offers(to side: Side) -> [(price: Price, quantity: Quantity)] {
    var gone = Quantity(lots: taken[side])
    func left(_ price: Price, _ whole: Quantity) -> (price: Price, quantity: Quantity)? {
      let lost = min(whole, gone)
      gone = gone - lost
      return lost < whole ? (price, whole - lost) : nil
    }
    if let known { return known.levels(for: side).compactMap { left($0.price, $0.quantity) } }
    return (0..<Self.levels).compactMap { level in
      left(price(for: side, level: level), quantity(level: level))
    }
  }

  /// What the public sees of that; a level without bound is not shown.
  package func shown(to side: Side) -> [(price: Price, quantity: Quantity)] {
    known == nil
      ? offers(to: side).prefix(Self.levels - 1).filter { $0.quantity.lots < .max / 8 }
      : offers(to: side)
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
