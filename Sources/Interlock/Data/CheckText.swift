import Archive

/// What a check says at its end.
struct CheckText {
  private let audits: [SeriesAudit]
  private let files: [FileAudit]
  private let damage: [String]

  init(audits: [SeriesAudit], damage: [String]) {
    self.audits = audits
    self.damage = damage
    files = []
  }

  init(files: [FileAudit]) {
    self.files = files
    audits = files.compactMap(\.bars)
    damage = []
  }

  var isClean: Bool {
    damage.isEmpty && audits.allSatisfy(\.isClean) && files.allSatisfy(\.isClean)
  }

  /// A file could not be opened.
  var isUnreadable: Bool {
    files.contains { $0.failure?.reason == .missing || $0.failure?.reason == .unreadable }
  }

  /// The gaps that are not known, as lines of a file of known ones.
  var gaps: [String] {
    audits.flatMap { audit in
      audit.findings.filter { $0.kind == .gap }.map {
        KnownGaps.line(audit.series, audit.length, from: $0.from, to: $0.to)
      }
    }
  }

  var plain: String {
    let kinds = SeriesAudit.Finding.Kind.allCases
    let head =
      ["series", "length", "bars", "first", "last", "known gaps", "missing"]
      + kinds.map(Self.word)
    let rows = audits.map { audit in
      [
        audit.series.description, audit.length.description, "\(audit.bars)",
        audit.first.map(Moment.text) ?? "-", audit.last.map(Moment.text) ?? "-",
        "\(audit.knownGaps)", "\(audit.missing)",
      ] + kinds.map { "\(audit.count($0))" }
    }
    var lines = [Table.text(head, rows)]
    lines += audits.flatMap(Self.findings)
    lines += files.flatMap(Self.details)
    lines += damage.map { "archive damaged: \($0)" }
    for audit in audits where audit.knownGaps > 0 {
      lines.append(
        "\(audit.series) \(audit.length): \(audit.knownGaps) known gaps, "
          + "\(audit.knownMissing) bars missing in them")
    }
    for audit in audits where audit.unseen > 0 {
      lines.append(
        "\(audit.series) \(audit.length): \(audit.unseen) gaps are named as known and not there")
    }
    let found = audits.filter { !$0.isClean }
    lines.append(
      isClean
        ? "nothing found" : "findings in \(found.count) of \(audits.count) series")
    return lines.joined(separator: "\n")
  }

  private static func word(_ kind: SeriesAudit.Finding.Kind) -> String {
    switch kind {
    case .gap: "gaps"
    case .overlap: "overlaps"
    case .misaligned, .impossible: kind.rawValue
    }
  }

  private static func findings(_ audit: SeriesAudit) -> [String] {
    var lines = audit.findings.map { finding in
      let place = "\(audit.series) \(audit.length): \(finding.kind.rawValue)"
      guard finding.from != finding.to else { return "\(place) \(Moment.text(finding.from))" }
      let span = "\(place) \(Moment.text(finding.from)) … \(Moment.text(finding.to))"
      guard finding.kind == .gap else { return span }
      return "\(span), \(finding.missing) \(finding.missing == 1 ? "bar" : "bars") missing"
    }
    let total = audit.counts.values.reduce(0, +)
    if total > lines.count {
      lines.append(
        "\(audit.series) \(audit.length): and \(total - lines.count) more (see --limit)")
    }
    return lines
  }

  private static func details(_ file: FileAudit) -> [String] {
    var lines = file.badExamples.map(\.description)
    if file.bad > lines.count {
      lines.append("\(file.path): and \(file.bad - lines.count) more bad lines")
    }
    if let failure = file.failure { lines.append(failure.description) }
    if let last = file.mayBePartial {
      lines.append("\(file.path): the last bar (\(Moment.text(last))) may be partial")
    }
    return lines
  }

  var json: String {
    var object: [String: Any] = [
      "clean": isClean, "damage": damage, "series": audits.map(Self.object),
    ]
    if !files.isEmpty { object["files"] = files.map(Self.object) }
    return JSONText.line(object)
  }

  private static func object(_ audit: SeriesAudit) -> [String: Any] {
    var object: [String: Any] = [
      "venue": audit.series.venue, "symbol": audit.series.symbol,
      "kind": audit.series.kind.rawValue, "timeframe": audit.length.description,
      "bars": audit.bars, "missing": audit.missing, "known_gaps": audit.knownGaps,
      "known_missing": audit.knownMissing, "known_not_there": audit.unseen,
    ]
    object["first_ms"] = audit.first
    object["last_ms"] = audit.last
    for kind in SeriesAudit.Finding.Kind.allCases {
      object[word(kind)] = audit.count(kind)
    }
    object["findings"] = audit.findings.map { finding in
      [
        "kind": finding.kind.rawValue, "from_ms": finding.from, "to_ms": finding.to,
        "missing": finding.missing,
      ] as [String: Any]
    }
    return object
  }

  private static func object(_ file: FileAudit) -> [String: Any] {
    var object: [String: Any] = [
      "file": file.path, "bad_lines": file.bad,
      "bad_line_examples": file.badExamples.map(ImportText.object),
    ]
    object["failure"] = file.failure.map(ImportText.object)
    object["last_may_be_partial_ms"] = file.mayBePartial
    return object
  }
}
