import Archive
import Daemon
import Domain
import SimulatedVenue

/// What the venue lists and plays, and how it came to be chosen.
///
/// Invariant: every listed contract has a market: that of the venue that is followed, or recorded
/// where there is a file for it, else generated.
struct MarketChoice: Sendable {
  var markets: [InstrumentID: any ContractMarket]
  /// Where the market begins to be played: behind it lies chart history.
  let start: MarketTime
  /// After this moment the market stands still; nil when it never ends.
  let end: MarketTime?
  /// One sentence for each file or instrument that was left aside.
  let leftAside: [String]
  /// The contracts of the instruments file by name.
  var listed: [InstrumentID: VenueContract] = [:]

  /// Contracts that are listed when neither files nor instruments are given.
  private static let generated = ["PF_XBTUSD", "PF_ETHUSD"]

  /// The contract of `id`, listed or not; nil for one that is not known.
  func contract(_ id: InstrumentID) -> VenueContract? {
    listed[id] ?? StandardInstruments.contract(id)
  }

  /// The recorded market in `paths`, or a generated one when there are none; with `instruments` all
  /// contracts of that file, those without a recorded market generated.
  static func load(
    paths: [String], symbols: [String: String], seed: UInt64, instruments: String? = nil,
    progress: () -> Void = {}
  ) throws(Fatal) -> MarketChoice {
    let file = try instruments.map { path throws(Fatal) in try InstrumentsFile.load(path) }
    var contracts: [InstrumentID: VenueContract] = [:]
    for contract in file?.contracts ?? [] { contracts[contract.id] = contract }
    progress()
    let replay =
      try paths.isEmpty ? nil : RecordedMarket.load(paths, symbols, contracts, seed, progress)
    var markets: [InstrumentID: any ContractMarket] = replay?.markets ?? [:]
    var unplayed = Array(contracts.values)
    if replay == nil, file == nil {
      unplayed = generated.compactMap { InstrumentID($0) }
        .compactMap(StandardInstruments.contract)
    }
    for contract in unplayed where markets[contract.id] == nil {
      let source = replay.map {
        GeneratedSource(instrument: contract.instrument, seed: seed, start: $0.oldest)
      }
      markets[contract.id] = InstrumentMarket(
        contract: contract,
        source: source ?? GeneratedSource(instrument: contract.instrument, seed: seed), seed: seed)
    }
    return MarketChoice(
      markets: markets, start: replay?.start ?? GeneratedSource.present, end: replay?.end,
      leftAside: (replay?.leftAside ?? []) + (file?.leftAside ?? []), listed: contracts)
  }
}
