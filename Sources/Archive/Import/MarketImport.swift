package import Domain

/// Brings market files into the archive.
///
/// Invariants:
/// 1. The last bar of a file is not archived unless the operator says that it is whole: what may be
///    partial never meets the closed one. Therefore the order of files does not matter.
/// 2. Batches are whole: an import that was killed and is repeated ends as one that was not.
/// 3. No more than one batch is held, whatever the size of the file.
package struct MarketImport {
  /// How files are taken.
  package struct Options: Sendable {
    package var labels = FileLabels()
    package var policy = ConflictPolicy.keep
    /// The last bar of each file is whole.
    package var isLastWhole = false

    package init() {}
  }

  static let batch = 20_000

  private let store: CandleStore
  private let options: Options
  private let now: WallTime
  /// Told after each batch how much of the file has been read.
  private let progress: (Double) -> Void

  package init(
    into store: CandleStore, options: Options, now: WallTime,
    progress: @escaping (Double) -> Void = { _ in }
  ) {
    self.store = store
    self.options = options
    self.now = now
    self.progress = progress
  }

  /// Takes the good bars of `path`; what is wrong with the file or its lines is in the report, and
  /// only an archive that cannot be used throws.
  package func run(_ path: String) throws(CandleStoreError) -> ImportReport {
    var report = ImportReport(path: path)
    let name = MarketFileName(path)
    do {
      if name?.kind == .funding {
        try funding(path, name, &report)
      } else {
        try bars(path, &report)
      }
    } catch let error as ArchiveError {
      report.failure = error
    } catch let error as CandleStoreError {
      throw error
    } catch {
      throw .unusable(path: store.path, why: "\(error)")
    }
    return report
  }

  private func bars(_ path: String, _ report: inout ImportReport) throws {
    let file = try BarFile(path, labels: options.labels, now: now.milliseconds)
    report.series = file.series
    report.length = file.length
    defer { report.lines = file.lines }
    var batch: [RawCandle] = []
    var pending: RawCandle?
    /// The last line, when all that is wrong with it is that its bar has not closed.
    var forming: ArchiveError?
    var failure: ArchiveError?
    read: while true {
      let item: BarFile.Item?
      do {
        item = try file.next()
      } catch {
        failure = error
        break read
      }
      guard let item else { break }
      if let error = forming { report.note(error) }
      forming = nil
      switch item {
      case .bad(let error) where error.reason == .notClosed: forming = error
      case .bad(let error): report.note(error)
      case .bar(let bar):
        if let whole = pending { batch.append(whole) }
        pending = bar
        guard batch.count >= Self.batch else { continue }
        try commit(&batch, file, &report)
        progress(file.fraction)
      }
    }
    report.failure = failure
    if let last = pending {
      // Behind a last bar that is forming, the one before it is whole.
      if options.isLastWhole || forming != nil {
        batch.append(last)
      } else {
        report.heldBack = last.openMilliseconds
      }
    }
    try commit(&batch, file, &report)
    progress(1)
  }

  private func commit(
    _ batch: inout [RawCandle], _ file: BarFile, _ report: inout ImportReport
  ) throws {
    guard !batch.isEmpty else { return }
    let outcome = try store.insert(
      batch, series: file.series, length: file.length, source: Self.source(file.path), now: now,
      onConflict: options.policy)
    report.add(outcome, file.length)
    batch.removeAll(keepingCapacity: true)
  }

  private func funding(
    _ path: String, _ name: MarketFileName?, _ report: inout ImportReport
  ) throws {
    let reader = try LineReader(path)
    let series = try options.labels.series(of: path, name)
    guard let length = options.labels.length(name, isKrakens: false) else {
      throw ArchiveError(
        .timeframe, path, "its name does not tell how often the rate is settled",
        remedy: "name it like venue_SYMBOL_funding8h.csv.gz, or give --timeframe")
    }
    report.series = series
    report.length = length
    let header = try reader.next().map { String(decoding: $0.bytes, as: UTF8.self) }
    guard header == FundingFile.columns else {
      throw ArchiveError(
        .header, path, line: 1, "the columns are not \(FundingFile.columns)",
        remedy: "put that line first, or leave the file out")
    }
    report.lines = 1
    var batch: [FundingFile.Rate] = []
    var last: FundingFile.Rate?
    func commit() throws {
      report.add(
        try store.insert(
          batch, series: series, length: length, source: Self.source(path), now: now,
          onConflict: options.policy))
      batch.removeAll(keepingCapacity: true)
      progress(reader.fraction)
    }
    while let line = try reader.next() {
      report.lines += 1
      do {
        let rate = try FundingFile.rate(line, after: last, path)
        last = rate
        batch.append(rate)
      } catch {
        report.note(error)
      }
      if batch.count >= Self.batch { try commit() }
    }
    try commit()
  }

  /// The name a row's source is kept under.
  private static func source(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "file")
  }
}
