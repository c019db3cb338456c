import Domain

/// A JSON value whose numbers stay the text they were written as.
indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

// Members are asked for by name; a missing one and `null` are the same.
extension JSONValue {
  /// The member `name`; `null` when there is none or this is no object.
  subscript(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return .null }
    return members[name] ?? .null
  }

  /// The first member there is of `names`, for fields that the venue spells in two ways.
  subscript(_ names: [String]) -> JSONValue {
    names.lazy.map { self[$0] }.first { $0 != .null } ?? .null
  }

  /// The text of a string that is not empty.
  var text: String? {
    guard case .string(let text) = self, !text.isEmpty else { return nil }
    return text
  }

  /// The text of a word of the venue, cut to a length that fits a log line.
  var word: String? { text.map { String($0.prefix(128)) } }

  var flag: Bool? {
    guard case .bool(let flag) = self else { return nil }
    return flag
  }

  var list: [JSONValue]? {
    guard case .array(let list) = self else { return nil }
    return list
  }

  /// A number, or a string that holds one; the venue uses both.
  var decimal: ExactDecimal? {
    switch self {
    case .number(let text), .string(let text): ExactDecimal(Self.withoutTrailingZeros(text))
    default: nil
    }
  }

  /// A decimal cut to 12 places when it is written longer than an exact one may be.
  ///
  /// For valuations only, such as mark prices and balances, never for a quantity.
  var valuation: ExactDecimal? {
    if let decimal { return decimal }
    switch self {
    case .number(let text), .string(let text):
      guard let point = text.firstIndex(of: "."), !text.contains(where: { "eE".contains($0) })
      else { return nil }
      let digits = text[text.index(after: point)...]
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      return ExactDecimal(text[...point] + digits.prefix(12))
    default: return nil
    }
  }

  /// A whole number, or a string that holds one.
  var integer: Int64? {
    switch self {
    case .number(let text), .string(let text): Int64(text)
    default: nil
    }
  }

  /// ISO 8601 text or a whole number of milliseconds since 1970, of the years 1970 to 9999.
  var milliseconds: Int64? {
    guard let integer else { return text.flatMap(ISO8601.milliseconds) }
    return (0..<253_402_300_800_000).contains(integer) ? integer : nil
  }

  var wallTime: WallTime? { milliseconds.map(WallTime.init(milliseconds:)) }
  var marketTime: MarketTime? { milliseconds.map(MarketTime.init(milliseconds:)) }

  /// `26062948.000000000000000` is a short number written long.
  private static func withoutTrailingZeros(_ text: String) -> Substring {
    guard text.contains("."), !text.contains(where: { "eE".contains($0) }) else { return text[...] }
    var short = text[...]
    while short.last == "0" { short.removeLast() }
    return short.last == "." ? short.dropLast() : short
  }
}
