/// How a file of bars is laid out, told by its first line.
package enum BarFormat: Hashable, Sendable {
  /// A header line, then times in milliseconds; columns after the sixth are not read.
  case columns(count: Int)
  /// Kraken's own download: no header, seconds, and the number of trades at the end.
  case ohlcvt

  static let columns = "ts,open,high,low,close,volume"
  private static let ohlcvtFields = 7

  /// Nil for a line that is neither the header nor a line of Kraken's.
  init?(firstLine: ArraySlice<UInt8>) {
    let comma = UInt8(ascii: ",")
    let text = String(decoding: firstLine, as: UTF8.self)
    let count = 1 + firstLine.count { $0 == comma }
    if text == Self.columns || text.hasPrefix(Self.columns + ",") {
      self = .columns(count: count)
      return
    }
    let first = firstLine.prefix { $0 != comma }
    guard count == Self.ohlcvtFields, !first.isEmpty,
      first.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    self = .ohlcvt
  }

  var hasHeader: Bool { self != .ohlcvt }

  var fieldCount: Int {
    switch self {
    case .columns(let count): count
    case .ohlcvt: Self.ohlcvtFields
    }
  }

  var millisecondsPerUnit: Int64 { self == .ohlcvt ? 1000 : 1 }

  var unit: String { self == .ohlcvt ? "seconds" : "milliseconds" }

  package var name: String { self == .ohlcvt ? "kraken-ohlcvt" : "csv" }
}
