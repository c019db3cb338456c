import Domain
import Glibc

/// Evaluations a second of the smart-money strategy on one core; a thing to look at, no test.
@main
enum StrategyBench {
  static func main() {
    let series = Waves.series(days: 400, drift: 10)
    let first = 210 * 24
    let count = series.hours.count - first
    for variant in SmcVariant.allCases {
      var engine = SmcEngine(SmcParameters(), variant, scale: .ticks)
      var best = 0.0
      var signals = 0
      for _ in 0..<5 {
        signals = 0
        let seconds = elapsed {
          for hour in first..<series.hours.count
          where engine.evaluate(series.windows(hour: hour)).reason == .signal { signals += 1 }
        }
        best = max(best, Double(count) / seconds)
      }
      print(
        "\(variant.rawValue): \(Int(best)) evaluations/s, best of 5 over \(count) hours, "
          + "\(signals) signals in the last")
    }
    closeOfMany(series, instruments: 300)
  }

  /// The close of a quarter-hour that is also an hour and a day, for many instruments with full
  /// windows: every candle into its strategy.
  private static func closeOfMany(_ series: SmcSeries, instruments: Int) {
    let before = resident()
    var strategies = (0..<instruments).map { _ in SmcStrategy(SmcParameters()) }
    let parts: [(Timeframe, [Bar])] = [
      (.fifteenMinutes, Array(series.quarters.suffix(601))),
      (.oneHour, Array(series.hours.suffix(601))), (.oneDay, Array(series.days.suffix(301))),
    ]
    let candles = parts.map { timeframe, bars in bars.map { candle($0, timeframe) } }
    for index in strategies.indices {
      for lane in candles {
        for candle in lane.dropLast() { _ = strategies[index].on(.candle(candle)) }
      }
    }
    var decided = 0
    let seconds = elapsed {
      for index in strategies.indices {
        for lane in candles {
          if let last = lane.last { decided += strategies[index].on(.candle(last)).count }
        }
      }
    }
    print(
      "\(instruments) instruments: \(candles.count) candles each at one close in "
        + "\(Int(seconds * 1_000_000)) µs, \(decided) decisions, "
        + "\((resident() - before) / 1024) MB of windows")
  }

  private static func candle(_ bar: Bar, _ timeframe: Timeframe) -> Candle {
    guard let id = InstrumentID("PF_XBTUSD"),
      let candle = Candle(
        instrument: id, timeframe: timeframe, openTime: bar.openTime, open: Price(ticks: bar.open),
        high: Price(ticks: bar.high), low: Price(ticks: bar.low), close: Price(ticks: bar.close),
        volume: Quantity(lots: 1))
    else { fatalError("the bar is possible") }
    return candle
  }

  private static func elapsed(_ body: () -> Void) -> Double {
    let time = ContinuousClock().measure(body).components
    return Double(time.seconds) + Double(time.attoseconds) * 1e-18
  }

  /// Kilobytes.
  private static func resident() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var (size, pages) = (0, 0)
    _ = withUnsafeMutablePointer(to: &size) { size in
      withUnsafeMutablePointer(to: &pages) { pages in
        withVaList([size, pages]) { vfscanf(file, "%ld %ld", $0) }
      }
    }
    return pages * 4
  }
}

/// A market of quarter-hours that trends, turns and trends again.
enum Waves {
  static func series(days: Int, drift: Int64) -> SmcSeries {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    let next = { (bound: UInt64) -> Int64 in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int64((state >> 16) % bound)
    }
    var price: Int64 = 400_000
    var (leg, left): (Int64, Int64) = (0, 0)
    let bars = (0..<(days * SmcSeries.quartersADay)).map { index in
      if left == 0 {
        leg = next(161) - 80 + drift
        left = 20 + next(120)
      }
      left -= 1
      let open = price
      price = max(50_000, price + leg + next(401) - 200)
      return Bar(
        openTime: MarketTime(milliseconds: 1_704_067_200_000 + Int64(index) * 900_000), open: open,
        high: max(open, price) + next(60), low: min(open, price) - next(60), close: price,
        scale: .ticks)
    }
    return SmcSeries(quarters: bars, scale: .ticks)
  }
}
