import Domain
import Glibc

/// The bars of one file, read line by line in bounded memory; a bad line is handed on and the next
/// one read.
///
/// Invariants: 1. Good bars ascend strictly, are possible, lie on the timeframe and have closed.
/// 2. Every line after the header is a bar or a bad line. 3. What is wrong with the whole file
/// (torn gzip, a line without end) is thrown, after the good bars before it.
package final class BarFile {
  /// What a line is.
  package enum Item {
    case bar(RawCandle)
    case bad(ArchiveError)
  }

  package let path: String
  package let format: BarFormat
  package let series: SeriesID
  package let length: BarLength
  /// Lines read so far, the header included.
  package private(set) var lines = 0
  private let reader: LineReader
  private var parser: CandleParser
  private var first: LineReader.Line?

  /// A text of this size is read in half an hour; it is there to end what never ends.
  static let mostBytes = 16 << 30
  private static let sampleSize = 10_000

  /// Opens `path`; bars that close after `now` (milliseconds since 1970) are still forming.
  package init(_ path: String, labels: FileLabels, now: Int64) throws(ArchiveError) {
    self.path = path
    reader = try LineReader(path, mostBytes: Self.mostBytes)
    try Self.refuseZip(path)
    guard let line = try reader.next() else {
      throw ArchiveError(.empty, path, "the file is empty", remedy: "fetch the file again")
    }
    guard let format = BarFormat(firstLine: line.bytes) else {
      throw ArchiveError(
        .header, path, line: 1,
        "neither the columns \(BarFormat.columns) nor seven fields of Kraken's download",
        remedy: "put that header first, or leave the file out")
    }
    self.format = format
    if format.hasHeader { lines = 1 } else { first = line }
    let name = MarketFileName(path)
    series = try labels.series(of: path, name, isKrakens: !format.hasHeader)
    if let told = labels.length(name, isKrakens: !format.hasHeader) {
      length = told
    } else {
      length = try Self.sample(path, format)
    }
    parser = CandleParser(path: path, format: format, now: now)
  }

  /// How much of the file has been read, 0 to 1.
  package var fraction: Double { reader.fraction }

  /// The next line; nil at the end.
  package func next() throws(ArchiveError) -> Item? {
    guard let line = try nextLine() else { return nil }
    lines += 1
    do {
      return .bar(try parser.candle(line, length: length))
    } catch {
      return .bad(error)
    }
  }

  private func nextLine() throws(ArchiveError) -> LineReader.Line? {
    guard let held = first else { return try reader.next() }
    first = nil
    return held
  }

  private static func refuseZip(_ path: String) throws(ArchiveError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    var start = [UInt8](repeating: 0, count: 4)
    guard read(file, &start, 4) == 4, start == [0x50, 0x4B, 3, 4] else { return }
    throw ArchiveError(
      .header, path, "a zip archive is not read", remedy: "unpack it and name the files in it")
  }

  /// The most common distance between the first bars, of those that are lengths.
  private static func sample(
    _ path: String, _ format: BarFormat
  ) throws(ArchiveError) -> BarLength {
    let reader = try LineReader(path, mostBytes: mostBytes)
    var parser = CandleParser(path: path, format: format)
    if format.hasHeader { _ = try reader.next() }
    var counts: [Timeframe: Int] = [:]
    var previous: Int64?
    for _ in 0..<sampleSize {
      guard let line = try reader.next() else { break }
      guard let bar = try? parser.candle(line) else { continue }
      let step = bar.openMilliseconds - (previous ?? .max / 2)
      if let timeframe = Timeframe.allCases.first(where: { $0.milliseconds == step }) {
        counts[timeframe, default: 0] += 1
      }
      previous = bar.openMilliseconds
    }
    let most = counts.values.max()
    guard let common = Timeframe.allCases.first(where: { counts[$0] == most && most != nil })
    else {
      throw ArchiveError(
        .timeframe, path, "neither its name nor its bars tell their length",
        remedy: "give --timeframe, such as 1m or 1h")
    }
    return BarLength(common)
  }
}
