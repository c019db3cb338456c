import Archive

/// What an import says at its end.
struct ImportText {
  let reports: [ImportReport]
  let archive: String
  let replaced: Bool

  var plain: String {
    let head = ["file", "series", "length", "new", "same", "conflicts", "bad", "held back"]
    let rows = reports.map { report in
      [
        report.path.split(separator: "/").last.map(String.init) ?? report.path,
        report.series?.description ?? "-", report.length?.description ?? "-",
        "\(report.inserted)", "\(report.same)", "\(report.conflicts)", "\(report.bad)",
        report.heldBack.map(Moment.text) ?? "-",
      ]
    }
    return ([Table.text(head, rows)] + reports.flatMap(details)).joined(separator: "\n")
  }

  private func details(_ report: ImportReport) -> [String] {
    var lines = report.badExamples.map(\.description)
    if report.bad > lines.count {
      lines.append("\(report.path): and \(report.bad - lines.count) more bad lines")
    }
    let verdict = replaced ? "replaced" : "kept as archived"
    lines += report.conflictExamples.map { "\(report.path): conflict, \(verdict): \($0)" }
    if report.conflicts > report.conflictExamples.count {
      let more = report.conflicts - report.conflictExamples.count
      lines.append("\(report.path): and \(more) more conflicts")
    }
    if let failure = report.failure { lines.append(failure.description) }
    return lines
  }

  var json: String {
    let total = reports.reduce(0) { $0 + $1.inserted }
    return JSONText.line(["archive": archive, "inserted": total, "files": reports.map(object)])
  }

  private func object(_ report: ImportReport) -> [String: Any] {
    var object: [String: Any] = [
      "file": report.path, "lines": report.lines, "inserted": report.inserted,
      "same": report.same, "conflicts": report.conflicts, "bad_lines": report.bad,
      "bad_line_examples": report.badExamples.map(Self.object),
      "conflict_examples": report.conflictExamples,
    ]
    object["venue"] = report.series?.venue
    object["symbol"] = report.series?.symbol
    object["kind"] = report.series?.kind.rawValue
    object["timeframe"] = report.length?.description
    object["held_back_ms"] = report.heldBack
    object["failure"] = report.failure.map(Self.object)
    return object
  }

  static func object(_ error: ArchiveError) -> [String: Any] {
    var object: [String: Any] = [
      "reason": error.reason.rawValue, "what": error.what, "remedy": error.remedy,
    ]
    object["line"] = error.line
    return object
  }
}
