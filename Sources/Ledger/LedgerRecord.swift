package import Domain

/// One fact to be remembered.
///
/// The router's memory and the file are both folds over these.
package enum LedgerRecord: Hashable, Sendable {
  /// The intent is ours from here on; takes the symbol lock in the same breath.
  case intentAccepted(IntentRow)
  /// A proposal was refused, or an accepted intent ended before any byte left; the latter frees the
  /// symbol lock.
  case intentDenied(IntentHash, SignalID, Denial)
  /// Nothing of the intent is left at the venue.
  case intentClosed(IntentHash)
  /// Committed before the first byte leaves.
  case orderSending(OrderRow)
  /// A change of what is known of an order; a terminal entry frees the symbol lock.
  case orderStatus(ClientOrderID, OrderStatus, VenueOrderID?, text: String)
  /// The venue took a new total quantity for a resting order.
  case orderAmended(ClientOrderID, total: Quantity)
  case fill(Fill, of: ClientOrderID)
  case position(PositionRow)
  case account(AccountSnapshot)
  case state(String)
}
