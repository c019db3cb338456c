package import Domain

/// What is known of the bars of one series, whoever told it and in whatever order.
///
/// Invariants:
/// 1. The law of the merge: for each open time the greater entry stays. It is commutative,
///    associative and idempotent, so that the order of sources and repetitions change nothing.
/// 2. A closed bar beats one that forms; of two closed ones the venue's own beats the one that was
///    made of trades.
/// 3. At most `capacity` bars are kept, the oldest: they are the ones needed next.
package struct CandleMerge: Hashable, Sendable {
  /// How much a bar is worth.
  package enum Standing: Int, Comparable, CaseIterable, Sendable {
    case forming
    /// Made of trades without a gap, and over.
    case traded
    /// The venue's chart, and over.
    case charted

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  package struct Entry: Hashable, Sendable {
    package let candle: Candle
    package let standing: Standing
  }

  package let capacity: Int
  package private(set) var bars: [MarketTime: Entry] = [:]

  package init(capacity: Int) {
    self.capacity = capacity
  }

  package mutating func offer(_ candle: Candle, _ standing: Standing) {
    let entry = Entry(candle: candle, standing: standing)
    bars[candle.openTime] = bars[candle.openTime].map { Self.greater($0, entry) } ?? entry
    guard bars.count > capacity, let newest = bars.keys.max() else { return }
    bars[newest] = nil
  }

  package mutating func merge(_ other: CandleMerge) {
    for entry in other.bars.values { offer(entry.candle, entry.standing) }
  }

  /// The closed bar that opens at `time`.
  func closed(at time: MarketTime) -> Candle? {
    bars[time].flatMap { $0.standing > .forming ? $0.candle : nil }
  }

  /// Forgets the bars before `time`.
  mutating func drop(before time: MarketTime) {
    bars = bars.filter { $0.key >= time }
  }

  mutating func remove(_ time: MarketTime) {
    bars[time] = nil
  }

  /// Of two equals in standing the one with more in it; past that any fixed order will do.
  private static func greater(_ left: Entry, _ right: Entry) -> Entry {
    func rank(_ entry: Entry) -> [Int64] {
      let candle = entry.candle
      return [
        Int64(entry.standing.rawValue), candle.volume.lots, candle.high.ticks, -candle.low.ticks,
        candle.close.ticks, candle.open.ticks,
      ]
    }
    return rank(left).lexicographicallyPrecedes(rank(right)) ? right : left
  }
}
