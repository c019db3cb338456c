import Domain

/// Turns lines into candles, and refuses each way in which a line can be wrong.
struct CandleParser {
  private static let columns = "ts,open,high,low,close,volume"
  /// 2000 to 2100 in milliseconds: seconds and microseconds fall outside.
  private static let times: Range<Int64> = 946_684_800_000..<4_102_444_800_000

  private let path: String
  private let fieldCount: Int
  private var previous: Int64?

  init(path: String, header: LineReader.Line?) throws(ArchiveError) {
    self.path = path
    guard let header else {
      throw ArchiveError(.empty, path, "the file is empty", remedy: "fetch the file again")
    }
    let text = String(decoding: header.bytes, as: UTF8.self)
    guard text == Self.columns || text.hasPrefix(Self.columns + ",") else {
      throw ArchiveError(
        .header, path, line: 1, "the columns are not \(Self.columns)",
        remedy: "put that line first, or leave the file out")
    }
    fieldCount =
      text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .count
  }

  mutating func candle(_ line: LineReader.Line) throws(ArchiveError) -> RawCandle {
    let fields = line.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count == fieldCount, line.isTerminated || fields.last?.isEmpty == false else {
      guard line.isTerminated else {
        throw error(.torn, line, "the last line is cut", remedy: "fetch the file again")
      }
      throw error(
        .notANumber, line, "\(fields.count) fields where the header names \(fieldCount)",
        remedy: "correct or remove the line")
    }
    let time = try time(fields[0], line)
    let candle = RawCandle(
      openMilliseconds: time, open: try number(fields[1], "open", line),
      high: try number(fields[2], "high", line), low: try number(fields[3], "low", line),
      close: try number(fields[4], "close", line), volume: try number(fields[5], "volume", line))
    try check(candle, line)
    previous = time
    return candle
  }

  private func time(
    _ field: ArraySlice<UInt8>, _ line: LineReader.Line
  ) throws(ArchiveError) -> Int64 {
    let text = String(decoding: field, as: UTF8.self)
    guard let time = Int64(text), String(time) == text else {
      throw notANumber(text, "ts", line)
    }
    guard Self.times.contains(time) else {
      throw error(
        .notANumber, line, "ts \(time) is outside the years 2000 to 2100",
        remedy: "give it in milliseconds since 1970 UTC")
    }
    if let previous, time <= previous {
      throw time == previous
        ? error(.duplicate, line, "ts \(time) is there twice", remedy: "remove one of the lines")
        : error(
          .unsorted, line, "ts \(time) is before the one above it (\(previous))",
          remedy: "sort the file by ts")
    }
    return time
  }

  private func number(
    _ field: ArraySlice<UInt8>, _ column: String, _ line: LineReader.Line
  ) throws(ArchiveError) -> ExactDecimal {
    let text = String(decoding: field, as: UTF8.self)
    guard let number = ExactDecimal(text) else { throw notANumber(text, column, line) }
    return number
  }

  private func check(_ candle: RawCandle, _ line: LineReader.Line) throws(ArchiveError) {
    let complaint: String
    if candle.low <= .zero {
      complaint = "low \(candle.low) is not above 0"
    } else if candle.high < candle.low {
      complaint = "high \(candle.high) is below low \(candle.low)"
    } else if candle.open < candle.low || candle.open > candle.high {
      complaint = "open \(candle.open) is outside \(candle.low)…\(candle.high)"
    } else if candle.close < candle.low || candle.close > candle.high {
      complaint = "close \(candle.close) is outside \(candle.low)…\(candle.high)"
    } else if candle.volume < .zero {
      complaint = "volume \(candle.volume) is below 0"
    } else {
      return
    }
    throw error(
      .impossible, line, "impossible bar, \(complaint)", remedy: "correct or remove the line")
  }

  private func notANumber(
    _ text: String, _ column: String, _ line: LineReader.Line
  ) -> ArchiveError {
    let shown = String(text.unicodeScalars.prefix(40).map { $0.value < 32 ? "?" : Character($0) })
    return error(
      .notANumber, line, "\(column) \"\(shown)\" is not a decimal number of up to 18 digits",
      remedy: "correct or remove the line")
  }

  private func error(
    _ reason: ArchiveError.Reason, _ line: LineReader.Line, _ what: String, remedy: String
  ) -> ArchiveError {
    ArchiveError(reason, path, line: line.number, what, remedy: remedy)
  }
}
