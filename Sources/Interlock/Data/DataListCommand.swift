import Archive
import ArgumentParser
import Daemon

/// `interlock data list`.
struct DataListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "What the archive holds.",
    discussion: """
      Exit codes: 0 done, also when it is empty; 70 a damaged archive, 75 another process holds \
      it, 78 there is none.
      Example: interlock data list --json
      """)

  @OptionGroup var archive: ArchiveOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    let contents: [SeriesContents]
    do {
      contents = try archive.open(making: false).contents()
    } catch let error as CandleStoreError {
      throw Fatal(error)
    }
    guard !output.json else {
      let objects: [[String: Any]] = contents.map { row in
        [
          "venue": row.series.venue, "symbol": row.series.symbol,
          "kind": row.series.kind.rawValue, "timeframe": row.length.description,
          "first_ms": row.first, "last_ms": row.last, "count": row.count, "gaps": row.gaps,
          "missing": row.missing,
        ]
      }
      return print(JSONText.line(objects))
    }
    let head = ["series", "length", "first", "last", "bars", "gaps", "missing"]
    let rows = contents.map { row in
      [
        row.series.description, row.length.description, Moment.text(row.first),
        Moment.text(row.last), "\(row.count)", "\(row.gaps)", "\(row.missing)",
      ]
    }
    print(Table.text(head, rows))
  }
}
