import Archive
import Daemon
import Domain
import SimulatedVenue

/// What the venue lists and plays, and how it came to be chosen.
struct MarketChoice: Sendable {
  var markets: [InstrumentID: InstrumentMarket]
  /// Where a replay begins: behind it lies chart history.
  let start: MarketTime
  /// After this moment the market stands still; nil when it never ends.
  let end: MarketTime?
  /// One sentence for each file that was left aside.
  let leftAside: [String]

  /// Instruments of a generated market.
  private static let generated = ["PF_XBTUSD", "PF_ETHUSD"]

  /// The recorded market in `paths`, or a generated one when there are none.
  static func load(
    paths: [String], symbols: [String: String], seed: UInt64
  ) throws(Fatal) -> MarketChoice {
    paths.isEmpty ? generate(seed: seed) : try replay(paths, symbols)
  }

  private static func generate(seed: UInt64) -> MarketChoice {
    var markets: [InstrumentID: InstrumentMarket] = [:]
    for instrument in generated.compactMap({ InstrumentID($0) })
      .compactMap(StandardInstruments.instrument)
    {
      let source = GeneratedSource(instrument: instrument, seed: seed)
      markets[instrument.id] = InstrumentMarket(source: source)
    }
    return MarketChoice(
      markets: markets, start: GeneratedSource.present, end: nil, leftAside: [])
  }

  /// The first third of the files is history; all instruments are played over the time they share.
  private static func replay(
    _ paths: [String], _ symbols: [String: String]
  ) throws(Fatal) -> MarketChoice {
    do {
      let selection = try MarketSelection.choose(paths: paths, symbols: symbols)
      var markets: [InstrumentID: InstrumentMarket] = [:]
      var starts: [MarketTime] = []
      var ends: [MarketTime] = []
      for (id, path) in selection.files {
        guard let instrument = StandardInstruments.instrument(id) else {
          throw Fatal(
            .badConfiguration,
            "unable to list \(id) for \(path): its steps are not known: map the file's symbol to "
              + "one of \(StandardInstruments.ids.map(\.symbol).joined(separator: ", "))")
        }
        let candles = try CandleFile.load(path).candles(of: instrument)
        guard let source = ReplaySource(instrument: instrument, candles: candles) else {
          throw Fatal(.badConfiguration, "unable to play \(path): its candles do not fit together")
        }
        markets[id] = InstrumentMarket(source: source)
        starts.append(source.openTime(after: (part: 1, of: 3)))
        ends.append(source.end ?? source.start)
      }
      guard let start = starts.max(), let end = ends.min(), start < end else {
        throw Fatal(
          .badConfiguration,
          "unable to play \(paths.joined(separator: " ")): the files share no time: give files of "
            + "one period")
      }
      return MarketChoice(
        markets: markets, start: start, end: end, leftAside: selection.leftAside)
    } catch let error as ArchiveError {
      throw Fatal(.badConfiguration, error.description)
    } catch let error as Fatal {
      throw error
    } catch {
      throw Fatal(.internalError, "unable to load the market: \(error)")
    }
  }
}
