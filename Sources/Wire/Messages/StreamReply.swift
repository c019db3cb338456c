package import Domain

/// What may be asked on a request port.
package enum Question: Hashable, Sendable {
  /// Instruments, the last tickers and at most `candles` newest closed candles an instrument.
  case marketSnapshot(candles: Int)
  /// At most `count` ledger events from number `from` on.
  case replay(from: Int64, count: Int)

  /// Most candles or events one reply holds.
  package static let most = 1000
}

/// A ticker and when it was read.
package struct TickerReading: Hashable, Sendable {
  package let ticker: Ticker
  package let readAt: WallTime

  package init(ticker: Ticker, readAt: WallTime) {
    self.ticker = ticker
    self.readAt = readAt
  }
}

/// The answer to a question.
package struct StreamReply: Hashable, Sendable {
  /// Why there is no answer; nil when there is one.
  package let refusal: String?
  /// Life of the stream the reply belongs to, and the stream's last sequence when it was made.
  package let epoch: UInt64
  package let sequence: UInt64
  /// For a replay: number of the newest event there is.
  package let newestEvent: Int64
  package let instruments: [Instrument]
  /// Oldest first per instrument.
  package let candles: [Candle]
  package let tickers: [TickerReading]
  package let events: [LedgerEvent]

  package init(
    epoch: UInt64, sequence: UInt64, newestEvent: Int64 = 0, instruments: [Instrument] = [],
    candles: [Candle] = [], tickers: [TickerReading] = [], events: [LedgerEvent] = [],
    refusal: String? = nil
  ) {
    self.refusal = refusal
    self.epoch = epoch
    self.sequence = sequence
    self.newestEvent = newestEvent
    self.instruments = instruments
    self.candles = candles
    self.tickers = tickers
    self.events = events
  }

  package static func refused(_ why: String) -> StreamReply {
    StreamReply(epoch: 0, sequence: 0, refusal: why)
  }
}
