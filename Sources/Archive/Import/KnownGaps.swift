import Domain

/// Gaps that somebody has looked at and explained, so that a check can tell them from new ones.
///
///     # Kraken halted trading for two days.
///     kraken/XBTUSD 1h 2018-01-11T15:00Z 2018-01-12T15:00Z
///     kraken/XBTUSD 1h before 2017-01-01T00:00Z
///
/// The first form names the bars on both sides of one gap; the second covers every gap that ends
/// before a moment. Only gaps of bars can be known; nothing else that is wrong can.
package struct KnownGaps: Hashable, Sendable {
  private struct Key: Hashable, Sendable {
    let series: SeriesID
    let length: BarLength
  }

  private var gaps: [Key: Set<Range<Int64>>] = [:]
  private var before: [Key: Int64] = [:]

  /// A file longer than this is none of ours.
  package static let mostLines = 1_000_000

  package init() {}

  /// Reads the text of a file; every line that cannot be read ends it, by its number.
  package init(_ text: String, path: String) throws(ArchiveError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count <= Self.mostLines else {
      throw ArchiveError(
        .tooLarge, path, "\(lines.count) lines", remedy: "cover more with lines of the form before")
    }
    for (index, line) in lines.enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      guard !words.isEmpty else { continue }
      guard words.count == 4, let series = Self.series(words[0]), let length = BarLength(words[1]),
        let to = Self.moment(words[3])
      else { throw Self.unreadable(path, index + 1) }
      let key = Key(series: series, length: length)
      if words[2] == "before" {
        before[key] = max(before[key] ?? to, to)
      } else {
        guard let from = Self.moment(words[2]), from < to else {
          throw Self.unreadable(path, index + 1)
        }
        gaps[key, default: []].insert(from..<to)
      }
    }
  }

  private static func unreadable(_ path: String, _ line: Int) -> ArchiveError {
    ArchiveError(
      .header, path, "line \(line) names no gap",
      remedy: "write VENUE/SYMBOL LENGTH FROM TO, or before and one moment, in UTC to the minute")
  }

  /// Whether the gap between the bars that open at `from` and `to` is a known one.
  func contains(_ series: SeriesID, _ length: BarLength, from: Int64, to: Int64) -> Bool {
    let key = Key(series: series, length: length)
    if let moment = before[key], to <= moment { return true }
    return from < to && gaps[key]?.contains(from..<to) == true
  }

  /// The gaps that are named for a series, apart from those before a moment.
  func named(_ series: SeriesID, _ length: BarLength) -> Set<Range<Int64>> {
    gaps[Key(series: series, length: length)] ?? []
  }

  /// A gap as a line of such a file.
  package static func line(
    _ series: SeriesID, _ length: BarLength, from: Int64, to: Int64
  ) -> String {
    let kind = series.kind == .trade ? "" : ":\(series.kind.rawValue)"
    return "\(series.venue)/\(series.symbol)\(kind) \(length) \(minute(from)) \(minute(to))"
  }

  private static func minute(_ milliseconds: Int64) -> String {
    String(ISO8601.text(milliseconds: milliseconds).prefix(16)) + "Z"
  }

  /// `kraken/XBTUSD`, `binanceusdm/BTCUSDT:mark`.
  private static func series(_ word: Substring) -> SeriesID? {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let names = parts[1].split(separator: ":", omittingEmptySubsequences: false)
    guard names.count <= 2 else { return nil }
    guard names.count == 2 else { return SeriesID(venue: parts[0], symbol: names[0]) }
    guard let kind = SeriesID.Kind(rawValue: String(names[1])) else { return nil }
    return SeriesID(venue: parts[0], symbol: names[0], kind: kind)
  }

  /// To the minute, as `Moment` is shown.
  private static func moment(_ word: Substring) -> Int64? {
    guard word.utf8.count == 17, word.last == "Z" else { return nil }
    return ISO8601.milliseconds(word.dropLast() + ":00Z")
  }
}
