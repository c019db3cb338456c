import Domain

// A file of funding rates is looked at like one of bars: each rate at its minute.
extension FileAudit {
  static func funding(
    _ path: String, _ name: MarketFileName, labels: FileLabels, mostFindings: Int,
    known: KnownGaps
  ) -> FileAudit {
    var audit = FileAudit(path: path)
    do throws(ArchiveError) {
      let reader = try LineReader(path)
      let series = try labels.series(of: path, name)
      guard let length = labels.length(name, isKrakens: false) else {
        throw ArchiveError(
          .timeframe, path, "its name does not tell how often the rate is settled",
          remedy: "name it like venue_SYMBOL_funding8h.csv.gz, or give --timeframe")
      }
      let header = try reader.next().map { String(decoding: $0.bytes, as: UTF8.self) }
      guard header == FundingFile.columns else {
        throw ArchiveError(
          .header, path, line: 1, "the columns are not \(FundingFile.columns)",
          remedy: "put that line first, or leave the file out")
      }
      var rates = SeriesAudit(
        series: series, length: length, mostFindings: mostFindings, known: known)
      defer { audit.bars = rates }
      var last: FundingFile.Rate?
      while let line = try reader.next() {
        do throws(ArchiveError) {
          let rate = try FundingFile.rate(line, after: last, path)
          last = rate
          // Venues stamp a settlement some milliseconds off its minute.
          rates.see((rate.milliseconds + 30_000) / 60_000 * 60_000)
        } catch {
          audit.note(error)
        }
      }
    } catch {
      audit.failure = error
    }
    return audit
  }
}
