package import Domain
package import Wire

/// What the gate knows of a signal's world at one moment; nil is not known.
package struct EntryWorld: Hashable, Sendable {
  package var instrument: Instrument?
  /// Of the instrument; nil is reckoned when it is needed.
  package var margins: MarginTable?
  package var reading: TickerReading?
  /// Whether it is never entered; nil is asked of the list when it is needed.
  package var isBlocked: Bool?
  /// Of the instrument's streams those that market-data says are stale.
  package var staleStreams: [String] = []
  package var account: AccountSnapshot?
  /// When the router wrote the account down.
  package var accountAt: WallTime?
  /// The newest market time of any instrument.
  package var newestMarket: MarketTime?
  /// Share of the instruments whose prices are fresh.
  package var healthy: Int64?
  /// How far the mark has moved within the collar's window, as a share.
  package var markMove: Int64?
  package var isShocked = false
  /// Newest range over its mean, as a share of one.
  package var rangeRatio: Int64?
  /// Instruments other than the signal's with a position, or an intent that may become one.
  package var occupied = 0
  package var portfolio: Portfolio? = Portfolio()
  /// Open positions, whoever opened them.
  package var openPositions = 0
  /// Entries that left within ten seconds and a minute.
  package var entriesInTenSeconds = 0
  package var entriesInAMinute = 0
  package var state = TradingState.active
  /// Equity at the day's first reading, and the highest ever, in micros.
  package var dayStartEquity: Int64?
  package var peakEquity: Int64?
  /// Locks that hold now and cover the signal.
  package var locks: [RiskLock] = []

  package init() {}
}

/// What is open and what may become so, without the signal itself; in micros, rounded up.
package struct Portfolio: Hashable, Sendable {
  /// Of all instruments.
  package var notional: Int64 = 0
  /// Of the signal's instrument.
  package var own: Int64 = 0
  /// Below this margin it is liquidated; nil where the venue did not tell all of it.
  package var maintenance: Int64? = 0

  package init() {}
}
