package import Domain

/// Which of the given files and folders are played: per instrument the one finest candle file.
///
/// Invariants: 1. There is at least one file, and one per instrument at most. 2. Every file
/// that was given or found is either played or named once in `leftAside`, with the reason.
package struct MarketSelection: Sendable {
  /// Sorted by instrument.
  package let files: [(instrument: InstrumentID, path: String)]
  /// One sentence per file.
  package let leftAside: [String]

  /// Chooses among `paths`; `symbols` maps a symbol in a file's name to the venue's.
  ///
  /// Of two files with bars of one length the one with more candles is played, then the more recent
  /// one. Folders are not searched below their first level. Mark and funding files are left aside.
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
    return MarketSelection(files: files, leftAside: search.leftAside)
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
