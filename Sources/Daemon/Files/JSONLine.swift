import Foundation

/// One JSON value on one line.
package enum JSONLine {
  /// The value with sorted keys and without newlines.
  package static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      fatalError("values of ours are made of texts and integers, which always encode: \(error)")
    }
  }

  /// The same as text.
  package static func text(_ value: some Encodable) -> String {
    String(decoding: encode(value), as: UTF8.self)
  }

  /// The value in `bytes`, or nil when they are not one.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: some Collection<UInt8>
  ) -> Value? {
    try? JSONDecoder().decode(Value.self, from: Data(bytes))
  }
}
