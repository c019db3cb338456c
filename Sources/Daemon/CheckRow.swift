/// One line of a preflight: what was looked at, how it is, and what to do about it.
package struct CheckRow: Codable, Equatable, Sendable {
  package enum State: String, Codable, CaseIterable, Sendable {
    case ok
    /// It works, and an operator should know.
    case warn
    /// It will not work, or not safely.
    case fail
    /// It could not be looked at, or does not apply; `found` says why.
    case skip
  }

  package let name: String
  package let state: State
  package let found: String
  /// What to do; empty when there is nothing to do.
  package let remedy: String

  package init(_ name: String, _ state: State, _ found: String, remedy: String = "") {
    self.name = name
    self.state = state
    self.found = found
    self.remedy = remedy
  }

  package static func ok(_ name: String, _ found: String) -> CheckRow {
    CheckRow(name, .ok, found)
  }

  package static func skip(_ name: String, _ found: String) -> CheckRow {
    CheckRow(name, .skip, found)
  }

  package static func warn(_ name: String, _ found: String, _ remedy: String) -> CheckRow {
    CheckRow(name, .warn, found, remedy: remedy)
  }

  package static func fail(_ name: String, _ found: String, _ remedy: String) -> CheckRow {
    CheckRow(name, .fail, found, remedy: remedy)
  }
}

/// Version numbers as libraries tell them, compared part by part.
package struct LibraryVersion: Comparable, CustomStringConvertible, Sendable {
  private let parts: [Int]

  /// Nil for a text that is no version.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".").map { Int($0) }
    guard (1...4).contains(parts.count), parts.allSatisfy({ $0 != nil }) else { return nil }
    self.parts = parts.compactMap(\.self)
  }

  package static func < (left: Self, right: Self) -> Bool {
    for index in 0..<max(left.parts.count, right.parts.count) {
      let (mine, theirs) = (left.part(index), right.part(index))
      if mine != theirs { return mine < theirs }
    }
    return false
  }

  package static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }

  private func part(_ index: Int) -> Int { index < parts.count ? parts[index] : 0 }

  package var description: String { parts.map(String.init).joined(separator: ".") }
}
