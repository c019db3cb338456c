/// A law of the ledger that does not hold, where, and what an operator can do.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
  /// Such as `filled_is_sum_of_fills`; docs/ledger.md explains each.
  package let law: String
  /// The rows that break it, with their numbers.
  package let what: String
  package let remedy: String

  package init(law: String, what: String, remedy: String) {
    self.law = law
    self.what = what
    self.remedy = remedy
  }

  package var description: String { "\(law): \(what): \(remedy)" }
}
