/// What is wrong with a row of bars, seen one after the other.
package struct SeriesAudit: Sendable {
  /// One thing that is wrong.
  package struct Finding: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
      /// Bars are missing between `from` and `to`, the open times around them.
      case gap
      /// The bar at `to` opens before the one at `from` closes, or before it opens.
      case overlap
      /// The open time is no multiple of the length.
      case misaligned
      /// A bar no market can have made, or one that cannot be read back.
      case impossible
    }

    package let kind: Kind
    package let from: Int64
    package let to: Int64
    /// Bars that a gap lacks.
    package let missing: Int64
  }

  package let series: SeriesID
  package let length: BarLength
  package private(set) var bars = 0
  package private(set) var first: Int64?
  package private(set) var last: Int64?
  package private(set) var counts: [Finding.Kind: Int] = [:]
  /// Bars that all gaps lack.
  package private(set) var missing: Int64 = 0
  /// The first findings, at most `mostFindings`.
  package private(set) var findings: [Finding] = []
  /// Gaps that are known, and the bars they lack; they are no findings.
  package private(set) var knownGaps = 0
  package private(set) var knownMissing: Int64 = 0
  /// Gaps that are named as known and of which nothing has been seen, within first and last.
  package var unseen: Int {
    guard let first, let last else { return 0 }
    return unmet.count { first <= $0.lowerBound && $0.upperBound <= last }
  }
  private let mostFindings: Int
  private let known: KnownGaps
  private var unmet: Set<Range<Int64>>

  package init(
    series: SeriesID, length: BarLength, mostFindings: Int, known: KnownGaps = KnownGaps()
  ) {
    self.known = known
    unmet = known.named(series, length)
    self.series = series
    self.length = length
    self.mostFindings = mostFindings
  }

  package var isClean: Bool { counts.isEmpty }

  package func count(_ kind: Finding.Kind) -> Int { counts[kind] ?? 0 }

  /// Takes the next bar in the order in which they are kept.
  package mutating func see(_ open: Int64, isPossible: Bool = true) {
    bars += 1
    if first == nil { first = open }
    if open % length.milliseconds != 0 { note(.misaligned, open, open) }
    if !isPossible { note(.impossible, open, open) }
    defer { last = open }
    guard let last else { return }
    let (step, overflow) = open.subtractingReportingOverflow(last)
    if step < length.milliseconds || overflow {
      note(.overlap, last, open)
    } else if step >= 2 * length.milliseconds {
      let lacking = step / length.milliseconds - 1
      if known.contains(series, length, from: last, to: open) {
        knownGaps += 1
        knownMissing += lacking
        unmet.remove(last..<open)
        return
      }
      missing += lacking
      note(.gap, last, open, missing: lacking)
    }
  }

  private mutating func note(
    _ kind: Finding.Kind, _ from: Int64, _ to: Int64, missing: Int64 = 0
  ) {
    counts[kind, default: 0] += 1
    guard findings.count < mostFindings else { return }
    findings.append(Finding(kind: kind, from: from, to: to, missing: missing))
  }
}
