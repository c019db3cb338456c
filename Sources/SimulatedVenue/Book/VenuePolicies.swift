package import Domain

/// What the real venue leaves open or has changed, as switches; the defaults are what it documents.
package struct VenuePolicies: Hashable, Sendable {
  /// How long a client order id stays taken.
  package enum Reservation: String, CaseIterable, Hashable, Sendable {
    case forever
    /// Only while an order with it is open.
    case open
  }

  /// When `processBefore` is compared with the clock.
  package enum DeadlineCheck: String, CaseIterable, Hashable, Sendable {
    case receipt
    case release
  }

  /// Which reduce-only orders are added up against the position before another one is taken.
  package enum ReduceOnlySum: String, CaseIterable, Hashable, Sendable {
    case none
    case resting
    case triggers
  }

  /// Where an order that executes at once can be seen.
  package enum ImmediateOrders: String, CaseIterable, Hashable, Sendable {
    case everywhere
    /// In fills and history only: no look-up, no order message.
    case fillsOnly = "fills_only"
  }

  /// The word for an order that executed on arrival.
  package enum ExecutedWord: String, CaseIterable, Hashable, Sendable {
    case placed
    /// `filled` or `partiallyFilled`.
    case exact
  }

  package var clientOrderID = Reservation.forever
  package var deadline = DeadlineCheck.receipt
  package var reduceOnlySum = ReduceOnlySum.none
  package var immediateOrders = ImmediateOrders.everywhere
  package var executedWord = ExecutedWord.placed
  /// Whether a reduce-only trigger is taken while there is nothing to reduce.
  package var triggerWhileFlat = true
  /// Hold of what may take, for every contract; nil leaves it to the contract's own figure.
  package var holdMilliseconds: Int64?
  /// How long after its end the look-up still knows an order.
  package var lookupMilliseconds: Int64 = 5000
  /// How late the history service shows what happened.
  package var historyLagMilliseconds: Int64 = 0

  package static let longestHold: Int64 = 100

  package init() {}
}

/// The account's own settings at the venue.
package struct AccountPreferences: Hashable, Sendable {
  /// What happens when an order would execute against one of the same account.
  package enum SelfTrade: String, CaseIterable, Hashable, Sendable {
    case rejectTaker = "REJECT_TAKER"
    case cancelMakerSelf = "CANCEL_MAKER_SELF"
    case cancelMakerChild = "CANCEL_MAKER_CHILD"
    case cancelMakerAny = "CANCEL_MAKER_ANY"
  }

  package var selfTrade = SelfTrade.rejectTaker
  /// Largest leverage the account allows itself, in thousandths, where it set one.
  package var maxLeverage: [InstrumentID: Int64] = [:]
  /// Currency in which a contract's profit is paid, where it was chosen.
  package var pnlCurrency: [InstrumentID: String] = [:]

  package init() {}
}

/// How trading in one contract stands.
package struct MarketCondition: Hashable, Sendable {
  package enum Dislocation: String, CaseIterable, Hashable, Sendable {
    case aboveUpperBound = "ABOVE_UPPER_BOUND"
    case belowLowerBound = "BELOW_LOWER_BOUND"
  }

  package var isSuspended = false
  package var isPostOnly = false
  package var dislocation: Dislocation?

  package init() {}
}
