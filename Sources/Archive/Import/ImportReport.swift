/// What became of one file.
package struct ImportReport: Sendable {
  package let path: String
  package internal(set) var series: SeriesID?
  package internal(set) var length: BarLength?
  /// Lines read, the header included.
  package internal(set) var lines = 0
  package internal(set) var inserted = 0
  package internal(set) var same = 0
  package internal(set) var conflicts = 0
  /// One sentence each, the first of them.
  package internal(set) var conflictExamples: [String] = []
  package internal(set) var bad = 0
  /// The first of them.
  package internal(set) var badExamples: [ArchiveError] = []
  /// Open time of the last bar of the file, which may be partial and is not archived.
  package internal(set) var heldBack: Int64?
  /// Why the file was not read to its end; what came before is archived.
  package internal(set) var failure: ArchiveError?

  package static let mostExamples = 20

  init(path: String) {
    self.path = path
  }

  /// Whether everything in the file is archived as it stands there.
  package var isClean: Bool { bad == 0 && conflicts == 0 && failure == nil }

  /// The file could not be opened at all.
  package var isUnreadable: Bool {
    inserted == 0 && (failure?.reason == .missing || failure?.reason == .unreadable)
  }

  mutating func note(_ error: ArchiveError) {
    bad += 1
    if badExamples.count < Self.mostExamples { badExamples.append(error) }
  }

  mutating func add(_ outcome: InsertOutcome, _ length: BarLength) {
    inserted += outcome.inserted
    same += outcome.same
    conflicts += outcome.conflicts
    for conflict in outcome.examples.prefix(Self.mostExamples - conflictExamples.count) {
      conflictExamples.append(
        "\(conflict.offered.openMilliseconds): archived \(conflict.archived.text) from "
          + "\(conflict.source), offered \(conflict.offered.text)")
    }
    for bar in outcome.unfit {
      note(
        ArchiveError(
          .impossible, path,
          "the prices of the bar at \(bar.openMilliseconds) need more than 18 digits together",
          remedy: "correct or remove the line"))
    }
  }

  mutating func add(_ outcome: FundingOutcome) {
    inserted += outcome.inserted
    same += outcome.same
    conflicts += outcome.conflicts
    for rate in outcome.examples.prefix(Self.mostExamples - conflictExamples.count) {
      conflictExamples.append("\(rate.milliseconds): another rate is archived than \(rate.rate)")
    }
  }
}

extension RawCandle {
  /// As a line of a file has it.
  package var text: String { "\(open),\(high),\(low),\(close),\(volume)" }
}
