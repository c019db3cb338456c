import Domain

/// The depth of one product as it was last told, and how it changed.
///
/// Invariant: whoever applies every change to an earlier snapshot, in order, has the latest one.
struct DepthBook: Sendable {
  struct Change: Hashable, Sendable {
    /// The side of the resting orders.
    let side: Side
    let level: DepthLevel
  }

  private(set) var bids: [DepthLevel] = []
  private(set) var asks: [DepthLevel] = []

  var isEmpty: Bool { bids.isEmpty && asks.isEmpty }

  /// Moves to a new depth; levels that go (quantity zero) come before levels that come, so that
  /// no client ever sees a crossed book.
  mutating func update(bids newBids: [DepthLevel], asks newAsks: [DepthLevel]) -> [Change] {
    let sides = [
      (Side.buy, bids, Self.merged(newBids)), (Side.sell, asks, Self.merged(newAsks)),
    ]
    bids = sides[0].2
    asks = sides[1].2
    let gone = sides.flatMap { side, before, after -> [Change] in
      let prices = Set(after.map(\.price))
      return before.filter { !prices.contains($0.price) }
        .map { Change(side: side, level: DepthLevel(price: $0.price, quantity: .zero)) }
    }
    let come = sides.flatMap { side, before, after -> [Change] in
      let known = Set(before)
      return after.filter { !known.contains($0) }.map { Change(side: side, level: $0) }
    }
    return gone + come
  }

  /// The levels with one entry a price, as far as they are neighbours.
  private static func merged(_ levels: [DepthLevel]) -> [DepthLevel] {
    levels.reduce(into: []) { merged, level in
      guard let last = merged.last, last.price == level.price else { return merged.append(level) }
      merged[merged.count - 1] = DepthLevel(
        price: last.price, quantity: last.quantity + level.quantity)
    }
  }
}
