import Domain

/// The checks at the door: what comes from a socket is refused with a sentence, never trusted.
enum Bounds {
  /// Largest number of ticks, lots or micros that any sum of ours can hold with room to spare.
  static let largest: Int64 = 1_000_000_000_000_000_000
  /// Years 1970 to 9999.
  static let times: ClosedRange<Int64> = 0...253_402_300_799_999

  static func name<Value: Name>(_ text: String, _ what: String) throws(WireError) -> Value {
    guard let name = Value(text) else {
      throw .malformed("\(what) is not 1 to 96 printable characters")
    }
    return name
  }

  static func instrument(_ text: String) throws(WireError) -> InstrumentID {
    guard let id = InstrumentID(text), id.symbol == text else {
      throw .malformed("\"\(text.prefix(40))\" is no instrument")
    }
    return id
  }

  static func price(_ ticks: Int64, _ what: String) throws(WireError) -> Price {
    guard (1...largest).contains(ticks) else { throw .malformed("\(what)=\(ticks) ticks") }
    return Price(ticks: ticks)
  }

  static func quantity(_ lots: Int64, _ what: String) throws(WireError) -> Quantity {
    guard (0...largest).contains(lots) else { throw .malformed("\(what)=\(lots) lots") }
    return Quantity(lots: lots)
  }

  static func money(_ micros: Int64, _ what: String) throws(WireError) -> Money {
    guard (-largest...largest).contains(micros) else { throw .malformed("\(what)=\(micros)") }
    return Money(micros: micros)
  }

  static func market(_ milliseconds: Int64, _ what: String) throws(WireError) -> MarketTime {
    guard times.contains(milliseconds) else { throw .malformed("\(what)=\(milliseconds) ms") }
    return MarketTime(milliseconds: milliseconds)
  }

  static func wall(_ milliseconds: Int64, _ what: String) throws(WireError) -> WallTime {
    guard times.contains(milliseconds) else { throw .malformed("\(what)=\(milliseconds) ms") }
    return WallTime(milliseconds: milliseconds)
  }

  static func hash(_ bytes: some Sequence<UInt8>) throws(WireError) -> IntentHash {
    guard let hash = IntentHash(bytes: Array(bytes)) else {
      throw .malformed("an intent hash has 32 bytes")
    }
    return hash
  }

  static func text(_ text: String, most: Int = 512) throws(WireError) -> String {
    guard text.utf8.count <= most else { throw .malformed("a text is longer than \(most) bytes") }
    return text
  }

  static func decimal(_ text: String, _ what: String) throws(WireError) -> ExactDecimal {
    guard text.utf8.count <= 64, let decimal = ExactDecimal(text) else {
      throw .malformed("\(what) is no decimal number")
    }
    return decimal
  }

  static func part<Value>(_ has: Bool, _ value: Value, _ what: String) throws(WireError) -> Value {
    guard has else { throw .malformed("\(what) is missing") }
    return value
  }
}
