import Domain

/// The checks at the door: what comes from a socket is refused with a sentence, never trusted.
enum Bounds {
  /// Most ticks or lots: thousands of such values still add up to an `Int64`.
  static let mostSteps: Int64 = 1_000_000_000_000_000
  /// Most micros, a trillion units of the quote currency.
  static let mostMicros: Int64 = 1_000_000_000_000_000_000
  /// Most bytes of a word, of a sentence and of a longer text such as a denial's numbers.
  static let shortText = 64
  static let sentence = 512
  static let longText = 4096
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
      throw .malformed("\(shown(text)) is no instrument")
    }
    return id
  }

  static func price(_ ticks: Int64, _ what: String) throws(WireError) -> Price {
    guard (1...mostSteps).contains(ticks) else { throw .malformed("\(what)=\(ticks) ticks") }
    return Price(ticks: ticks)
  }

  static func quantity(_ lots: Int64, _ what: String) throws(WireError) -> Quantity {
    guard (0...mostSteps).contains(lots) else { throw .malformed("\(what)=\(lots) lots") }
    return Quantity(lots: lots)
  }

  static func money(_ micros: Int64, _ what: String) throws(WireError) -> Money {
    guard (-mostMicros...mostMicros).contains(micros) else { throw .malformed("\(what)=\(micros)") }
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

  static func text(_ text: String, most: Int = sentence) throws(WireError) -> String {
    guard text.utf8.count <= most else { throw .malformed("a text is longer than \(most) bytes") }
    return text
  }

  /// The name of a process: what stands in logs and tables.
  static func word(_ text: String, _ what: String) throws(WireError) -> String {
    guard (1...shortText).contains(text.utf8.count),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw .malformed("\(what) is not 1 to \(shortText) printable characters") }
    return text
  }

  /// `text` as the other end takes it: at most `most` bytes, cut between two characters.
  static func clip(_ text: String, most: Int = sentence) -> String {
    guard text.utf8.count > most else { return text }
    var room = most
    return String(
      text.unicodeScalars.prefix { scalar in
        room -= UTF8.width(scalar)
        return room >= 0
      })
  }

  /// The start of a text from outside, as a sentence may quote it: short, printable, on one line.
  static func shown(_ text: String) -> String {
    let bytes = text.utf8.prefix(40).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
    return "\"\(String(decoding: bytes, as: UTF8.self))\""
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
