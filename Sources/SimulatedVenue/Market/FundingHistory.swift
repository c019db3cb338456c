package import Domain

/// Recorded funding rates of some hours each, spread evenly over the hours they stand for.
///
/// A rate of eight hours is an eighth of it in each of the eight hours that follow its time stamp:
/// no hour knows of a rate that was settled later.
///
/// Invariants, checked by the initialiser: 1. There is at least one rate. 2. Times ascend strictly.
package struct FundingHistory: Hashable, Sendable {
  /// A rate as it was recorded.
  package struct Entry: Hashable, Sendable {
    package let time: MarketTime
    package let rate: FundingRate

    package init(time: MarketTime, rate: FundingRate) {
      self.time = time
      self.rate = rate
    }
  }

  private static let hour: Int64 = 3_600_000
  private static let longest: Int64 = 24

  private let entries: [Entry]
  /// Hours one rate stands for: the usual step between two.
  package let hours: Int64

  /// Nil when there is no entry or times do not ascend.
  package init?(_ entries: [Entry]) {
    let steps = zip(entries, entries.dropFirst()).map {
      $1.time.milliseconds - $0.time.milliseconds
    }
    guard !entries.isEmpty, steps.allSatisfy({ $0 > 0 }) else { return nil }
    self.entries = entries
    let usual = steps.isEmpty ? 8 * Self.hour : steps.sorted()[steps.count / 2]
    hours = min(max(1, (usual + Self.hour / 2) / Self.hour), Self.longest)
  }

  /// The rate of the hour that begins at `time`; nil when no entry stands for it.
  package func rate(at time: MarketTime) -> FundingRate? {
    var low = 0
    var high = entries.count
    // The newest entry at or before `time`; stamps may be some milliseconds late.
    let reach = time.milliseconds + Self.hour / 2
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].time.milliseconds <= reach { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let entry = entries[low - 1]
    guard reach - entry.time.milliseconds < hours * Self.hour else { return nil }
    return FundingRate(trillionths: entry.rate.trillionths / hours)
  }
}
