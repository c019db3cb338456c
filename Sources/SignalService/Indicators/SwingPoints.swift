/// Bars that reach strictly further than both their neighbours.
package enum SwingPoints {
  /// Highs of the newest `lookback` bars in order; its first and last bar never qualify.
  package static func highs(_ bars: BarWindow, lookback: Int) -> [Int64] {
    let part = bars.newest(lookback)
    guard bars.count >= 3, part.count >= 3 else { return [] }
    return (1..<(part.count - 1)).compactMap { index in
      let high = part[index].high
      return high > part[index - 1].high && high > part[index + 1].high ? high : nil
    }
  }

  /// Lows of the newest `lookback` bars, the same way.
  package static func lows(_ bars: BarWindow, lookback: Int) -> [Int64] {
    let part = bars.newest(lookback)
    guard bars.count >= 3, part.count >= 3 else { return [] }
    return (1..<(part.count - 1)).compactMap { index in
      let low = part[index].low
      return low < part[index - 1].low && low < part[index + 1].low ? low : nil
    }
  }
}
