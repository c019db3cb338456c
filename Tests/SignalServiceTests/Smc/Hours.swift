import Domain

@testable import SignalService

/// Hours, and what goes with them, to test rules with; prices in ticks.
enum Hours {
  static let length: Int64 = 3_600_000
  /// A midnight.
  static let start: Int64 = 1_704_067_200_000

  static func bar(
    _ index: Int, open: Int64, high: Int64, low: Int64, close: Int64, length: Int64 = Hours.length
  ) -> Bar {
    Bar(
      openTime: MarketTime(milliseconds: start + Int64(index) * length), open: open, high: high,
      low: low, close: close, scale: .ticks)
  }

  /// Hours through these prices: each goes from the price before to the next, one tick beyond both.
  static func path(_ prices: [Int64], length: Int64 = Hours.length) -> [Bar] {
    zip(prices, prices.dropFirst()).enumerated().map { index, pair in
      bar(
        index, open: pair.0, high: max(pair.0, pair.1) + 1, low: min(pair.0, pair.1) - 1,
        close: pair.1, length: length)
    }
  }

  /// The same with a tick more where a bar goes to, so that turns are strict swings.
  static func swinging(_ prices: [Int64]) -> [Bar] {
    path(prices).map { bar in
      Bar(
        openTime: bar.openTime, open: bar.open, high: bar.high + (bar.close > bar.open ? 1 : 0),
        low: bar.low - (bar.close < bar.open ? 1 : 0), close: bar.close, scale: .ticks)
    }
  }

  /// A market that goes `up` and `down` by turns, `legs` times, from `from`: a zigzag of four
  /// hours a leg, whose swings rise when `up` is the larger.
  static func zigzag(from: Int64, up: Int64, down: Int64, legs: Int) -> [Int64] {
    var prices = [from]
    for leg in 0..<legs {
      let step = leg.isMultiple(of: 2) ? up : -down
      for _ in 0..<4 { prices.append(prices[prices.count - 1] + step / 4) }
    }
    return prices
  }

  static func window(_ bars: [Bar]) -> BarWindow { BarWindow(bars, end: bars.count, most: 300) }

  /// The same market upside down around `axis`.
  static func mirrored(_ bars: [Bar], around axis: Int64) -> [Bar] {
    bars.map { bar in
      Bar(
        openTime: bar.openTime, open: axis - bar.open, high: axis - bar.low,
        low: axis - bar.high, close: axis - bar.close, scale: .ticks)
    }
  }

  /// So many days that rise, or fall, by a hundredth of `from` each.
  static func days(_ count: Int, from: Int64, rising: Bool) -> [Bar] {
    path(
      (0...count).map { from + Int64($0) * (from / 1000) * (rising ? 1 : -1) },
      length: 24 * length)
  }
}
