package import Domain
import Foundation

/// What one life of a feed began with: with the records after it, all that its outputs depend on.
package struct RecordedStart: Hashable, Sendable {
  package let settings: FeedSettings
  package let places: [SeriesID: MarketTime]
  /// Of the venue's session.
  package let seed: UInt64
  /// Of the stream that was published; what it was called there.
  package let epoch: UInt64

  package init(
    settings: FeedSettings, places: [SeriesID: MarketTime], seed: UInt64, epoch: UInt64
  ) {
    self.epoch = epoch
    self.settings = settings
    self.places = places
    self.seed = seed
  }

  private struct Content: Codable {
    var version = 1
    let seed: UInt64
    let epoch: UInt64
    let instruments: [String]
    /// Left out where there are none.
    var spot: [String]?
    let timeframes: [String]
    let pollMilliseconds: Int64
    let historyCandles: Int
    let staleMilliseconds: Int64
    let repeatMilliseconds: Int64
    let generation: UInt64
    let usesStream: Bool
    let usesArchive: Bool
    /// By timeframe and symbol.
    let places: [String: [String: Int64]]
  }

  /// As it stands in a recording.
  package var bytes: [UInt8] {
    var times: [String: [String: Int64]] = [:]
    for (id, time) in places {
      times[id.timeframe.rawValue, default: [:]][id.instrument.symbol] = time.milliseconds
    }
    let content = Content(
      seed: seed, epoch: epoch, instruments: settings.instruments.map(\.symbol),
      spot: settings.spot.isEmpty ? nil : settings.spot.map(\.symbol).sorted(),
      timeframes: settings.timeframes.map(\.rawValue),
      pollMilliseconds: settings.pollMilliseconds, historyCandles: settings.historyCandles,
      staleMilliseconds: settings.staleMilliseconds,
      repeatMilliseconds: settings.repeatMilliseconds, generation: settings.generation,
      usesStream: settings.usesStream, usesArchive: settings.usesArchive, places: times)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(content) else {
      fatalError("invariant broken: numbers and words are always JSON")
    }
    return Array(data)
  }

  /// Nil for what no feed of this build can have begun with.
  package init?(_ bytes: [UInt8]) {
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)),
      content.version == 1, (1...60_000).contains(content.pollMilliseconds),
      (1...2000).contains(content.historyCandles),
      (1...3_600_000).contains(content.staleMilliseconds),
      (1...3_600_000).contains(content.repeatMilliseconds)
    else { return nil }
    let timeframes = content.timeframes.compactMap { Timeframe(rawValue: $0) }
    let instruments = content.instruments.compactMap { InstrumentID($0) }
    guard let first = timeframes.first, timeframes.count == content.timeframes.count,
      instruments.count == content.instruments.count
    else { return nil }
    var settings = FeedSettings()
    settings.instruments = instruments
    settings.spot = Set((content.spot ?? []).compactMap { InstrumentID($0) })
    settings.timeframe = first
    settings.furtherTimeframes = Array(timeframes.dropFirst())
    settings.pollMilliseconds = content.pollMilliseconds
    settings.historyCandles = content.historyCandles
    settings.staleMilliseconds = content.staleMilliseconds
    settings.repeatMilliseconds = content.repeatMilliseconds
    settings.generation = content.generation
    settings.usesStream = content.usesStream
    settings.usesArchive = content.usesArchive
    var places: [SeriesID: MarketTime] = [:]
    for (word, times) in content.places {
      guard let timeframe = Timeframe(rawValue: word) else { return nil }
      for (symbol, time) in times {
        guard let id = InstrumentID(symbol), (0...Self.latest).contains(time) else { return nil }
        places[SeriesID(id, timeframe)] = MarketTime(milliseconds: time)
      }
    }
    self.init(settings: settings, places: places, seed: content.seed, epoch: content.epoch)
  }

  /// 2255: what is later is no time of ours, and sums of two still fit.
  static let latest: Int64 = 9_000_000_000_000
}
