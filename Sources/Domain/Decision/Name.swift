/// Text that identifies something and crosses processes: 1 to 96 printable ASCII bytes, no space.
///
/// The bound and the alphabet make a name safe in a log line, in SQL text and in a message.
package protocol Name: Hashable, Comparable, Sendable, CustomStringConvertible {
  var text: String { get }
  init(unchecked text: String)
}

extension Name {
  /// Nil when `text` is empty, longer than 96 bytes or holds anything but printable ASCII.
  package init?(_ text: some StringProtocol) {
    guard (1...96).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    self.init(unchecked: String(text))
  }

  package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

  package var description: String { text }
}

/// The name of a strategy, such as `breakout`.
package struct StrategyID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}

/// What makes a setup the same setup: the level and the time it comes from, never the wall time.
package struct SetupID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}

/// One decision of a strategy; the same decision made again after a restart has the same name.
package struct SignalID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}

/// The trading account at the venue that a ledger belongs to.
package struct AccountID: Name {
  package let text: String
  package init(unchecked text: String) { self.text = text }
}
