import Archive
package import Daemon
package import Domain
import SimulatedVenue

/// Contracts out of the archive, ready to be played.
package enum ArchivedContract {
  /// Opens per contract the series with the shortest bars, and the marks and funding beside it.
  ///
  /// Series of our own venue are their contract's; another venue's symbol is the contract that
  /// `symbols` maps it to. Of two with bars of one length our own venue's is played, then the one
  /// with more bars. `only` names contracts; empty, all are played whose steps are known.
  package static func open(
    _ path: String, symbols: [String: String], only: [InstrumentID] = [], seed: UInt64? = nil
  ) throws(Fatal) -> RecordedContract.Choice {
    let store: CandleStore
    var contents: [SeriesContents]
    do {
      store = try CandleStore(path: path, readOnly: true)
      contents = try store.contents()
    } catch {
      if case .busy = error { throw Fatal(.tryAgain, error.description) }
      throw Fatal(.badConfiguration, error.description)
    }
    contents.removeAll { row in
      guard !only.isEmpty, let id = instrument(of: row.series, symbols) else { return false }
      return !only.contains(id)
    }
    var leftAside: [String] = []
    var chosen: [InstrumentID: SeriesContents] = [:]
    for row in contents where row.series.kind == .trade {
      let (id, why) = playable(row, symbols, only)
      guard let id else {
        leftAside.append("\(path): \(row.series) \(row.length): left aside, \(why)")
        continue
      }
      guard let known = chosen[id] else {
        chosen[id] = row
        continue
      }
      let (better, other) = rank(row) < rank(known) ? (row, known) : (known, row)
      chosen[id] = better
      leftAside.append(
        "\(path): \(other.series) \(other.length): left aside, \(id) is played from "
          + "\(better.series) \(better.length)")
    }
    if let missing = only.first(where: { chosen[$0] == nil }) {
      throw Fatal(
        .badConfiguration,
        "unable to play \(missing) from \(path): the archive holds no candles of it that can be "
          + "played: interlock data list shows what it holds")
    }
    guard !chosen.isEmpty else {
      throw Fatal(
        .badConfiguration,
        "unable to play \(path): no series in it can be played: import candles with interlock data "
          + "import, and map their symbols under venue.symbols")
    }
    var contracts: [BacktestContract] = []
    for (id, row) in chosen.sorted(by: { $0.key < $1.key }) {
      contracts.append(try contract(id, row, contents, store, seed))
    }
    let shortest = contracts.map(\.timeframe).min { $0.milliseconds < $1.milliseconds }
    return RecordedContract.Choice(
      contracts: contracts, leftAside: leftAside, timeframe: shortest ?? .oneMinute)
  }

  /// Best first.
  private static func rank(_ row: SeriesContents) -> (Int64, Int, Int) {
    let isOurs = row.series.venue == SeriesID.krakenFutures
    return (row.length.milliseconds, isOurs ? 0 : 1, -row.count)
  }

  private static func instrument(
    of series: SeriesID, _ symbols: [String: String]
  ) -> InstrumentID? {
    if series.venue == SeriesID.krakenFutures, let id = InstrumentID(series.symbol) { return id }
    return symbols[series.symbol].flatMap { InstrumentID($0) }
  }

  /// The contract the series can be played as, or why it cannot.
  private static func playable(
    _ row: SeriesContents, _ symbols: [String: String], _ only: [InstrumentID]
  ) -> (InstrumentID?, String) {
    guard let id = instrument(of: row.series, symbols) else {
      return (nil, "no instrument is mapped to \(row.series.symbol) under venue.symbols")
    }
    guard row.length.timeframe != nil else { return (nil, "no strategy knows such bars") }
    guard StandardInstruments.contract(id) != nil else {
      return (nil, "the steps of \(id) are not known")
    }
    return (id, "")
  }

  private static func contract(
    _ id: InstrumentID, _ row: SeriesContents, _ contents: [SeriesContents], _ store: CandleStore,
    _ seed: UInt64?
  ) throws(Fatal) -> BacktestContract {
    guard let contract = StandardInstruments.contract(id), let timeframe = row.length.timeframe
    else { fatalError("invariant broken: \(id) was chosen because it can be played") }
    func beside(_ kind: SeriesID.Kind) -> [SeriesContents] {
      contents.filter { other in
        other.series.kind == kind && other.series.venue == row.series.venue
          && other.series.symbol == row.series.symbol
      }
    }
    let marks = beside(.mark).first { $0.length == row.length }
    let funding = beside(.funding).max { $0.count < $1.count }
    return BacktestContract(
      contract: contract, timeframe: timeframe,
      candles: ArchivedCandles(store, row, contract.instrument, timeframe),
      marks: marks.map { ArchivedCandles(store, $0, contract.instrument, timeframe) },
      funding: try funding.map { row throws(Fatal) in try history(row, store) }, seed: seed)
  }

  private static func history(
    _ row: SeriesContents, _ store: CandleStore
  ) throws(Fatal) -> FundingHistory {
    let entries: [FundingHistory.Entry]
    do {
      entries = try store.rates(of: row.series, length: row.length).map { rate in
        FundingHistory.Entry(
          time: MarketTime(milliseconds: rate.milliseconds), rate: FundingRate(rate.rate))
      }
    } catch {
      throw Fatal(.badConfiguration, error.description)
    }
    guard let history = FundingHistory(entries) else {
      throw Fatal(
        .badConfiguration,
        "unable to play \(row.series): its rates do not fit together: interlock data check shows "
          + "what is wrong")
    }
    return history
  }
}

/// Candles of the archive, a page at a time, so that memory does not grow with the series.
final class ArchivedCandles: CandleSource {
  private static let page = 4096

  private let store: CandleStore
  private let row: SeriesContents
  private let instrument: Instrument
  private let timeframe: Timeframe
  private var ahead: ArraySlice<RawCandle> = []
  private var from: Int64?

  init(
    _ store: CandleStore, _ row: SeriesContents, _ instrument: Instrument, _ timeframe: Timeframe
  ) {
    self.store = store
    self.row = row
    self.instrument = instrument
    self.timeframe = timeframe
    from = row.first
  }

  var fraction: Double {
    guard let from, row.last > row.first else { return 1 }
    return Double(from - row.first) / Double(row.last - row.first)
  }

  func next() throws -> Candle? {
    if ahead.isEmpty, let from {
      // What is archived meanwhile is not played: the same call reads the same market.
      let rows = try store.bars(
        of: row.series, length: row.length, in: from..<(row.last + 1), atMost: Self.page)
      self.from = rows.count < Self.page ? nil : rows.last.map { $0.openMilliseconds + 1 }
      ahead = rows[...]
    }
    guard let raw = ahead.popFirst() else { return nil }
    guard let candle = raw.candle(of: instrument, timeframe: timeframe) else {
      throw Fatal(
        .badConfiguration,
        "unable to play \(row.series) \(row.length) of \(store.path): the bar of "
          + "\(raw.openMilliseconds) does not fit \(instrument.id) (tick \(instrument.tickSize), "
          + "lot \(instrument.lotSize)): map its symbol to the contract it belongs to")
    }
    return candle
  }
}
