package import Domain

/// Which of the given files and folders are played: per instrument the one finest candle file, the
/// mark prices whose bars are as long, and the funding rates.
///
/// Invariants: 1. There is at least one file, and one per instrument at most. 2. Every file
/// that was given or found is either played or named once in `leftAside`, with the reason.
package struct MarketSelection: Sendable {
  /// Sorted by instrument.
  package let files: [(instrument: InstrumentID, path: String)]
  /// Of instruments in `files` alone.
  package let marks: [InstrumentID: String]
  package let funding: [InstrumentID: String]
  /// One sentence per file.
  package let leftAside: [String]

  /// Chooses among `paths`; `symbols` maps a symbol in a file's name to the venue's.
  ///
  /// Of two files with bars of one length the one with more candles is played, then the more recent
  /// one. Folders are not searched below their first level.
  package static func choose(
    paths: [String], symbols: [String: String]
  ) throws(ArchiveError) -> MarketSelection {
    var search = MarketSearch(symbols: symbols)
    for path in paths { try search.add(path) }
    var files: [(instrument: InstrumentID, path: String)] = []
    for (instrument, candidates) in search.candidates.sorted(by: { $0.key < $1.key }) {
      let chosen = try finest(of: candidates)
      files.append((instrument, chosen.path))
      for other in candidates where other != chosen {
        search.leave(other.path, "\(instrument) is played from \(chosen.path)")
      }
    }
    guard !files.isEmpty else {
      throw ArchiveError(
        .noCandles, paths.joined(separator: " "), "there is no candle file",
        remedy: "name files like venue_SYMBOL_1m.csv.gz, or folders that hold some")
    }
    var lengths: [InstrumentID: Timeframe] = [:]
    for file in files {
      lengths[file.instrument] =
        search.candidates[file.instrument]?
        .first { $0.path == file.path }?.timeframe
    }
    return MarketSelection(
      files: files, marks: try marks(&search, lengths), funding: try funding(&search, lengths),
      leftAside: search.leftAside)
  }

  /// Per played instrument the marks with bars as long as its candles.
  private static func marks(
    _ search: inout MarketSearch, _ lengths: [InstrumentID: Timeframe]
  ) throws(ArchiveError) -> [InstrumentID: String] {
    var chosen: [InstrumentID: String] = [:]
    for (instrument, candidates) in search.marks.sorted(by: { $0.key < $1.key }) {
      let fitting = candidates.filter { $0.timeframe == lengths[instrument] }
      let best = fitting.isEmpty ? nil : try finest(of: fitting)
      chosen[instrument] = best?.path
      for other in candidates where other != best {
        guard let length = lengths[instrument] else {
          search.leave(other.path, "there are no candles of \(instrument) beside it")
          continue
        }
        search.leave(
          other.path,
          best == nil
            ? "its mark prices are not of \(length.rawValue), as the candles of \(instrument)"
            : "the mark of \(instrument) is played from \(best?.path ?? "")")
      }
    }
    return chosen
  }

  /// Per played instrument the file with the most rates.
  private static func funding(
    _ search: inout MarketSearch, _ lengths: [InstrumentID: Timeframe]
  ) throws(ArchiveError) -> [InstrumentID: String] {
    var chosen: [InstrumentID: String] = [:]
    for (instrument, paths) in search.funding.sorted(by: { $0.key < $1.key }) {
      guard lengths[instrument] != nil else {
        for path in paths {
          search.leave(path, "there are no candles of \(instrument) beside it")
        }
        continue
      }
      var most = 0
      for path in paths {
        let count = paths.count == 1 ? 1 : try FundingFile.load(path).rates.count
        guard count > most else { continue }
        most = count
        chosen[instrument] = path
      }
      for path in paths where path != chosen[instrument] {
        search.leave(
          path, "the funding of \(instrument) is played from \(chosen[instrument] ?? "")")
      }
    }
    return chosen
  }

  private static func finest(
    of candidates: [MarketSearch.Candidate]
  ) throws(ArchiveError) -> MarketSearch.Candidate {
    let finest = candidates.map(\.timeframe.milliseconds).min()
    let rest = candidates.filter { $0.timeframe.milliseconds == finest }
    var best: (candidate: MarketSearch.Candidate, count: Int, last: Int64)?
    for candidate in rest {
      guard rest.count > 1 else { return candidate }
      let candles = try CandleFile.load(candidate.path).candles
      let last = candles.last?.openMilliseconds ?? 0
      guard let known = best, (known.count, known.last) >= (candles.count, last) else {
        best = (candidate, candles.count, last)
        continue
      }
    }
    guard let best else {
      throw ArchiveError(.noCandles, "", "there is no candle file", remedy: "name one")
    }
    return best.candidate
  }
}
