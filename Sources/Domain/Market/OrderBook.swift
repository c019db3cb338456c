/// What rests at one price.
package struct BookLevel: Hashable, Sendable {
  package let price: Price
  package let quantity: Quantity

  package init(price: Price, quantity: Quantity) {
    self.price = price
    self.quantity = quantity
  }
}

/// The whole depth of one instrument at one moment, best first.
package struct BookSnapshot: Hashable, Sendable {
  package let instrument: InstrumentID
  package let time: MarketTime
  package let bids: [BookLevel]
  package let asks: [BookLevel]

  package init(instrument: InstrumentID, time: MarketTime, bids: [BookLevel], asks: [BookLevel]) {
    self.instrument = instrument
    self.time = time
    self.bids = bids
    self.asks = asks
  }
}

/// The new quantity at one price; zero when nothing rests there any more.
package struct LevelChange: Hashable, Sendable {
  package let instrument: InstrumentID
  package let time: MarketTime
  package let side: Side
  package let level: BookLevel

  package init(instrument: InstrumentID, time: MarketTime, side: Side, level: BookLevel) {
    self.instrument = instrument
    self.time = time
    self.side = side
    self.level = level
  }
}

/// The resting orders of one instrument, rebuilt from a snapshot and the changes after it.
///
/// Invariants:
/// 1. Prices of a side are unique and in order; no level is empty.
/// 2. Before a snapshot, after `forget` and while the sides cross there is no best price: a book
///    that may be wrong answers nothing.
/// 3. At most `mostLevels` levels a side; past it the book is forgotten.
package struct OrderBook: Hashable, Sendable {
  package static let mostLevels = 20_000

  /// Worst first, so that changes at the top move little.
  private var buy: [BookLevel] = []
  private var sell: [BookLevel] = []
  /// Market time of the last change; nil when there is no book.
  package private(set) var time: MarketTime?

  package init() {}

  package var isKnown: Bool { time != nil }

  /// Whether the best bid is at or above the best ask.
  package var isCrossed: Bool {
    guard let bid = buy.last, let ask = sell.last else { return false }
    return bid.price >= ask.price
  }

  package var bestBid: BookLevel? { isKnown && !isCrossed ? buy.last : nil }
  package var bestAsk: BookLevel? { isKnown && !isCrossed ? sell.last : nil }

  /// The best levels of a side, best first; none while the book is not to be used.
  package func levels(_ side: Side, most: Int = .max) -> [BookLevel] {
    guard isKnown, !isCrossed else { return [] }
    return (side == .buy ? buy : sell).suffix(most).reversed()
  }

  package mutating func take(_ snapshot: BookSnapshot) {
    buy = Self.worstFirst(snapshot.bids) { $0 < $1 }
    sell = Self.worstFirst(snapshot.asks) { $0 > $1 }
    time = snapshot.time
    if max(buy.count, sell.count) > Self.mostLevels { forget() }
  }

  /// Applies a change; without a snapshot before it there is nothing to change.
  package mutating func apply(_ change: LevelChange) {
    guard isKnown else { return }
    time = change.time
    if change.side == .buy {
      Self.set(change.level, in: &buy) { $0 < $1 }
    } else {
      Self.set(change.level, in: &sell) { $0 > $1 }
    }
    if max(buy.count, sell.count) > Self.mostLevels { forget() }
  }

  /// What was there is not to be used any more.
  package mutating func forget() {
    self = OrderBook()
  }

  /// The last of several levels of one price counts.
  private static func worstFirst(
    _ levels: [BookLevel], _ isWorse: (Price, Price) -> Bool
  ) -> [BookLevel] {
    var sorted: [BookLevel] = []
    sorted.reserveCapacity(levels.count)
    for level in levels.reversed() {
      if level.quantity > .zero, sorted.last.map({ isWorse($0.price, level.price) }) ?? true {
        sorted.append(level)
      } else {
        set(level, in: &sorted, isWorse)
      }
    }
    return sorted
  }

  private static func set(
    _ level: BookLevel, in levels: inout [BookLevel], _ isWorse: (Price, Price) -> Bool
  ) {
    var low = 0
    var high = levels.count
    while low < high {
      let middle = (low + high) / 2
      if isWorse(levels[middle].price, level.price) { low = middle + 1 } else { high = middle }
    }
    let isThere = low < levels.count && levels[low].price == level.price
    switch (isThere, level.quantity > .zero) {
    case (true, true): levels[low] = level
    case (true, false): levels.remove(at: low)
    case (false, true): levels.insert(level, at: low)
    case (false, false): break
    }
  }
}
