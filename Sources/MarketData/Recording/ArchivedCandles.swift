import Domain

/// What the archive answered, as lines of a recording.
///
///     PF_XBTUSD 1m 2
///     1700000040000 1000 1010 990 1003 5
///
/// Per series its name, timeframe and number of candles; per candle its open time, prices in ticks
/// and volume in lots.
enum ArchivedCandles {
  static func bytes(_ candles: [SeriesID: [Candle]]) -> [UInt8] {
    var lines: [String] = []
    let series = candles.keys.sorted {
      ($0.instrument, $0.timeframe.milliseconds) < ($1.instrument, $1.timeframe.milliseconds)
    }
    for id in series {
      let bars = candles[id] ?? []
      lines.append("\(id.instrument) \(id.timeframe.rawValue) \(bars.count)")
      for bar in bars {
        let prices = [bar.open, bar.high, bar.low, bar.close].map { String($0.ticks) }
        lines.append(
          "\(bar.openTime.milliseconds) \(prices.joined(separator: " ")) \(bar.volume.lots)")
      }
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Nil for bytes that are not written as above.
  static func candles(_ bytes: [UInt8]) -> [SeriesID: [Candle]]? {
    var found: [SeriesID: [Candle]] = [:]
    var lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
    while let head = lines.popFirst() {
      let words = head.split(separator: UInt8(ascii: " ")).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard words.count == 3, let id = InstrumentID(words[0]),
        let timeframe = Timeframe(rawValue: words[1]), let count = Int(words[2]),
        (0...lines.count).contains(count)
      else { return nil }
      var bars: [Candle] = []
      for line in lines.prefix(count) {
        guard let bar = candle(line, id, timeframe) else { return nil }
        bars.append(bar)
      }
      lines = lines.dropFirst(count)
      found[SeriesID(id, timeframe)] = bars
    }
    return found
  }

  private static func candle(
    _ line: ArraySlice<UInt8>, _ id: InstrumentID, _ timeframe: Timeframe
  ) -> Candle? {
    let numbers = line.split(separator: UInt8(ascii: " ")).compactMap {
      Int64(String(decoding: $0, as: UTF8.self))
    }
    guard numbers.count == 6, (0...RecordedStart.latest).contains(numbers[0]),
      numbers.dropFirst().allSatisfy({ (0...1_000_000_000_000_000).contains($0) })
    else { return nil }
    return Candle(
      instrument: id, timeframe: timeframe, openTime: MarketTime(milliseconds: numbers[0]),
      open: Price(ticks: numbers[1]), high: Price(ticks: numbers[2]),
      low: Price(ticks: numbers[3]), close: Price(ticks: numbers[4]),
      volume: Quantity(lots: numbers[5]))
  }
}
