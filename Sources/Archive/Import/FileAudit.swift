package import Domain

/// What a file of bars holds and what is wrong with it, without archiving anything.
package struct FileAudit: Sendable {
  package let path: String
  /// Nil when the file could not be opened as one of bars.
  package internal(set) var bars: SeriesAudit?
  package internal(set) var bad = 0
  package internal(set) var badExamples: [ArchiveError] = []
  /// Why it was not read to its end.
  package internal(set) var failure: ArchiveError?
  /// Open time of the last bar, which may be partial.
  package internal(set) var mayBePartial: Int64?

  package var isClean: Bool { bad == 0 && failure == nil && bars?.isClean == true }

  /// Reads `path` to its end or to what ends it.
  package static func run(
    _ path: String, labels: FileLabels, now: WallTime, mostFindings: Int,
    known: KnownGaps = KnownGaps()
  ) -> FileAudit {
    if let name = MarketFileName(path), name.kind == .funding {
      return funding(path, name, labels: labels, mostFindings: mostFindings, known: known)
    }
    var audit = FileAudit(path: path)
    do {
      let file = try BarFile(path, labels: labels, now: now.milliseconds)
      var bars = SeriesAudit(
        series: file.series, length: file.length, mostFindings: mostFindings, known: known)
      defer { audit.bars = bars }
      var forming: ArchiveError?
      while let item = try file.next() {
        if let error = forming { audit.note(error) }
        forming = nil
        switch item {
        case .bar(let bar): bars.see(bar.openMilliseconds)
        case .bad(let error) where error.reason == .notClosed: forming = error
        case .bad(let error): audit.note(error)
        }
      }
      audit.mayBePartial = bars.last
    } catch {
      audit.failure = error
    }
    return audit
  }

  mutating func note(_ error: ArchiveError) {
    bad += 1
    if badExamples.count < ImportReport.mostExamples { badExamples.append(error) }
  }
}
