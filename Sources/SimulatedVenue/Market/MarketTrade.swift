package import Domain

/// A trade that others made.
package struct MarketTrade: Hashable, Sendable {
  /// Ascends with time within a contract; numbers may be left out.
  package let number: Int64
  package let time: MarketTime
  /// The taker's side: that of the direction in which the price moved.
  package let side: Side
  package let price: Price
  package let quantity: Quantity
  /// The mark at that moment.
  package let mark: Price
  package let kind: TradeKind
  private let bits: UInt64
  /// The name another venue gave it.
  private let name: String?

  init(
    number: Int64, point: MarketPoint, side: Side, quantity: Quantity, bits: UInt64
  ) {
    self.number = number
    time = point.time
    price = point.last
    mark = point.mark
    self.side = side
    self.quantity = quantity
    self.bits = bits
    kind = .fill
    name = nil
  }

  /// A trade that was heard of another venue, under the number it has here.
  package init(_ trade: Trade, number: Int64, mark: Price) {
    self.number = number
    time = trade.time
    side = trade.taker
    price = trade.price
    quantity = trade.quantity
    self.mark = mark
    kind = trade.kind
    name = trade.id.text
    // FNV-1a, so that what belongs to the trade has the same names for ever.
    bits = trade.id.text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
  }

  /// The name its venue gave it, else a version 8 UUID; the same for the same trade for ever.
  package var uid: String { name ?? identifier(0) }

  /// Further version 8 UUIDs that belong to the trade: 1 the maker's order, 2 the taker's.
  package func identifier(_ kind: UInt64) -> String {
    // Two words out of one number: distinct for distinct trades of a contract.
    let high = SplitMix.mixed(bits &+ kind &* 0x9E37_79B9_7F4A_7C15)
    let low = SplitMix.mixed(high ^ UInt64(bitPattern: number))
    let digits = Array((Self.hexadecimal(high) + Self.hexadecimal(low)).utf8)
    func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
    return "\(part(0..<8))-\(part(8..<12))-8\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
