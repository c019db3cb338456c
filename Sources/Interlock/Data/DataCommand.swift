import Archive
import ArgumentParser
import Daemon
import Domain
import Glibc

/// `interlock data`: candles and funding rates on disk.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Candles, funding rates and recordings on disk.",
    discussion: """
      Exit codes: 0 done and nothing found, 1 findings (bad lines, conflicts, gaps, damage), \
      64 misuse, 75 another process holds the archive, 78 a file or the archive cannot be used.
      """,
    subcommands: [
      DataImportCommand.self, DataListCommand.self, DataCheckCommand.self, DataRecordCommand.self,
      DataReplayCommand.self,
    ])
}

/// Which archive a command works on.
struct ArchiveOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The archive (default: archive.sqlite in the state directory).", valueName: "file"))
  var archive: String?

  @Option(
    help: ArgumentHelp(
      "Folder of everything that must survive (default: $STATE_DIRECTORY under systemd, "
        + "$XDG_STATE_HOME/interlock, else ~/.local/state/interlock).", valueName: "folder"))
  var stateDir: String?

  static let fileName = "archive.sqlite"

  var path: String {
    Directories.absolute(
      archive ?? "\(stateDir ?? Directories.defaultState)/\(Self.fileName)")
  }

  /// Opens it; `making` also makes its folder.
  func open(making: Bool) throws(Fatal) -> CandleStore {
    if making, archive == nil {
      try Folder.prepare(stateDir ?? Directories.defaultState, flag: "--state-dir")
    }
    do {
      return try CandleStore(path: path, readOnly: !making)
    } catch {
      throw Fatal(error)
    }
  }
}

/// How the operator names what a file's name does not.
struct LabelOptions: ParsableArguments {
  @Option(help: "The venue of the files, such as kraken (default: as their names say).")
  var venue: String?

  @Option(help: "The symbol of the files (default: as their names say).")
  var symbol: String?

  @Option(help: "The length of their bars, such as 1m, 1h or 8h (default: as they say).")
  var timeframe: String?

  func validate() throws {
    if let timeframe, BarLength(timeframe) == nil {
      throw ValidationError("--timeframe: \(timeframe) is no length such as 1m, 1h or 1d")
    }
    if SeriesID(venue: venue ?? "local", symbol: symbol ?? "X") == nil {
      throw ValidationError("--venue, --symbol: small letters, and letters and digits")
    }
  }

  var labels: FileLabels {
    FileLabels(venue: venue, symbol: symbol, length: timeframe.flatMap { BarLength($0) })
  }
}

extension Fatal {
  init(_ error: CandleStoreError) {
    if case .busy = error {
      self.init(.tryAgain, error.description)
    } else {
      self.init(.badConfiguration, error.description)
    }
  }
}

/// Moments as people read them.
enum Moment {
  /// `2013-10-06T22:00Z`; to the millisecond when it is no whole minute.
  static func text(_ milliseconds: Int64) -> String {
    let text = ISO8601.text(milliseconds: milliseconds)
    guard milliseconds % 60_000 == 0, text.hasSuffix(":00.000Z") else { return text }
    return "\(text.dropLast(8))Z"
  }
}
