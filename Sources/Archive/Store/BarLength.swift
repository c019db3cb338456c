package import Domain

/// The length of a bar, named as files name it: `1m`, `15m`, `8h`, `1d`.
///
/// Wider than `Timeframe`: mark prices also come in bars of eight hours, which no strategy sees.
/// Invariant: a whole number of minutes, at most 52 weeks.
package struct BarLength: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let milliseconds: Int64

  private static let units: [(name: Character, milliseconds: Int64)] = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
  ]
  private static let longest: Int64 = 52 * 604_800_000

  package init(_ timeframe: Timeframe) {
    milliseconds = timeframe.milliseconds
  }

  /// Nil unless `milliseconds` are whole minutes up to 52 weeks.
  package init?(milliseconds: Int64) {
    guard (60_000...Self.longest).contains(milliseconds), milliseconds % 60_000 == 0 else {
      return nil
    }
    self.milliseconds = milliseconds
  }

  /// Reads `15m`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let digits = text.dropLast()
    guard let unit = Self.units.first(where: { $0.name == text.last }),
      let count = Int64(digits), (1...9999).contains(count), String(count) == digits
    else { return nil }
    self.init(milliseconds: count * unit.milliseconds)
  }

  /// Nil for a length no strategy knows.
  package var timeframe: Timeframe? {
    Timeframe.allCases.first { $0.milliseconds == milliseconds }
  }

  package var description: String {
    for unit in Self.units where milliseconds % unit.milliseconds == 0 {
      return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
    return "\(milliseconds)ms"
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.milliseconds < right.milliseconds
  }
}
