import Domain

/// How far the traded price stands above the index: a slow, bounded function of seed and time.
///
/// Two random lines added: one between values an hour apart, ± 0.6 basis points, and one between
/// values a day apart, ± 2.4 basis points, so that funding keeps its sign for hours or days.
/// Its value at a moment is told by the values of the hour and day that have begun and of the next.
///
/// Invariant: it stays within ± `most`, and moves by less than a basis point in an hour.
struct Premium: Hashable, Sendable {
  /// In 10⁻⁹ of the price: 3 basis points.
  static let most: Int64 = hourly + daily
  static let whole: Int64 = 1_000_000_000
  private static let hourly: Int64 = 60_000
  private static let daily: Int64 = 240_000
  private static let hour: Int64 = 3_600_000
  private static let day: Int64 = 86_400_000

  private let seed: UInt64
  /// The hour that was asked about last, and the values at its two ends.
  private var current = Hour(number: .min, from: 0, to: 0)

  private struct Hour: Hashable, Sendable {
    let number: Int64
    let from: Int64
    let to: Int64
  }

  init(seed: UInt64) {
    self.seed = seed
  }

  /// In 10⁻⁹ of the price; a straight line within every hour.
  mutating func value(at time: MarketTime) -> Int64 {
    let number = Self.floor(time.milliseconds, Self.hour)
    if current.number != number {
      current = Hour(number: number, from: atHour(number), to: atHour(number + 1))
    }
    let inHour = time.milliseconds - number * Self.hour
    return current.from + (current.to - current.from) * inHour / Self.hour
  }

  /// The value at the beginning of an hour.
  func atHour(_ number: Int64) -> Int64 {
    slow(at: MarketTime(milliseconds: number * Self.hour)) + knot(number, 2, Self.hourly)
  }

  /// The line between the values of days alone, within ± 240,000.
  func slow(at time: MarketTime) -> Int64 {
    let day = Self.floor(time.milliseconds, Self.day)
    let from = knot(day, 1, Self.daily)
    let inDay = time.milliseconds - day * Self.day
    return from + (knot(day + 1, 1, Self.daily) - from) * inDay / Self.day
  }

  private func knot(_ number: Int64, _ line: UInt64, _ most: Int64) -> Int64 {
    let bits = SplitMix.mixed(
      SplitMix.mixed(seed &+ line &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(bitPattern: number))
    return Int64(bits % UInt64(2 * most + 1)) - most
  }

  private static func floor(_ value: Int64, _ step: Int64) -> Int64 {
    value >= 0 ? value / step : -((-value + step - 1) / step)
  }
}
