/// What an order is for.
package enum OrderRole: String, CaseIterable, Hashable, Sendable {
  case entry
  case stop
  case takeProfit = "take_profit"
  case exit
}

/// The id we give an order: a version 8 UUID whose first four bytes mark this installation.
///
/// It is a function of (intent hash, role, rung, attempt): a second router with the same ledger
/// would make the same id, and a foreign order is recognised by its other mark.
package struct ClientOrderID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }

  /// The bytes whose SHA-256 is the `digest` of `init(installation:digest:)`.
  package static func canonicalBytes(
    intent: IntentHash, role: OrderRole, rung: Int, attempt: Int
  ) -> [UInt8] {
    Array("interlock-order-2".utf8) + intent.bytes
      + Array("\(role.rawValue)/\(rung)/\(attempt)".utf8)
  }

  /// Installation mark in bytes 0–3, digest in the rest, version 8 and variant bits as RFC 9562 has
  /// them; nil unless there are at least 32 bytes of digest.
  package init?(installation: InstallationMark, digest: [UInt8]) {
    guard digest.count >= 32 else { return nil }
    var bytes = installation.bytes + digest[4..<16]
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let text = Hexadecimal.text(bytes)
    var parts: [Substring] = []
    var rest = text[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    self.init(unchecked: parts.joined(separator: "-"))
  }

  /// Whether the first bytes are those of `installation`.
  package func isMarked(by installation: InstallationMark) -> Bool {
    text.hasPrefix(Hexadecimal.text(installation.bytes) + "-")
  }
}

/// Four random bytes drawn once per ledger.
package struct InstallationMark: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  /// Nil unless there are four bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 4 else { return nil }
    self.bytes = bytes
  }

  package var description: String { Hexadecimal.text(bytes) }
}

/// The id the venue gave an order.
package struct VenueOrderID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}

/// The id the venue gave a fill; unique, and the key by which fills are counted once.
package struct ExecutionID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}
