import Daemon
import Domain

extension FeedSettings {
  /// The settings of this host; throws for a timeframe or an instrument that we do not know.
  init(_ host: StageHost) throws(Fatal) {
    let configured = host.configuration.marketData
    self.init()
    guard let timeframe = Timeframe(rawValue: configured.timeframe) else {
      let known = Timeframe.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fatal(
        .badConfiguration,
        "unable to use market_data.timeframe \(configured.timeframe): one of \(known)")
    }
    self.timeframe = timeframe
    furtherTimeframes = configured.furtherTimeframes.compactMap { Timeframe(rawValue: $0) }
    usesStream = configured.usesStream
    usesArchive = configured.usesArchive
    instruments = configured.instruments.compactMap { InstrumentID($0) }
    spot = Set(configured.spotCandles.compactMap { InstrumentID($0) })
    pollMilliseconds = configured.pollIntervalMilliseconds
    historyCandles = Int(configured.historyCandles)
    staleMilliseconds = configured.staleAfterMilliseconds
    // Often enough for whoever judges the age of what we tell.
    let patience = min(
      configured.staleAfterMilliseconds, host.configuration.riskGate.staleAfterMilliseconds)
    repeatMilliseconds = min(1000, patience / 4)
    generation = host.generation
  }
}
