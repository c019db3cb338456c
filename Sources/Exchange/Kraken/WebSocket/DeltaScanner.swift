import Domain

/// The members of a change of the book or of a trade, not yet checked.
struct SocketDelta: Hashable {
  var isTrade = false
  var product: String?
  var side = JSONValue.null
  var uid = JSONValue.null
  var kind = JSONValue.null
  var sequence: Int64?
  var time: MarketTime?
  var price = JSONValue.null
  var quantity = JSONValue.null

  init() {}

  init(_ message: JSONValue, feed: String) throws(MalformedAnswer) {
    isTrade = feed == "trade"
    product = message["product_id"].text
    side = message["side"]
    uid = message["uid"]
    kind = message["type"]
    sequence = message["seq"].integer.flatMap { $0 >= 0 ? $0 : nil }
    time = message[isTrade ? "time" : "timestamp"].marketTime
    price = message["price"]
    quantity = message["qty"]
  }
}

/// Reads flat objects of known members in one pass, without a dictionary.
///
/// It takes less than JSON and nothing else: an escape, a byte beyond ASCII, a nested value, a
/// member it does not know or sees twice, and it leaves the message to `JSONParser`.
struct DeltaScanner {
  private enum Member: UInt16 {
    case feed = 1
    case product = 2
    case side = 4
    case uid = 8
    case kind = 16
    case sequence = 32
    case time = 64
    case timestamp = 128
    case price = 256
    case quantity = 512
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0
  private var seen: UInt16 = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  /// Nil for anything but a whole change of the book or a whole trade.
  static func scan(_ bytes: [UInt8]) -> SocketDelta? {
    // A longer message is something else.
    guard bytes.count <= 512 else { return nil }
    return bytes.withUnsafeBufferPointer { buffer in
      var scanner = DeltaScanner(buffer)
      return scanner.delta()
    }
  }

  private mutating func delta() -> SocketDelta? {
    var delta = SocketDelta()
    var feed: Range<Int>?
    skipSpace()
    guard take(UInt8(ascii: "{")) else { return nil }
    repeat {
      skipSpace()
      guard let name = string(), let member = member(name) else { return nil }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { return nil }
      skipSpace()
      if member == .feed {
        feed = string()
      } else if !read(member, into: &delta) {
        return nil
      }
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { return nil }
    skipSpace()
    guard index == bytes.count, let feed else { return nil }
    if equals(feed, "trade") {
      delta.isTrade = true
      return seen & Member.timestamp.rawValue == 0 ? delta : nil
    }
    return equals(feed, "book") && seen & Member.time.rawValue == 0 ? delta : nil
  }

  /// False leaves the whole message to the other reader.
  private mutating func read(_ member: Member, into delta: inout SocketDelta) -> Bool {
    switch member {
    case .product:
      guard let range = string(), !range.isEmpty else { return false }
      delta.product = text(range)
    case .side: return word(&delta.side)
    case .uid: return word(&delta.uid)
    case .kind: return word(&delta.kind)
    case .sequence:
      guard let value = whole() else { return false }
      delta.sequence = value
    case .time, .timestamp:
      guard let value = whole(), value < 253_402_300_800_000 else { return false }
      delta.time = MarketTime(milliseconds: value)
    case .price: return number(&delta.price)
    case .quantity: return number(&delta.quantity)
    case .feed: return false
    }
    return true
  }

  private mutating func word(_ value: inout JSONValue) -> Bool {
    guard let range = string(), !range.isEmpty else { return false }
    value = .string(text(range))
    return true
  }

  /// A plain decimal without an exponent.
  private mutating func number(_ value: inout JSONValue) -> Bool {
    let start = index
    guard digits() else { return false }
    if take(UInt8(ascii: ".")), !digits(leadingZero: true) { return false }
    value = .number(text(start..<index))
    return true
  }

  private mutating func whole() -> Int64? {
    let start = index
    guard digits(), index - start <= 18 else { return nil }
    return bytes[start..<index].reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
  }

  private mutating func digits(leadingZero: Bool = false) -> Bool {
    let start = index
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
      index += 1
    }
    guard index > start else { return false }
    return leadingZero || index - start == 1 || bytes[start] != UInt8(ascii: "0")
  }

  /// What stands between two quotation marks; nil when it is more than plain ASCII.
  private mutating func string() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        return start..<(index - 1)
      }
      guard byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\\") else { return nil }
      index += 1
    }
    return nil
  }

  /// Nil for an unknown member and for one that was there already.
  private mutating func member(_ name: Range<Int>) -> Member? {
    let member: Member
    if equals(name, "feed") {
      member = .feed
    } else if equals(name, "product_id") {
      member = .product
    } else if equals(name, "side") {
      member = .side
    } else if equals(name, "seq") {
      member = .sequence
    } else if equals(name, "price") {
      member = .price
    } else if equals(name, "qty") {
      member = .quantity
    } else if equals(name, "timestamp") {
      member = .timestamp
    } else if equals(name, "time") {
      member = .time
    } else if equals(name, "uid") {
      member = .uid
    } else if equals(name, "type") {
      member = .kind
    } else {
      return nil
    }
    guard seen & member.rawValue == 0 else { return nil }
    seen |= member.rawValue
    return member
  }

  private func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count where bytes[range.lowerBound + offset] != word.utf8Start[offset] {
      return false
    }
    return true
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while index < bytes.count,
      bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09
    {
      index += 1
    }
  }
}
