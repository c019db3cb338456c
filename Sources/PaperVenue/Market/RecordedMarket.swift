import Archive
import Daemon
import Domain
import SimulatedVenue

/// The markets that candle files make, with the marks and funding rates that lie beside them.
///
/// The first third of the files is history; all contracts are played over the time they share.
struct RecordedMarket: Sendable {
  let markets: [InstrumentID: InstrumentMarket]
  let start: MarketTime
  let end: MarketTime
  /// Open time of the oldest bar of all.
  let oldest: MarketTime
  let leftAside: [String]

  /// `contracts` are those of the instruments file; without one the standard contracts are known.
  static func load(
    _ paths: [String], _ symbols: [String: String],
    _ contracts: [InstrumentID: VenueContract], _ seed: UInt64, _ progress: () -> Void
  ) throws(Fatal) -> RecordedMarket {
    do {
      let selection = try MarketSelection.choose(paths: paths, symbols: symbols)
      var markets: [InstrumentID: InstrumentMarket] = [:]
      var starts: [MarketTime] = []
      var ends: [MarketTime] = []
      var oldest: [MarketTime] = []
      for (id, path) in selection.files {
        progress()
        let contract = try contract(id, path, contracts)
        let source = try source(path, contract)
        let marks = try selection.marks[id].map { path in try self.source(path, contract) }
        let funding = try selection.funding[id].map { path in try self.funding(path) }
        markets[id] = InstrumentMarket(
          contract: contract, source: source, seed: seed, marks: marks, funding: funding)
        starts.append(source.openTime(after: (part: 1, of: 3)))
        ends.append(source.end ?? source.start)
        oldest.append(source.start)
      }
      guard let start = starts.max(), let end = ends.min(), let oldest = oldest.min(), start < end
      else {
        throw Fatal(
          .badConfiguration,
          "unable to play \(paths.joined(separator: " ")): the files share no time: give files of "
            + "one period")
      }
      return RecordedMarket(
        markets: markets, start: start, end: end, oldest: oldest, leftAside: selection.leftAside)
    } catch let error as ArchiveError {
      throw Fatal(.badConfiguration, error.description)
    } catch let error as Fatal {
      throw error
    } catch {
      throw Fatal(.internalError, "unable to load the market: \(error)")
    }
  }

  private static func contract(
    _ id: InstrumentID, _ path: String, _ contracts: [InstrumentID: VenueContract]
  ) throws -> VenueContract {
    guard let contract = contracts[id] ?? StandardInstruments.contract(id) else {
      let known = Set(StandardInstruments.ids).union(contracts.keys).sorted().prefix(20)
      throw Fatal(
        .badConfiguration,
        "unable to list \(id) for \(path): its steps are not known: map the file's symbol to one "
          + "of \(known.map(\.symbol).joined(separator: ", ")), or give --instruments one with it"
      )
    }
    return contract
  }

  private static func source(_ path: String, _ contract: VenueContract) throws -> ReplaySource {
    let candles = try CandleFile.load(path).candles(of: contract.instrument)
    guard let source = ReplaySource(instrument: contract.instrument, candles: candles) else {
      throw Fatal(.badConfiguration, "unable to play \(path): its candles do not fit together")
    }
    return source
  }

  private static func funding(_ path: String) throws -> FundingHistory {
    let entries = try FundingFile.load(path).rates.map { rate in
      FundingHistory.Entry(
        time: MarketTime(milliseconds: rate.milliseconds), rate: FundingRate(rate.rate))
    }
    guard let history = FundingHistory(entries) else {
      throw Fatal(.badConfiguration, "unable to play \(path): its rates do not fit together")
    }
    return history
  }
}
