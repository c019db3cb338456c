/// Bytes as lower-case hexadecimal text and back.
package enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let pairs = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: pairs, as: UTF8.self)
  }

  /// Nil for an odd number of digits or anything that is not one.
  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let nibbles = text.utf8.map { byte in
      // Lower case for letters only: with that bit a control character would become a digit.
      digits.firstIndex(of: byte >= 0x40 ? byte | 0x20 : byte).map(UInt8.init)
    }
    guard nibbles.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: nibbles.count, by: 2) {
      guard let high = nibbles[index], let low = nibbles[index + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
