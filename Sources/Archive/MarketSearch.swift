import Domain

/// The candle files among the paths an operator gave, and what is left aside.
struct MarketSearch {
  /// A candle file that could be played.
  struct Candidate: Hashable {
    let path: String
    let timeframe: Timeframe
  }

  private let symbols: [String: String]
  private(set) var candidates: [InstrumentID: [Candidate]] = [:]
  /// Files of mark prices.
  private(set) var marks: [InstrumentID: [Candidate]] = [:]
  /// Files of funding rates.
  private(set) var funding: [InstrumentID: [String]] = [:]
  private(set) var leftAside: [String] = []
  private var seen: Set<String> = []

  init(symbols: [String: String]) {
    self.symbols = symbols
  }

  /// Takes a file, or every file of a folder.
  mutating func add(_ path: String) throws(ArchiveError) {
    switch PathKind(path) {
    case .file: try add(file: path)
    case .folder: try add(folder: path)
    case .other:
      throw ArchiveError(
        .unreadable, path, "neither a file nor a folder", remedy: "name a candle file")
    case nil:
      throw ArchiveError(
        .missing, path, "no such file or folder", remedy: "check the path given with --market")
    }
  }

  mutating func leave(_ path: String, _ why: String) {
    leftAside.append("\(path): left aside, \(why)")
  }

  /// A file that was named must be usable, except for what only goes with candles.
  private mutating func add(file path: String) throws(ArchiveError) {
    guard isNew(path) else { return }
    guard let name = MarketFileName(path), let symbol = name.symbol else {
      throw ArchiveError(
        .symbol, path, "its name holds no symbol",
        remedy: "name it like venue_SYMBOL_1m.csv.gz or SYMBOL_1m.csv")
    }
    if try isCompanion(name, symbol, path) { return }
    guard let instrument = instrument(symbol) else {
      throw ArchiveError(
        .symbol, path, "no instrument is mapped to \(symbol)",
        remedy: "add \(symbol) under venue.symbols in the configuration")
    }
    candidates[instrument, default: []].append(
      Candidate(path: path, timeframe: try timeframe(name, path)))
  }

  /// Of a folder everything that cannot be played is left aside, but something must remain.
  private mutating func add(folder: String) throws(ArchiveError) {
    var found = 0
    for path in try Folder.files(of: folder) {
      guard let name = MarketFileName(path), let symbol = name.symbol else {
        if isNew(path) { leave(path, "its name is not that of a candle file") }
        continue
      }
      if isCompanionKind(name) {
        if isNew(path) { _ = try isCompanion(name, symbol, path) }
        continue
      }
      guard let instrument = instrument(symbol) else {
        if isNew(path) {
          leave(path, "no instrument is mapped to \(symbol) under venue.symbols")
        }
        continue
      }
      found += 1
      guard isNew(path) else { continue }
      candidates[instrument, default: []].append(
        Candidate(path: path, timeframe: try timeframe(name, path)))
    }
    guard found > 0 else {
      throw ArchiveError(
        .noCandles, folder, "the folder holds no candle file of a mapped symbol",
        remedy: "put files like venue_SYMBOL_1m.csv.gz there, or name another folder")
    }
  }

  /// Whether the file holds something else than candles that could be played.
  private func isCompanionKind(_ name: MarketFileName) -> Bool {
    name.kind != .candles || name.length != nil && name.timeframe == nil
  }

  /// Takes a file that goes with candles, or leaves it aside; false when it holds candles itself.
  private mutating func isCompanion(
    _ name: MarketFileName, _ symbol: String, _ path: String
  ) throws(ArchiveError) -> Bool {
    guard isCompanionKind(name) else { return false }
    if name.kind != .funding, name.length != nil, name.timeframe == nil {
      leave(path, "bars of \(name.length ?? "") are none of \(CandleFile.known)")
      return true
    }
    guard let instrument = instrument(symbol) else {
      leave(path, "no instrument is mapped to \(symbol) under venue.symbols")
      return true
    }
    if name.kind == .funding {
      funding[instrument, default: []].append(path)
    } else {
      marks[instrument, default: []].append(
        Candidate(path: path, timeframe: try timeframe(name, path)))
    }
    return true
  }

  /// The mapped instrument; a symbol that is already the venue's own needs no entry.
  private func instrument(_ symbol: String) -> InstrumentID? {
    InstrumentID(symbols[symbol] ?? (symbol.hasPrefix("PF_") ? symbol : ""))
  }

  private func timeframe(
    _ name: MarketFileName, _ path: String
  ) throws(ArchiveError) -> Timeframe {
    if let named = name.timeframe { return named }
    return try CandleFile.load(path).timeframe
  }

  /// Whether this is the first time the file is met, by whatever path.
  private mutating func isNew(_ path: String) -> Bool {
    seen.insert(Folder.canonical(path)).inserted
  }
}
