/// What can be heard of a venue without asking each time.
package enum StreamChannel: String, CaseIterable, Hashable, Sendable {
  case trades
  case tickers
  case book
  /// Of the account: its resting orders, fills, positions, money.
  case orders
  case fills
  case positions
  case money

  /// Whether only the owner of the account may hear it.
  package var isOfAccount: Bool {
    switch self {
    case .trades, .tickers, .book: false
    case .orders, .fills, .positions, .money: true
    }
  }
}

/// One channel, for one instrument if it is a market's.
package struct StreamID: Hashable, Sendable, CustomStringConvertible {
  package let channel: StreamChannel
  package let instrument: InstrumentID?

  package init(_ channel: StreamChannel, _ instrument: InstrumentID? = nil) {
    self.channel = channel
    self.instrument = instrument
  }

  package var description: String {
    instrument.map { "\($0) \(channel.rawValue)" } ?? channel.rawValue
  }
}

/// From when on a channel is complete.
package enum StreamCoverage: Hashable, Sendable {
  /// It goes on where it stopped; nothing was lost.
  case joined
  /// Nothing after this moment of the market is missing; what was before it may be.
  case after(MarketTime)
  /// Nothing is known of what was before.
  case fromNow
}

/// A change of one order of the account, as the venue tells it.
///
/// The venue may tell of a fill and never of the order; orders and fills are not in step.
package struct OrderUpdate: Hashable, Sendable {
  package let venueOrderID: VenueOrderID
  package let clientOrderID: ClientOrderID?
  /// Nil when only its end is told.
  package let order: OpenOrder?
  /// Whether it does not rest any more, however that came about.
  package let isOver: Bool
  /// The venue's own word.
  package let reason: String

  package init(
    venueOrderID: VenueOrderID, clientOrderID: ClientOrderID?, order: OpenOrder?, isOver: Bool,
    reason: String
  ) {
    self.venueOrderID = venueOrderID
    self.clientOrderID = clientOrderID
    self.order = order
    self.isOver = isOver
    self.reason = reason
  }
}

/// What a venue's stream says.
///
/// Of one stream: `began`, then everything after it in order and each once, until a `gap` or a
/// `disconnected`; from there until the next `began` nothing.
package enum StreamEvent: Hashable, Sendable {
  case connected
  case disconnected(why: String)
  case began(StreamID, StreamCoverage)
  case gap(StreamID, why: String)
  /// The venue does not serve it; the word is its own.
  case refused(StreamID?, word: String)
  case trade(Trade)
  /// `delay` milliseconds ago at most the venue still said something else.
  case ticker(Ticker, delay: Int64)
  case book(BookSnapshot)
  case level(LevelChange)
  /// Every order that rests, as the stream begins.
  case orders([OpenOrder])
  case order(OrderUpdate)
  /// The newest fills, as the stream begins; oldest first.
  case fills([Fill])
  case fill(Fill)
  /// All there are.
  case positions([Position])
  case money(AccountSnapshot)
}
