/// One round trip: a position from its first lot to none, as the router's ledger tells it.
///
/// The one source of streaks, cool-downs, protections, daily results and reports.
package struct ClosedTrade: Hashable, Sendable {
  /// What closed the last lot.
  package enum End: String, CaseIterable, Hashable, Sendable {
    case stop
    case takeProfit = "take_profit"
    /// The strategy wanted out.
    case strategy
    case `operator`
    case killSwitch = "kill_switch"
    /// The venue took no stop for it, so it was closed at market.
    case unprotectable
    /// A fill of nobody's order, or a position that was gone without one.
    case vanished
  }

  /// The intent that owned the position: an entry, or an adoption.
  package let intent: IntentHash
  /// The signal behind it, or the name of the adoption.
  package let signal: SignalID
  /// Nil of an adopted position.
  package let strategy: StrategyID?
  package let setup: SetupID?
  package let instrument: InstrumentID
  package let direction: Direction
  /// Lots that were opened in all.
  package let quantity: Quantity
  /// Mean price of the entry; nil when one of its prices is unknown.
  package let entryPrice: Price?
  /// Price of the fill that closed the last lot; nil when nobody told it.
  package let exitPrice: Price?
  /// Venue time of the first fill and of the last.
  package let openedAt: WallTime
  package let closedAt: WallTime
  /// Sold minus bought, before fees and funding; nil when one of the prices is unknown.
  package let profit: Money?
  /// Turnover times the configured taker fee: the venue's list of fills does not tell fees.
  package let fees: Money
  package let end: End
  /// The account's newest equity when it closed; nil when none was read.
  package let equity: Money?

  package init(
    intent: IntentHash, signal: SignalID, strategy: StrategyID?, setup: SetupID?,
    instrument: InstrumentID, direction: Direction, quantity: Quantity, entryPrice: Price?,
    exitPrice: Price?, openedAt: WallTime, closedAt: WallTime, profit: Money?, fees: Money,
    end: End, equity: Money?
  ) {
    self.intent = intent
    self.signal = signal
    self.strategy = strategy
    self.setup = setup
    self.instrument = instrument
    self.direction = direction
    self.quantity = quantity
    self.entryPrice = entryPrice
    self.exitPrice = exitPrice
    self.openedAt = openedAt
    self.closedAt = closedAt
    self.profit = profit
    self.fees = fees
    self.end = end
    self.equity = equity
  }

  /// Profit after fees; nil when it is unknown.
  package var net: Money? { profit.map { $0 - fees } }

  /// Whether it belongs to the setups that lean on a tight structure.
  package var setups: SetupClass { SetupClass(setup) }
}

/// The two kinds of setup whose losing streaks are counted apart.
package enum SetupClass: String, CaseIterable, Hashable, Sendable {
  /// Order blocks and fair value gaps.
  case tight
  case wide

  /// By the name of the setup, whose first word says what it is.
  package init(_ setup: SetupID?) {
    guard let text = setup?.text.utf8 else {
      self = .wide
      return
    }
    let word = text.drop(while: Self.isSeparator).prefix { !Self.isSeparator($0) }
    let isTight = Self.isWord(word, "ob") || Self.isWord(word, "fvg")
    self = isTight ? .tight : .wide
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/")
      || byte == UInt8(ascii: ":")
  }

  private static func isWord(_ word: Substring.UTF8View, _ name: String) -> Bool {
    word.elementsEqual(name.utf8) { byte, letter in
      ((65...90).contains(byte) ? byte + 32 : byte) == letter
    }
  }
}
