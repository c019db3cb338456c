package import Domain

/// Quarter-hours in whole cents, numbered without a gap: what strategies are evaluated on.
///
/// Columns `index,timestamp_utc,open_cents,high_cents,low_cents,close_cents,volume`, gzip or plain.
///
/// Invariants: 1. Index and time of each row follow those of the row before. 2. low ≤ open, close ≤
/// high and low > 0.
package struct CentsCandleFile: Sendable {
  package struct Row: Hashable, Sendable {
    package let openTime: MarketTime
    package let open: Int64
    package let high: Int64
    package let low: Int64
    package let close: Int64
  }

  package static let header =
    "index,timestamp_utc,open_cents,high_cents,low_cents,close_cents,volume"
  /// A hundred years of them.
  static let mostRows = 4_000_000
  static let mostCents: Int64 = 1_000_000_000_000_000

  package let path: String
  package let rows: [Row]

  /// Nil when the first line is not this file's header.
  package static func load(_ path: String) throws(ArchiveError) -> CentsCandleFile? {
    let reader = try LineReader(path)
    guard let first = try reader.next() else {
      throw ArchiveError(.empty, path, "the file is empty", remedy: "fetch the file again")
    }
    guard String(decoding: first.bytes, as: UTF8.self) == header else { return nil }
    var rows: [Row] = []
    while let line = try reader.next() {
      guard rows.count < mostRows else {
        throw ArchiveError(.tooLarge, path, "more than \(mostRows) rows", remedy: "split the file")
      }
      rows.append(try row(line, path, rows))
    }
    guard !rows.isEmpty else {
      throw ArchiveError(
        .empty, path, "there is no row after the header", remedy: "fetch the file again")
    }
    return CentsCandleFile(path: path, rows: rows)
  }

  private static func row(
    _ line: LineReader.Line, _ path: String, _ before: [Row]
  ) throws(ArchiveError) -> Row {
    let fields = line.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let refuse = { (reason: ArchiveError.Reason, what: String) in
      ArchiveError(
        reason, path, line: line.number, what, remedy: "correct the line or fetch the file again")
    }
    guard fields.count == 7 else {
      throw refuse(
        line.isTerminated ? .notANumber : .torn, "\(fields.count) fields where there are 7")
    }
    guard Int(fields[0]) == before.count else {
      throw refuse(.unsorted, "index \(fields[0].prefix(24)) where \(before.count) follows")
    }
    guard let time = ISO8601.milliseconds(fields[1]) else {
      throw refuse(
        .notANumber, "\"\(fields[1].prefix(40))\" is no time such as 2024-01-01T00:00:00Z")
    }
    if let last = before.last,
      time != last.openTime.milliseconds + Timeframe.fifteenMinutes.milliseconds
    {
      throw refuse(.unsorted, "\(fields[1]) does not follow the quarter-hour above it")
    }
    let prices = fields[2...5].compactMap { Int64($0) }.filter { (1...mostCents).contains($0) }
    guard prices.count == 4 else {
      throw refuse(.notANumber, "prices are whole cents from 1 to \(mostCents)")
    }
    guard let volume = ExactDecimal(fields[6]), volume >= .zero else {
      throw refuse(.notANumber, "volume \"\(fields[6].prefix(40))\" is no decimal number from 0 on")
    }
    let (open, high, low, close) = (prices[0], prices[1], prices[2], prices[3])
    guard low <= min(open, close), high >= max(open, close) else {
      throw refuse(.impossible, "impossible bar, open and close are not between low and high")
    }
    return Row(
      openTime: MarketTime(milliseconds: time), open: open, high: high, low: low, close: close)
  }
}
