import Domain

/// Turns lines into candles, and refuses each way in which a line can be wrong.
struct CandleParser {
  /// 2000 to 2100 in milliseconds: seconds and microseconds fall outside.
  private static let times: Range<Int64> = 946_684_800_000..<4_102_444_800_000

  private let path: String
  private let format: BarFormat
  private let fieldCount: Int
  /// Bars that close later are still forming; nil when nothing is known of the clock.
  private let now: Int64?
  private var previous: Int64?

  init(path: String, header: LineReader.Line?) throws(ArchiveError) {
    guard let header else {
      throw ArchiveError(.empty, path, "the file is empty", remedy: "fetch the file again")
    }
    guard let format = BarFormat(firstLine: header.bytes), format.hasHeader else {
      throw ArchiveError(
        .header, path, line: 1, "the columns are not \(BarFormat.columns)",
        remedy: "put that line first, or leave the file out")
    }
    self.init(path: path, format: format)
  }

  init(path: String, format: BarFormat, now: Int64? = nil) {
    self.path = path
    self.format = format
    self.now = now
    fieldCount = format.fieldCount
  }

  /// The bar of `line`, which opens later than the last good one; with `length`, on its multiple.
  mutating func candle(
    _ line: LineReader.Line, length: BarLength? = nil
  ) throws(ArchiveError) -> RawCandle {
    let fields = line.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count == fieldCount, line.isTerminated || fields.last?.isEmpty == false else {
      guard line.isTerminated else {
        throw error(.torn, line, "the last line is cut", remedy: "fetch the file again")
      }
      throw error(
        .notANumber, line, "\(fields.count) fields where there are \(fieldCount)",
        remedy: "correct or remove the line")
    }
    let time = try time(fields[0], line)
    if let length, time % length.milliseconds != 0 {
      throw error(
        .offTimeframe, line, "ts \(time) is not a multiple of \(length)",
        remedy: "remove or correct the line")
    }
    if let now, time > now - (length?.milliseconds ?? 0) {
      throw error(
        .notClosed, line, "the bar at \(time) has not closed yet", remedy: "import it later")
    }
    let candle = RawCandle(
      openMilliseconds: time, open: try number(fields[1], "open", line),
      high: try number(fields[2], "high", line), low: try number(fields[3], "low", line),
      close: try number(fields[4], "close", line), volume: try number(fields[5], "volume", line))
    try check(candle, line)
    if format == .ohlcvt { try checkTrades(fields[6], line) }
    previous = time
    return candle
  }

  /// Kraken counts the trades of a bar; nobody here needs the count, but it must be one.
  private func checkTrades(
    _ field: ArraySlice<UInt8>, _ line: LineReader.Line
  ) throws(ArchiveError) {
    guard (1...18).contains(field.count),
      field.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { throw notANumber(String(decoding: field, as: UTF8.self), "trades", line) }
  }

  private func time(
    _ field: ArraySlice<UInt8>, _ line: LineReader.Line
  ) throws(ArchiveError) -> Int64 {
    let text = String(decoding: field, as: UTF8.self)
    guard let number = Int64(text), String(number) == text else {
      throw notANumber(text, "ts", line)
    }
    let (time, overflow) = number.multipliedReportingOverflow(by: format.millisecondsPerUnit)
    guard !overflow, Self.times.contains(time) else {
      throw error(
        .notANumber, line, "ts \(number) is outside the years 2000 to 2100",
        remedy: "give it in \(format.unit) since 1970 UTC")
    }
    if let previous, time <= previous {
      throw time == previous
        ? error(.duplicate, line, "ts \(number) is there twice", remedy: "remove one of the lines")
        : error(
          .unsorted, line,
          "ts \(number) is before the one above it "
            + "(\(previous / format.millisecondsPerUnit))",
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
