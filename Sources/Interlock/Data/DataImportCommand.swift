import Archive
import ArgumentParser
import Daemon
import Domain

/// `interlock data import FILE…`.
struct DataImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Bring files of candles and funding rates into the archive.",
    discussion: """
      Reads CSV with the columns ts,open,high,low,close,volume and ts,funding_rate, and Kraken's \
      own OHLCVT download (XBTUSD_60.csv), plain or gzip. A bar that is archived already with the \
      same numbers is nothing new; with other numbers it is a conflict, and the archived one stays \
      unless --replace. The last bar of a file may be partial and waits for the next file.
      Exit codes: 0 all is archived, 1 bad lines, conflicts or damaged files, 64 misuse, 75 \
      another process holds the archive, 78 a file or the archive cannot be used.
      Example: interlock data import market/*.csv.gz
      """)

  @Argument(help: ArgumentHelp("Files to import.", valueName: "file"))
  var files: [String]

  @OptionGroup var archive: ArchiveOption
  @OptionGroup var labels: LabelOptions
  @OptionGroup var output: JSONFlag

  @Flag(help: "Let the files win where the archive holds other numbers.")
  var replace = false

  @Flag(help: "The last bar of each file is whole too.")
  var complete = false

  func run() throws {
    let store = try archive.open(making: true)
    var options = MarketImport.Options()
    options.labels = labels.labels
    options.policy = replace ? .replace : .keep
    options.isLastWhole = complete
    let bar = ProgressBar(of: files.count)
    var reports: [ImportReport] = []
    for (index, file) in files.enumerated() {
      let name = file.split(separator: "/").last.map(String.init) ?? file
      let work = MarketImport(
        into: store, options: options, now: WallTime(milliseconds: Clock.wallMilliseconds())
      ) { bar.show(name, index: index, fraction: $0) }
      do {
        reports.append(try work.run(file))
      } catch {
        bar.clear()
        throw Fatal(error)
      }
    }
    bar.clear()
    do {
      try store.close()
    } catch {
      throw Fatal(error)
    }
    let text = ImportText(reports: reports, archive: archive.path, replaced: replace)
    print(output.json ? text.json : text.plain)
    StageHost.leave(code(reports))
  }

  private func code(_ reports: [ImportReport]) -> Daemon.ExitCode {
    if reports.contains(where: \.isUnreadable) { return .badConfiguration }
    return reports.allSatisfy(\.isClean) ? .done : .no
  }
}
