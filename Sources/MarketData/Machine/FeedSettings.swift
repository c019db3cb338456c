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
  /// What the venue's stream said, in order.
  case stream([StreamEvent])
  /// What the archive holds of series that were asked of it, oldest first.
  case archived([SeriesID: [Candle]])
}

/// The candles of one instrument in one timeframe.
package struct SeriesID: Hashable, Sendable {
  package let instrument: InstrumentID
  package let timeframe: Timeframe

  package init(_ instrument: InstrumentID, _ timeframe: Timeframe) {
    self.instrument = instrument
    self.timeframe = timeframe
  }
}

/// What the feed wants done.
package enum FeedEffect: Hashable, Sendable {
  case request(VenueRequest, tag: UInt64)
  case publish(StreamBody)
  /// Prices of these instruments can be told from now on, and their trades and tickers are wanted.
  case follow([Instrument])
  /// Open time of the next candle to publish, per series; for the next life of this process.
  case remember([SeriesID: MarketTime])
  /// Instruments and history are there.
  case ready
  case alert(String)
  /// The archive is asked; without an answer the chart is, after `recallMilliseconds`.
  case recall([ArchiveQuestion])
  /// A closed candle for the archive; `isCharted` when the chart has it otherwise than it was told.
  case keep(Candle, isCharted: Bool)
}

/// Which candles of the archive a series begins with: the newest `count` that open before `before`.
package struct ArchiveQuestion: Hashable, Sendable {
  package let series: SeriesID
  package let count: Int
  package let before: MarketTime?
}

/// What the feed follows and how often it asks.
package struct FeedSettings: Hashable, Sendable {
  /// Empty: every tradeable instrument the venue lists, the first `mostInstruments` by name.
  package var instruments: [InstrumentID] = []
  /// Those whose candles are the spot market's, while orders go to the contract.
  package var spot: Set<InstrumentID> = []
  package var timeframe: Timeframe = .oneMinute
  /// Published beside `timeframe`.
  package var furtherTimeframes: [Timeframe] = []
  package var pollMilliseconds: Int64 = 200
  package var historyCandles = 300
  package var staleMilliseconds: Int64 = 5000
  /// A ticker that does not change is told again this often, so that it is known to be current.
  package var repeatMilliseconds: Int64 = 1000
  package var generation: UInt64 = 1
  /// Whether trades and tickers are heard on the venue's stream, and asked for only beside it.
  package var usesStream = false
  /// Whether closed candles are kept on disk, and series begin with what is there.
  package var usesArchive = false
  /// Candles of all series in one snapshot; with the rest of it a reply stays below its bound.
  package static let mostSnapshotCandles = 100_000

  package static let mostInstruments = 400
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
  /// While the stream tells tickers, they are asked for no more often than this.
  package static let streamedPollMilliseconds: Int64 = 1000
  /// How long a bar that the stream will give is waited for before the chart is asked.
  package static let streamGraceMilliseconds: Int64 = 1500
  /// A bar that no later trade and no chart has closed is closed by the clock after so long.
  package static let quietMilliseconds: Int64 = 5000
  /// How long the archive is waited for before the chart is asked instead.
  package static let recallMilliseconds: Int64 = 3000
  /// While the stream speaks, what charts are due is looked at this often.
  package static let scanMilliseconds: Int64 = 10
  /// How often streams are looked at for being stale.
  package static let staleCheckMilliseconds: Int64 = 250

  package var timeframes: [Timeframe] {
    [timeframe] + furtherTimeframes.filter { $0 != timeframe }
  }

  package init() {}
}
