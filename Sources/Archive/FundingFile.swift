package import Domain

/// The funding rates of one file, checked line by line.
///
/// Invariants: 1. There is at least one rate. 2. Times ascend strictly. 3. A rate is less than the
/// whole notional.
package struct FundingFile: Sendable {
  /// A rate that was settled.
  package struct Rate: Hashable, Sendable {
    package let milliseconds: Int64
    package let rate: ExactDecimal

    package init(milliseconds: Int64, rate: ExactDecimal) {
      self.milliseconds = milliseconds
      self.rate = rate
    }
  }

  package let path: String
  package let rates: [Rate]

  static let columns = "ts,funding_rate"
  /// A rate an hour for more than a hundred years.
  private static let mostRates = 1_000_000
  private static let times: Range<Int64> = 946_684_800_000..<4_102_444_800_000

  /// Reads `path`, gzip or plain, with the columns `ts,funding_rate`.
  package static func load(_ path: String) throws(ArchiveError) -> FundingFile {
    let reader = try LineReader(path)
    let header = try reader.next().map { String(decoding: $0.bytes, as: UTF8.self) }
    guard let header else {
      throw ArchiveError(.empty, path, "the file is empty", remedy: "fetch the file again")
    }
    guard header == columns else {
      throw ArchiveError(
        .header, path, line: 1, "the columns are not \(columns)",
        remedy: "put that line first, or leave the file out")
    }
    var rates: [Rate] = []
    while let line = try reader.next() {
      guard rates.count < mostRates else {
        throw ArchiveError(
          .tooLarge, path, "more than \(mostRates) rates", remedy: "split the file")
      }
      rates.append(try rate(line, after: rates.last, path))
    }
    guard !rates.isEmpty else {
      throw ArchiveError(
        .empty, path, "there is no rate after the header", remedy: "fetch the file again")
    }
    return FundingFile(path: path, rates: rates)
  }

  static func rate(
    _ line: LineReader.Line, after previous: Rate?, _ path: String
  ) throws(ArchiveError) -> Rate {
    let fields = line.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 2, line.isTerminated || !fields[1].isEmpty else {
      throw ArchiveError(
        line.isTerminated ? .notANumber : .torn, path, line: line.number,
        line.isTerminated ? "\(fields.count) fields where there are two" : "the last line is cut",
        remedy: line.isTerminated ? "correct or remove the line" : "fetch the file again")
    }
    guard let time = Int64(fields[0]), String(time) == fields[0], times.contains(time) else {
      throw ArchiveError(
        .notANumber, path, line: line.number, "ts is no time between the years 2000 and 2100",
        remedy: "give it in milliseconds since 1970 UTC")
    }
    guard let rate = ExactDecimal(fields[1]), abs(rate.double) < 1 else {
      throw ArchiveError(
        .notANumber, path, line: line.number, "funding_rate is no decimal number between -1 and 1",
        remedy: "correct or remove the line")
    }
    if let previous, time <= previous.milliseconds {
      throw ArchiveError(
        time == previous.milliseconds ? .duplicate : .unsorted, path, line: line.number,
        "ts \(time) is not after the one above it", remedy: "sort the file by ts")
    }
    return Rate(milliseconds: time, rate: rate)
  }
}
