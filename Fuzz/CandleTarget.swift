import Domain

#if canImport(Archive)
  @testable import Archive
#endif

/// Files of bars and of funding rates, as anybody may have written them.
enum CandleTarget {
  /// 2033: bars after it are still forming.
  private static let now: Int64 = 2_000_000_000_000

  static func run(_ bytes: [UInt8]) {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    guard let first = lines.first else { return }
    let format = BarFormat(firstLine: first) ?? .ohlcvt
    if format.hasHeader { lines.removeFirst() }
    let length = BarLength(.oneMinute)
    var parser = CandleParser(path: "fuzz", format: format, now: now)
    var previous = Int64.min
    for (index, line) in lines.enumerated() {
      let isTerminated = index + 1 < lines.count
      let read = LineReader.Line(bytes: line, number: index + 1, isTerminated: isTerminated)
      if let bar = try? parser.candle(read, length: length) {
        check(bar, after: previous, length)
        previous = bar.openMilliseconds
      }
      funding(read)
    }
  }

  private static func check(_ bar: RawCandle, after previous: Int64, _ length: BarLength) {
    demand(bar.openMilliseconds > previous, "open times do not ascend")
    demand(bar.openMilliseconds % length.milliseconds == 0, "a bar is off its timeframe")
    demand(bar.openMilliseconds + length.milliseconds <= now, "a bar has not closed")
    demand(bar.low > .zero && bar.volume >= .zero, "a bar has a price or volume below 0")
    demand(bar.low <= bar.open && bar.open <= bar.high, "the open is outside the bar")
    demand(bar.low <= bar.close && bar.close <= bar.high, "the close is outside the bar")
    guard let row = BarRow(bar) else { return }
    demand(row.candle == bar, "a bar changes in the archive")
    demand(row.low <= row.open && row.open <= row.high, "integers of a row compare otherwise")
  }

  private static func funding(_ line: LineReader.Line) {
    guard let rate = try? FundingFile.rate(line, after: nil, "fuzz") else { return }
    demand(abs(rate.rate.double) < 1, "a funding rate is the whole notional")
  }
}

/// Blocks of a recording that may be damaged.
enum RecordingTarget {
  static func run(_ bytes: [UInt8]) {
    guard let messages = RecordingFormat.messages(bytes) else { return }
    guard let life = messages.first?.life else { return }
    var again = RecordingFormat.opening(life: life)
    for message in messages { RecordingFormat.append(message, to: &again) }
    demand(
      RecordingFormat.messages(again) == messages, "a message changes when written and read")
  }
}
