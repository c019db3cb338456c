/// What the router measures of itself since its last start, a part of its answer to `status`.
///
/// Nil fields and a missing report are those of a router of another build: unknown, not 0.
struct RouterReport: Decodable, Sendable {
  struct Commits: Decodable, Sendable {
    var boundsMs: [Double]
    var counts: [UInt64]
    var sumMs: Double
  }

  struct Clock: Decodable, Sendable {
    var trusted: Bool
    /// How far the venue's clock is ahead of this host's.
    var skewMs: Int64?
    var uncertaintyMs: Int64?
  }

  private static let mostBuckets = 64

  var commits: Commits
  /// Positions times the time each was without its whole stop.
  var uncoveredMs: Int64
  var clock: Clock
  var venueRequests: UInt64
  /// By class.
  var venueErrors: [String: UInt64]
  /// By whose part of the budget it is.
  var tokensLeft: [String: Int]

  /// Nil when the numbers are no histogram.
  var commitTimes: Histogram? {
    guard commits.counts.count == commits.boundsMs.count + 1,
      commits.counts.count <= Self.mostBuckets
    else { return nil }
    return Histogram(
      bounds: commits.boundsMs.map { $0 / 1000 }, counts: commits.counts,
      sum: commits.sumMs / 1000)
  }
}
