package import Domain
package import Wire

/// The two clocks at one moment of the feed.
package struct FeedTime: Hashable, Sendable {
  package let machine: MachineTime
  package let wall: WallTime

  package init(machine: MachineTime, wall: WallTime) {
    self.machine = machine
    self.wall = wall
  }
}

/// What happens to the feed.
package enum FeedEvent: Hashable, Sendable {
  case tick
  case report(VenueReport)
}

/// What the feed wants done.
package enum FeedEffect: Hashable, Sendable {
  case request(VenueRequest, tag: UInt64)
  case publish(StreamBody)
  /// Open time of the next candle to publish, per instrument; for the next life of this process.
  case remember([InstrumentID: MarketTime])
  /// Instruments and history are there.
  case ready
  case alert(String)
}

/// What the feed follows and how often it asks.
package struct FeedSettings: Hashable, Sendable {
  /// Empty: every tradeable instrument the venue lists, the first `mostInstruments` by name.
  package var instruments: [InstrumentID] = []
  package var timeframe: Timeframe = .oneMinute
  package var pollMilliseconds: Int64 = 200
  package var historyCandles = 300
  package var staleMilliseconds: Int64 = 5000
  /// A ticker that does not change is told again this often, so that it is known to be current.
  package var repeatMilliseconds: Int64 = 1000
  package var generation: UInt64 = 1

  package static let mostInstruments = 32
  /// So many candles are kept and served however short the history is.
  package static let leastKept = 1000
  /// A predecessor's place further back than this is given up, loudly.
  package static let mostBarsBehind: Int64 = 10_000
  package static let instrumentsMilliseconds: Int64 = 300_000
  /// Candles are asked for this often though no ticker says that one has closed.
  package static let safetyMilliseconds: Int64 = 60_000
  package static let retryMilliseconds: Int64 = 500
  package static let longestRetryMilliseconds: Int64 = 5000
  /// How long an instrument without history keeps the others waiting.
  package static let loadLimitMilliseconds: Int64 = 10_000
  package static let mostCandleRequests = 4

  package init() {}
}
