package import Domain

/// A market's prices for a picture: at most `most` bars, each of as many candles as it takes.
package struct PriceOutline: Hashable, Sendable {
  package struct Bar: Hashable, Sendable {
    package let time: Int64
    package var high: Price
    package var low: Price
    package var close: Price
  }

  static let most = 2000

  package private(set) var bars: [Bar] = []
  private var every = 1
  private var count = 0

  init() {}

  mutating func add(_ candle: Candle) {
    if count % every == 0 {
      if bars.count == Self.most { halve() }
      bars.append(
        Bar(
          time: candle.openTime.milliseconds, high: candle.high, low: candle.low,
          close: candle.close))
    } else {
      let last = bars.count - 1
      bars[last].high = max(bars[last].high, candle.high)
      bars[last].low = min(bars[last].low, candle.low)
      bars[last].close = candle.close
    }
    count += 1
  }

  private mutating func halve() {
    var halved: [Bar] = []
    halved.reserveCapacity(Self.most)
    for index in stride(from: 0, to: bars.count - 1, by: 2) {
      let (first, second) = (bars[index], bars[index + 1])
      halved.append(
        Bar(
          time: first.time, high: max(first.high, second.high), low: min(first.low, second.low),
          close: second.close))
    }
    bars = halved
    every *= 2
    count = 0
  }
}
