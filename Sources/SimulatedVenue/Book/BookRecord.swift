package import Domain

/// One fact of the venue's book; the book is the fold over them, in order.
package struct BookRecord: Hashable, Sendable {
  /// Counts the records of a book from 1, without a gap.
  package let number: Int64
  package let wall: WallTime
  package let market: MarketTime
  package let change: BookChange

  package init(number: Int64, wall: WallTime, market: MarketTime, change: BookChange) {
    self.number = number
    self.wall = wall
    self.market = market
    self.change = change
  }
}

/// What a record changes.
package enum BookChange: Hashable, Sendable {
  /// The account begins with this balance, or is given more.
  case deposit(Money, balanceBefore: Money)
  /// The account is given another currency as collateral.
  case collateral(CollateralDeposit)
  /// An order as it is now; `old` is what it was before an edit.
  case order(VenueOrder, reason: OrderReason?, old: VenueOrder?)
  /// A fill, what it did to the account, and the order as it is after it.
  case fill(VenueFill, Settlement, order: VenueOrder)
  /// Money that came or went without a trade.
  case cash(CashFlow)
  /// A trailing stop's trigger moved on.
  case trailed(VenueOrderID, trigger: Price)
  /// A client order id came a second time and was refused.
  case repeated(client: String)
  /// The venue is back after an absence, in which nobody could have protected anything.
  case reopened
  /// When the dead man's switch cancels everything; nil switches it off.
  case deadMan(WallTime?)
  case policies(VenuePolicies)
  case preferences(AccountPreferences)
  case condition(InstrumentID, MarketCondition)
}

/// What a fill did to the account; written with it so that history needs no second fold.
package struct Settlement: Hashable, Sendable {
  package let lotsBefore: Int64
  package let lotsAfter: Int64
  /// What the closed lots earned, fee apart.
  package let realised: Money
  package let balanceBefore: Money
  package let balanceAfter: Money
  /// What the open lots were bought or sold for.
  package let costBefore: Money
  package let costAfter: Money

  package init(
    lotsBefore: Int64, lotsAfter: Int64, realised: Money, balanceBefore: Money,
    balanceAfter: Money, costBefore: Money, costAfter: Money
  ) {
    self.lotsBefore = lotsBefore
    self.lotsAfter = lotsAfter
    self.realised = realised
    self.balanceBefore = balanceBefore
    self.balanceAfter = balanceAfter
    self.costBefore = costBefore
    self.costAfter = costAfter
  }
}

/// Money that came or went without a trade.
package struct CashFlow: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case funding
    /// A balance below zero that the venue takes upon itself.
    case writeOff
    /// Money the account's owner took out.
    case withdrawal
  }

  package let kind: Kind
  package let instrument: InstrumentID?
  /// Signed: what the account receives.
  package let amount: Money
  package let balanceBefore: Money
  /// Relative funding rate for an hour, in 10⁻¹².
  package let rate: Int64
  package let mark: Price?

  package init(
    kind: Kind, instrument: InstrumentID?, amount: Money, balanceBefore: Money, rate: Int64 = 0,
    mark: Price? = nil
  ) {
    self.kind = kind
    self.instrument = instrument
    self.amount = amount
    self.balanceBefore = balanceBefore
    self.rate = rate
    self.mark = mark
  }
}
