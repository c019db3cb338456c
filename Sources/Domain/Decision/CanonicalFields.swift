/// Fields in a row as bytes that no other row of fields has.
enum CanonicalFields {
  /// Each field as its length in two bytes, most significant first, and its UTF-8.
  static func bytes(_ fields: [String]) -> [UInt8] {
    fields.flatMap { field in
      [UInt8(field.utf8.count >> 8), UInt8(field.utf8.count & 0xFF)] + Array(field.utf8)
    }
  }
}
