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

  /// Moves to a new depth; a client that applies the changes one by one never sees a crossed book,
  /// nor a side that is empty on the way.
  ///
  /// On each side what comes is told before what goes; the side whose old prices would be crossed
  /// by the other's new ones is told first.
  mutating func update(bids newBids: [DepthLevel], asks newAsks: [DepthLevel]) -> [Change] {
    let before = (bids: bids, asks: asks)
    bids = Self.merged(newBids)
    asks = Self.merged(newAsks)
    let buy = Self.changes(.buy, from: before.bids, to: bids)
    let sell = Self.changes(.sell, from: before.asks, to: asks)
    guard let bid = bids.first, let ask = before.asks.first, bid.price >= ask.price else {
      return buy + sell
    }
    return sell + buy
  }

  private static func changes(
    _ side: Side, from before: [DepthLevel], to after: [DepthLevel]
  ) -> [Change] {
    let known = Set(before)
    let prices = Set(after.map(\.price))
    let come = after.filter { !known.contains($0) }
    let gone = before.filter { !prices.contains($0.price) }
      .map { DepthLevel(price: $0.price, quantity: .zero) }
    return (come + gone).map { Change(side: side, level: $0) }
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
