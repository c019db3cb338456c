/// A price as a whole number of ticks of its instrument.
package struct Price: Hashable, Comparable, Sendable {
  /// Number of tick sizes; may be negative in a difference, never in an order.
  package let ticks: Int64

  package init(ticks: Int64) {
    self.ticks = ticks
  }

  package static func < (left: Price, right: Price) -> Bool { left.ticks < right.ticks }
}

/// An amount of contracts as a whole number of lots of its instrument.
package struct Quantity: Hashable, Comparable, Sendable {
  /// Number of lot sizes; never negative.
  package let lots: Int64

  package static let zero = Quantity(lots: 0)

  package init(lots: Int64) {
    invariant(lots >= 0, "a quantity is never negative, got \(lots) lots")
    self.lots = lots
  }

  package static func < (left: Quantity, right: Quantity) -> Bool { left.lots < right.lots }

  package static func + (left: Quantity, right: Quantity) -> Quantity {
    Quantity(lots: left.lots + right.lots)
  }

  /// The difference; the right side is at most the left.
  package static func - (left: Quantity, right: Quantity) -> Quantity {
    Quantity(lots: left.lots - right.lots)
  }
}
