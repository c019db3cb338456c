package import Domain

/// One fact of the venue's book; the book is the fold over them, in order.
package enum BookRecord: Hashable, Sendable {
  /// The account begins with this balance.
  case account(Money)
  /// An order was received: taken (`open`) or not (`rejected`).
  case order(VenueOrder)
  case fill(VenueFill)
  /// An order is over.
  case ended(VenueOrderID, VenueOrderStatus, WallTime)
  /// A client order id came a second time and was refused.
  case repeated(client: String, WallTime)
  /// The venue is back after an absence, in which nobody could have protected anything.
  case reopened(WallTime)
  case edited(VenueOrderID, quantity: Quantity, limit: Price?, trigger: Price?, WallTime)
}
