package import Domain

/// The candles of one file, checked line by line.
///
/// Invariants: 1. There is at least one candle. 2. Open times ascend strictly and are multiples of
/// the timeframe; hours without a trade may be missing. 3. Every candle is possible (`RawCandle`).
/// The last one may be partial: a file that was written while it formed is whole all the same.
package struct CandleFile: Hashable, Sendable {
  package let path: String
  /// As the file's name spells it.
  package let symbol: String
  package let timeframe: Timeframe
  package let candles: [RawCandle]

  /// Most candles of one file: seven years of one-minute bars.
  static let mostCandles = 4_000_000

  /// Reads `path`, gzip or plain, with the columns `ts,open,high,low,close,volume`; any column
  /// after them is not read.
  package static func load(_ path: String) throws(ArchiveError) -> CandleFile {
    guard let name = MarketFileName(path), let symbol = name.symbol else {
      // What is not there has no wrong name.
      _ = try LineReader(path)
      throw ArchiveError(
        .symbol, path, "its name holds no symbol",
        remedy: "name it like venue_SYMBOL_1m.csv.gz or SYMBOL_1m.csv")
    }
    let reader = try LineReader(path)
    var parser = try CandleParser(path: path, header: reader.next())
    var candles: [RawCandle] = []
    while let line = try reader.next() {
      guard candles.count < mostCandles else {
        throw ArchiveError(
          .tooLarge, path, "more than \(mostCandles) candles", remedy: "split the file")
      }
      candles.append(try parser.candle(line))
    }
    guard !candles.isEmpty else {
      throw ArchiveError(
        .empty, path, "there is no candle after the header", remedy: "fetch the file again")
    }
    let timeframe = try Self.timeframe(of: candles, named: name, path: path)
    return CandleFile(path: path, symbol: symbol, timeframe: timeframe, candles: candles)
  }

  /// The most common step between open times, of which all must be multiples.
  static func timeframe(
    of candles: [RawCandle], named name: MarketFileName, path: String
  ) throws(ArchiveError) -> Timeframe {
    var counts: [Timeframe: Int] = [:]
    let lengths = Dictionary(
      uniqueKeysWithValues: Timeframe.allCases.map { ($0.milliseconds, $0) })
    for (earlier, later) in zip(candles, candles.dropFirst()) {
      let step = later.openMilliseconds - earlier.openMilliseconds
      if let timeframe = lengths[step] { counts[timeframe, default: 0] += 1 }
    }
    let most = counts.values.max()
    let common = Timeframe.allCases.first { counts[$0] == most && most != nil }
    guard let timeframe = common ?? (candles.count == 1 ? name.timeframe : nil) else {
      throw ArchiveError(
        .timeframe, path, "the length of its bars is none of \(known)",
        remedy: "leave it out or convert it")
    }
    if let length = name.length, length != timeframe.rawValue {
      throw ArchiveError(
        .timeframe, path, "its name says \(length) but its bars are \(timeframe.rawValue) apart",
        remedy: "correct the name")
    }
    if let index = candles.firstIndex(where: {
      $0.openMilliseconds % timeframe.milliseconds != 0
    }) {
      throw ArchiveError(
        .offTimeframe, path, line: index + 2,
        "ts \(candles[index].openMilliseconds) is not a multiple of \(timeframe.rawValue)",
        remedy: "remove or correct the line")
    }
    return timeframe
  }

  static var known: String { Timeframe.allCases.map(\.rawValue).joined(separator: " ") }
}

extension CandleFile {
  /// All candles in the steps of `instrument`.
  package func candles(of instrument: Instrument) throws(ArchiveError) -> [Candle] {
    var converted: [Candle] = []
    converted.reserveCapacity(candles.count)
    for (index, raw) in candles.enumerated() {
      guard let candle = raw.candle(of: instrument, timeframe: timeframe) else {
        throw ArchiveError(
          .impossible, path, line: index + 2,
          "the bar does not fit \(instrument.id) (tick \(instrument.tickSize), lot "
            + "\(instrument.lotSize))",
          remedy: "map \(symbol) to the contract it belongs to")
      }
      converted.append(candle)
    }
    return converted
  }
}
