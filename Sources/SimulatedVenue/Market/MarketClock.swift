package import Domain

/// Market time as a function of wall time: it runs from an anchor at a constant speed.
///
/// Invariants: 1. The speed is a finite number above 0 and at most `fastest`. 2. Market time never
/// goes back when wall time does not; before the wall anchor it stands at the market anchor.
package struct MarketClock: Hashable, Sendable {
  package let marketAnchor: MarketTime
  package let wallAnchor: WallTime
  /// Market milliseconds per wall millisecond.
  package let speed: Double

  package static let fastest = 1_000_000.0

  package init(marketAnchor: MarketTime, wallAnchor: WallTime, speed: Double) {
    invariant(Self.allows(speed), "a market clock runs at 0 < speed ≤ 1,000,000, got \(speed)")
    self.marketAnchor = marketAnchor
    self.wallAnchor = wallAnchor
    self.speed = speed
  }

  /// Whether a clock can run at `speed`.
  package static func allows(_ speed: Double) -> Bool {
    speed.isFinite && speed > 0 && speed <= fastest
  }

  package func market(at wall: WallTime) -> MarketTime {
    // A hundred years of wall time at the fastest speed stay below 2^53 × 512: no overflow.
    let bound: Int64 = 3_155_760_000_000
    let passed = min(max(0, wall.milliseconds - wallAnchor.milliseconds), bound)
    return marketAnchor.advanced(byMilliseconds: Int64((Double(passed) * speed).rounded(.down)))
  }

  /// The first wall moment at which market time has reached `market`.
  package func wall(at market: MarketTime) -> WallTime {
    let ahead = max(0, market.milliseconds - marketAnchor.milliseconds)
    let passed = min((Double(ahead) / speed).rounded(.up), 3_155_760_000_000)
    return wallAnchor.advanced(byMilliseconds: Int64(passed))
  }
}

extension MarketClock: Codable {
  private enum CodingKeys: String, CodingKey {
    case marketAnchor = "market_anchor_ms"
    case wallAnchor = "wall_anchor_ms"
    case speed
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let speed = try container.decode(Double.self, forKey: .speed)
    guard Self.allows(speed) else {
      throw DecodingError.dataCorruptedError(
        forKey: .speed, in: container, debugDescription: "no clock runs at speed \(speed)")
    }
    self.init(
      marketAnchor: MarketTime(
        milliseconds: try container.decode(Int64.self, forKey: .marketAnchor)),
      wallAnchor: WallTime(milliseconds: try container.decode(Int64.self, forKey: .wallAnchor)),
      speed: speed)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(marketAnchor.milliseconds, forKey: .marketAnchor)
    try container.encode(wallAnchor.milliseconds, forKey: .wallAnchor)
    try container.encode(speed, forKey: .speed)
  }
}
