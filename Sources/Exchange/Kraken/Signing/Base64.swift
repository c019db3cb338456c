import CCrypto

/// Base64 with padding, by libcrypto.
enum Base64 {
  static func text(_ bytes: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text.prefix(Int(count)), as: UTF8.self)
  }

  /// Nil for anything but whole groups of four characters.
  static func bytes(_ text: String) -> [UInt8]? {
    let letters = Array(text.utf8)
    let padding = letters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard letters.count % 4 == 0, padding <= 2, letters.dropLast(padding).allSatisfy(isLetter)
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: letters.count / 4 * 3)
    let count = EVP_DecodeBlock(&bytes, letters, Int32(letters.count))
    guard count == bytes.count else { return nil }
    return Array(bytes.dropLast(padding))
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}
