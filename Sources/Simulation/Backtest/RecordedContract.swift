import Archive
package import Daemon
package import Domain
import SimulatedVenue

/// Contracts out of market files, ready to be played.
package enum RecordedContract {
  /// What was chosen among the files, and what was left aside.
  package struct Choice {
    package let contracts: [BacktestContract]
    package let leftAside: [String]
    /// Length of the shortest candles.
    package let timeframe: Timeframe
  }

  /// Opens the files that `paths` name, per instrument the finest candles and what goes with them.
  ///
  /// With a `seed` premium and marks are made up as the paper venue does; without one, and without
  /// recorded marks, mark and index are the last price and no funding is made up.
  package static func open(
    _ paths: [String], symbols: [String: String], seed: UInt64? = nil
  ) throws(Fatal) -> Choice {
    do {
      let selection = try MarketSelection.choose(paths: paths, symbols: symbols)
      let contracts = try selection.files.map { file in
        try contract(file.instrument, file.path, selection, seed)
      }
      let shortest = contracts.map(\.timeframe).min { $0.milliseconds < $1.milliseconds }
      return Choice(
        contracts: contracts, leftAside: selection.leftAside, timeframe: shortest ?? .oneMinute)
    } catch let error as ArchiveError {
      throw Fatal(.badConfiguration, error.description)
    } catch let error as Fatal {
      throw error
    } catch {
      throw Fatal(.internalError, "unable to open the market: \(error)")
    }
  }

  private static func contract(
    _ id: InstrumentID, _ path: String, _ selection: MarketSelection, _ seed: UInt64?
  ) throws -> BacktestContract {
    guard let contract = StandardInstruments.contract(id) else {
      let known = StandardInstruments.ids.map(\.symbol).joined(separator: ", ")
      throw Fatal(
        .badConfiguration,
        "unable to list \(id) for \(path): its steps are not known: map the file's symbol to one "
          + "of \(known)")
    }
    let stream = try CandleStream(path)
    let marks = try selection.marks[id].map { path in
      FileCandles(try CandleStream(path), contract.instrument)
    }
    return BacktestContract(
      contract: contract, timeframe: stream.timeframe,
      candles: FileCandles(stream, contract.instrument), marks: marks,
      funding: try selection.funding[id].map { try funding($0) }, seed: seed)
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

/// Candles of a file in the steps of their contract.
final class FileCandles: CandleSource {
  private let stream: CandleStream
  private let instrument: Instrument
  private var row = 1

  init(_ stream: CandleStream, _ instrument: Instrument) {
    self.stream = stream
    self.instrument = instrument
  }

  var fraction: Double { stream.fraction }

  func next() throws -> Candle? {
    guard let raw = try stream.next() else { return nil }
    row += 1
    guard let candle = raw.candle(of: instrument, timeframe: stream.timeframe) else {
      throw Fatal(
        .badConfiguration,
        "unable to read candles of \(stream.path): line \(row): the bar does not fit "
          + "\(instrument.id) (tick \(instrument.tickSize), lot \(instrument.lotSize)): map "
          + "\(stream.symbol) to the contract it belongs to")
    }
    return candle
  }
}
