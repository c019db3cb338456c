/// Which instruments are followed, how often they are read, and when their data is stale.
package struct MarketDataSettings: Equatable, Sendable {
  /// Empty: every tradeable perpetual the venue lists.
  package let instruments: [String]
  /// Of these the candles are the spot market's.
  package let spotCandles: [String]
  package let timeframe: String
  /// Published beside `timeframe`.
  package let furtherTimeframes: [String]
  /// Whether the venue's stream is heard; it is asked for everything otherwise.
  package let usesStream: Bool
  package let pollIntervalMilliseconds: Int64
  package let historyCandles: Int64
  package let staleAfterMilliseconds: Int64
  /// Whether every message of the venue is recorded, and how much of that is kept.
  package let records: Bool
  package let recordMegabytes: Int64
  /// Whether closed candles are archived, and for how many days by timeframe; without: for ever.
  package let usesArchive: Bool
  package let keepDays: [String: Int64]

  static let timeframes = ["1m", "5m", "15m", "1h", "4h", "1d"]

  init(_ section: ConfigurationSection, profile: Profile) {
    // What runs in demo looks at minutes; what trades, at the hours of `smc`.
    let demo = profile == .demo
    instruments = section.list(
      "instruments", [], expected: "venue symbols such as PF_XBTUSD", VenueSettings.isSymbol)
    spotCandles = section.list(
      "spot_candles", [], expected: "venue symbols such as PF_XBTUSD", VenueSettings.isSymbol)
    timeframe = section.text(
      "timeframe", demo ? "1m" : "15m",
      expected: "one of \(Self.timeframes.joined(separator: ", "))"
    ) { Self.timeframes.contains($0) }
    furtherTimeframes = section.list(
      "further_timeframes", demo ? [] : ["1h", "1d"],
      expected: "of \(Self.timeframes.joined(separator: ", "))"
    ) { Self.timeframes.contains($0) }
    usesStream = section.flag("stream", true)
    pollIntervalMilliseconds = section.integer("poll_interval_ms", 200, 20...60_000)
    historyCandles = section.integer("history_candles", demo ? 300 : 1000, 1...2000)
    staleAfterMilliseconds = section.integer("stale_after_ms", 5000, 100...3_600_000)
    // A demo plays another market each time: what it keeps would mislead the next one.
    let isReal = profile != .demo
    records = section.flag("record", isReal)
    recordMegabytes = section.integer("record_max_mb", 4096, 16...1_048_576)
    usesArchive = section.flag("archive", isReal)
    let days = section.table(
      "keep_days", ["1m": "90", "5m": "365"],
      expected: "days by timeframe, such as {1m: 90}"
    ) { Self.timeframes.contains($0) || Self.days($0) != nil }
    keepDays = days.compactMapValues(Self.days)
    section.demand(
      days.keys.allSatisfy(Self.timeframes.contains) && keepDays.count == days.count, "keep_days",
      "each entry is a timeframe and 1 to 36500 days")
  }

  private static func days(_ text: String) -> Int64? {
    Int64(text).flatMap { (1...36_500).contains($0) && String($0) == text ? $0 : nil }
  }
}
