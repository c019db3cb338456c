/// Which instruments are followed, how often they are read, and when their data is stale.
package struct MarketDataSettings: Equatable, Sendable {
  /// Empty: every tradeable perpetual the venue lists.
  package let instruments: [String]
  package let timeframe: String
  /// Published beside `timeframe`.
  package let furtherTimeframes: [String]
  /// Whether the venue's stream is heard; it is asked for everything otherwise.
  package let usesStream: Bool
  package let pollIntervalMilliseconds: Int64
  package let historyCandles: Int64
  package let staleAfterMilliseconds: Int64

  static let timeframes = ["1m", "5m", "15m", "1h", "4h", "1d"]

  init(_ section: ConfigurationSection, profile: Profile) {
    // What runs in demo looks at minutes; what trades, at the hours of `smc`.
    let demo = profile == .demo
    instruments = section.list(
      "instruments", [], expected: "venue symbols such as PF_XBTUSD", VenueSettings.isSymbol)
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
  }
}
