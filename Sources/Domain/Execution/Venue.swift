/// The one seam between Interlock and an exchange: requests go in, outcomes come out.
///
/// Promises of every implementation:
/// 1. Each started request yields exactly one outcome under its tag.
/// 2. A request is sent at most once; nothing below this seam repeats one.
/// 3. `start` and `advance` never block; the owner polls `descriptors` in its own loop.
/// 4. An outcome is `ambiguous` unless the body of the answer proves otherwise.
package protocol Venue: AnyObject {
  /// Begins `request`; its outcome comes out of `advance` under `tag`.
  func start(_ request: VenueRequest, tag: UInt64)

  /// What the owner's loop has to wait for.
  var descriptors: [PollDescriptor] { get }

  /// When `advance` has to be called at the latest; nil when nothing is under way.
  var deadline: MachineTime? { get }

  /// Moves requests on; `ready` are the descriptors on which something happened.
  func advance(ready: [PollDescriptor], now: MachineTime) -> [VenueReport]

  /// The venue's clock as its answers show it; deadlines are computed in it.
  var clock: VenueClock { get }
}

/// A file descriptor and what to wait for on it, or what happened on it.
package struct PollDescriptor: Hashable, Sendable {
  package let descriptor: Int32
  package let readable: Bool
  package let writable: Bool

  package init(descriptor: Int32, readable: Bool = true, writable: Bool = false) {
    self.descriptor = descriptor
    self.readable = readable
    self.writable = writable
  }
}

/// Everything that is asked of a venue.
package enum VenueRequest: Hashable, Sendable {
  case place(OrderPlacement)
  case cancel(ClientOrderID, processBefore: WallTime)
  case amend(OrderAmendment)
  case orderStatus([ClientOrderID])
  case openOrders
  case openPositions
  /// The most recent fills of the account, newest first.
  case fills
  /// The page of fills before a moment, newest first; it costs the venue more.
  case olderFills(before: WallTime)
  /// What the venue's records say of orders in a window of wall time.
  case orderHistory(since: WallTime, before: WallTime)
  case account
  /// How each instrument of the account is margined; read, never written.
  case marginModes
  case instruments
  case tickers
  case candles(InstrumentID, Timeframe, from: MarketTime, to: MarketTime?)
  /// Candles of the spot market that the contract follows, in the contract's own ticks.
  case spotCandles(InstrumentID, Timeframe, from: MarketTime, to: MarketTime?)

  /// When the venue refuses it for having come too late; nil for a read.
  package var processBefore: WallTime? {
    switch self {
    case .place(let placement): placement.processBefore
    case .amend(let amendment): amendment.processBefore
    case .cancel(_, let processBefore): processBefore
    default: nil
    }
  }
}

/// The outcome of one request.
package struct VenueReport: Hashable, Sendable {
  package let tag: UInt64
  package let outcome: VenueOutcome
  /// The venue's clock when it answered; nil when it did not say.
  package let serverTime: WallTime?

  package init(tag: UInt64, outcome: VenueOutcome, serverTime: WallTime?) {
    self.tag = tag
    self.outcome = outcome
    self.serverTime = serverTime
  }
}

/// Definite answer, definite refusal, or not known.
package enum VenueOutcome: Hashable, Sendable {
  case answer(VenueAnswer)
  /// The venue says that it did nothing; the word is its own.
  case refused(word: String)
  /// Nothing is proved; for a placement, a cancel or an amendment this is UNKNOWN.
  case ambiguous(why: String)
}

/// What a definite answer holds; the case corresponds to the request.
package enum VenueAnswer: Hashable, Sendable {
  case placed(PlacementAnswer)
  case cancel(CancelAnswer)
  case amended(word: String)
  case orderStatus([VenueOrderReport])
  case openOrders([OpenOrder])
  case openPositions([Position])
  case fills([Fill])
  case orderHistory([OrderHistoryEvent])
  case account(AccountSnapshot)
  case marginModes(MarginModes)
  case instruments([Instrument])
  case tickers([Ticker])
  /// Oldest first; the last one may still be forming.
  case candles([Candle])
}

/// A definite answer to a placement that the venue took.
package struct PlacementAnswer: Hashable, Sendable {
  package let venueOrderID: VenueOrderID
  /// Whether the order rests at the venue after this answer.
  package let rests: Bool
  /// Executions reported together with the answer.
  package let fills: [Fill]
  /// The venue's own status word.
  package let word: String

  package init(venueOrderID: VenueOrderID, rests: Bool, fills: [Fill], word: String) {
    self.venueOrderID = venueOrderID
    self.rests = rests
    self.fills = fills
    self.word = word
  }
}

/// What the venue said to a cancel; none of it is terminal by itself.
package enum CancelAnswer: String, Hashable, Sendable {
  case cancelled
  case filled
  case notFound
}

/// What the venue's order look-up says of one order.
package struct VenueOrderReport: Hashable, Sendable {
  package let clientOrderID: ClientOrderID
  package let venueOrderID: VenueOrderID
  package let status: VenueOrderState
  package let filled: Quantity

  package init(
    clientOrderID: ClientOrderID, venueOrderID: VenueOrderID, status: VenueOrderState,
    filled: Quantity
  ) {
    self.clientOrderID = clientOrderID
    self.venueOrderID = venueOrderID
    self.status = status
    self.filled = filled
  }
}

/// A venue's order state, reduced to what decides; an unknown word stays unknown (alive and odd).
package enum VenueOrderState: Hashable, Sendable {
  case working
  case filled
  case cancelled
  case rejected(word: String)
  case unrecognised(word: String)
}

/// An order that rests at the venue.
package struct OpenOrder: Hashable, Sendable {
  package let clientOrderID: ClientOrderID?
  package let venueOrderID: VenueOrderID
  package let instrument: InstrumentID
  package let side: Side
  package let unfilled: Quantity
  package let filled: Quantity
  package let reduceOnly: Bool
  package let isStop: Bool
  /// Of a trigger order, where the venue says it.
  package let trigger: Price?

  package init(
    clientOrderID: ClientOrderID?, venueOrderID: VenueOrderID, instrument: InstrumentID,
    side: Side, unfilled: Quantity, filled: Quantity, reduceOnly: Bool, isStop: Bool,
    trigger: Price? = nil
  ) {
    self.clientOrderID = clientOrderID
    self.venueOrderID = venueOrderID
    self.instrument = instrument
    self.side = side
    self.unfilled = unfilled
    self.filled = filled
    self.reduceOnly = reduceOnly
    self.isStop = isStop
    self.trigger = trigger
  }
}

/// One line of the venue's own record of an order.
package struct OrderHistoryEvent: Hashable, Sendable {
  package let clientOrderID: ClientOrderID?
  package let venueOrderID: VenueOrderID
  package let state: VenueOrderState
  package let filled: Quantity
  package let time: WallTime

  package init(
    clientOrderID: ClientOrderID?, venueOrderID: VenueOrderID, state: VenueOrderState,
    filled: Quantity, time: WallTime
  ) {
    self.clientOrderID = clientOrderID
    self.venueOrderID = venueOrderID
    self.state = state
    self.filled = filled
    self.time = time
  }
}
