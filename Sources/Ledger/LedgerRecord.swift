package import Domain

/// One fact to be remembered.
///
/// The router's memory and the file are both folds over these.
package enum LedgerRecord: Hashable, Sendable {
  /// The intent is ours from here on; an entry takes the symbol lock in the same breath.
  case intentAccepted(IntentRow)
  /// A proposal was refused and has no row; its event tells of it.
  case intentDenied(IntentHash, SignalID, Denial)
  /// Where an intent that is no entry has come to; that of an entry follows its order.
  case intentState(IntentHash, IntentState)
  /// Nothing of the intent is left at the venue.
  case intentClosed(IntentHash)
  /// Committed before the first byte leaves.
  case orderSending(OrderRow)
  /// Withdrawn before the first byte left; an entry's intent ends with it and frees its lock.
  case orderDenied(ClientOrderID, Denial)
  /// A change of what is known of an order; a terminal entry frees the symbol lock.
  case orderStatus(ClientOrderID, OrderStatus, VenueOrderID?, text: String)
  /// A cancel or an amendment, committed before its first byte leaves.
  case changeSending(ClientOrderID, OrderChange)
  /// No definite answer to it came.
  case changeDoubtful(ClientOrderID)
  /// The venue took it, or it is proved that it did not; an amendment it took has its numbers.
  case changeEnded(ClientOrderID, taken: Bool)
  case fill(Fill, of: ClientOrderID)
  /// The venue's position is not what our fills add up to; from here on it is.
  case adjustment(PositionAdjustment)
  case position(PositionRow)
  /// No entry on the instrument, and why; nil lets entries in again.
  case frozen(InstrumentID, why: String?)
  case account(AccountSnapshot)
  /// In the commit that made the position flat.
  case tradeClosed(ClosedTrade)
  case risk(RiskChange)
  case state(String)
  /// An operator's word about an order that was held.
  case resolution(ClientOrderID, by: String, reason: String)
  /// Something the next life has to know, such as what was spent of a budget; told to nobody.
  case property(String, String)
}
