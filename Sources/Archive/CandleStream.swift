package import Domain

/// The candles of one file, read as they are asked for: memory does not grow with the file.
///
/// The same rules as `CandleFile`, with two that can only be judged on the way: the length of the
/// bars is judged by the first `probe` rows, and whether most steps are of that length at the end.
package final class CandleStream {
  package let path: String
  /// As the file's name spells it.
  package let symbol: String
  package let timeframe: Timeframe
  private let reader: LineReader
  private var parser: CandleParser
  /// Candles that were read to judge the length of the bars.
  private var ahead: ArraySlice<RawCandle>
  private var previous: Int64?
  private var steps = 0
  private var odd = 0

  /// Rows that the length of the bars is judged by.
  private static let probe = 512

  /// Opens `path`, gzip or plain, with the columns `ts,open,high,low,close,volume`.
  package init(_ path: String) throws(ArchiveError) {
    guard let name = MarketFileName(path), let symbol = name.symbol else {
      // What is not there has no wrong name.
      _ = try LineReader(path)
      throw ArchiveError(
        .symbol, path, "its name holds no symbol",
        remedy: "name it like venue_SYMBOL_1m.csv.gz or SYMBOL_1m.csv")
    }
    let reader = try LineReader(path, mostBytes: .max)
    var parser = try CandleParser(path: path, header: reader.next())
    var rows: [RawCandle] = []
    while rows.count < Self.probe, let line = try reader.next() {
      rows.append(try parser.candle(line))
    }
    guard !rows.isEmpty else {
      throw ArchiveError(
        .empty, path, "there is no candle after the header", remedy: "fetch the file again")
    }
    self.path = path
    self.symbol = symbol
    self.reader = reader
    self.parser = parser
    timeframe = try CandleFile.timeframe(of: rows, named: name, path: path)
    ahead = rows[...]
  }

  /// How much of the file has been read, 0 to 1.
  package var fraction: Double { reader.fraction }

  /// The next candle; nil at the end.
  package func next() throws(ArchiveError) -> RawCandle? {
    if let candle = ahead.popFirst() {
      try count(candle.openMilliseconds)
      return candle
    }
    guard let line = try reader.next() else {
      try judge()
      return nil
    }
    let candle = try parser.candle(line)
    guard candle.openMilliseconds % timeframe.milliseconds == 0 else {
      throw ArchiveError(
        .offTimeframe, path, line: line.number,
        "ts \(candle.openMilliseconds) is not a multiple of \(timeframe.rawValue)",
        remedy: "remove or correct the line")
    }
    try count(candle.openMilliseconds)
    return candle
  }

  private func count(_ time: Int64) throws(ArchiveError) {
    if let previous {
      steps += 1
      if time - previous != timeframe.milliseconds { odd += 1 }
    }
    previous = time
  }

  private func judge() throws(ArchiveError) {
    guard odd * 2 > steps, steps > Self.probe else { return }
    throw ArchiveError(
      .timeframe, path,
      "it begins with bars of \(timeframe.rawValue), and most of it are others",
      remedy: "split the file by the length of its bars")
  }
}
