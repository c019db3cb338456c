/// Why a market file cannot be used: one line that names file, line, reason and remedy.
package struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The closed set of reasons.
  package enum Reason: String, CaseIterable, Hashable, Sendable {
    case missing
    case unreadable
    case empty
    /// The file ends before its data does.
    case torn
    case tooLarge
    /// The first line names no candle columns.
    case header
    case notANumber
    case unsorted
    case duplicate
    /// A bar no market can have made.
    case impossible
    case offTimeframe
    /// A bar that is still forming, or is dated in the future.
    case notClosed
    /// The length of the bars is not one that is known here.
    case timeframe
    /// No symbol in the file's name, or none that is mapped.
    case symbol
    /// Nothing to play among the given paths.
    case noCandles
  }

  package let reason: Reason
  package let path: String
  /// Counted from 1, the header included; nil when it is about the whole file.
  package let line: Int?
  package let what: String
  package let remedy: String

  init(_ reason: Reason, _ path: String, line: Int? = nil, _ what: String, remedy: String) {
    self.reason = reason
    self.path = path
    self.line = line
    self.what = what
    self.remedy = remedy
  }

  package var description: String {
    let place = line.map { "\(path): line \($0)" } ?? path
    return "unable to read candles of \(place): \(what): \(remedy)"
  }
}
