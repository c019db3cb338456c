import Domain
import Exchange
import Ledger

/// What the router's shell measures of itself and tells whoever asks for its status.
///
/// How long commits take, and how long positions stood without their whole stop; all of it begins
/// anew with a life of the process.
struct RouterMeter {
  /// Upper bounds of the buckets, in milliseconds.
  static let boundsMilliseconds: [Double] = [
    0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500,
  ]

  /// Commits per bucket; the last is everything above.
  private(set) var commits = [Int](repeating: 0, count: boundsMilliseconds.count + 1)
  private(set) var commitNanoseconds: Int64 = 0
  /// Positions times the time each was not wholly covered by resting stops.
  private(set) var uncoveredNanoseconds: Int64 = 0
  private var uncovered = 0
  private var uncoveredSince: MachineTime?

  /// A commit that took so long.
  mutating func committed(nanoseconds: Int64) {
    let milliseconds = Double(nanoseconds) / 1_000_000
    let place = Self.boundsMilliseconds.firstIndex { milliseconds <= $0 }
    commits[place ?? Self.boundsMilliseconds.count] += 1
    commitNanoseconds += max(0, nanoseconds)
  }

  /// So many positions are not wholly covered from `now` on, until this is called again.
  mutating func cover(uncovered count: Int, now: MachineTime) {
    if let since = uncoveredSince, uncovered > 0 {
      uncoveredNanoseconds += Int64(uncovered) * max(0, now.nanoseconds - since.nanoseconds)
    }
    uncovered = count
    uncoveredSince = now
  }

  /// The part of the answer to `status` that is the console's `/metrics`.
  func fields(_ venue: KrakenFutures, _ now: RouterTime) -> [String: Any] {
    var clock: [String: Any] = ["trusted": venue.clock.isTrusted(wall: now.wall, at: now.machine)]
    clock["skew_ms"] = venue.clock.skewMilliseconds(wall: now.wall, at: now.machine)
    clock["uncertainty_ms"] = venue.clock.uncertaintyMilliseconds(at: now.machine)
    let errors = VenueErrorClass.allCases.map { ($0.rawValue, venue.ended.errors[$0] ?? 0) }
    return [
      "commits": [
        "bounds_ms": Self.boundsMilliseconds, "counts": commits,
        "sum_ms": Double(commitNanoseconds) / 1_000_000,
      ],
      "uncovered_ms": uncoveredNanoseconds / 1_000_000, "clock": clock,
      "venue_requests": venue.ended.requests,
      "venue_errors": Dictionary(uniqueKeysWithValues: errors),
      "tokens_left": Dictionary(
        uniqueKeysWithValues: venue.tokensLeft(now: now.machine).map { ($0.name, $0.tokens) }),
    ]
  }
}

extension RouterMachine {
  /// Open positions that resting stops of ours do not wholly cover, however new they are.
  var uncoveredPositions: Int {
    book.positions.values.count { row in
      guard !row.position.isFlat else { return false }
      let stops = book.liveOrders(on: row.position.instrument)
        .filter { $0.role == .stop && $0.status == .working }
      let lots = stops.reduce(0) { $0 + $1.placement.quantity.lots - $1.filled.lots }
      return lots < row.position.quantity.lots
    }
  }
}
