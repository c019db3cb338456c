import Archive
import ArgumentParser
import Daemon
import Domain

/// `interlock data check [FILE…]`.
struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Gaps, overlaps, impossible and misaligned bars.",
    discussion: """
      Without files it looks at every row of the archive and at the archive's own file; with files \
      it reads those, archives nothing, and also names their bad lines. The last bar of a file may \
      be partial; that alone is no finding. Exit code 1 when anything is found.
      """)

  static let most = 100_000

  @Argument(help: ArgumentHelp("Files to look at instead of the archive.", valueName: "file"))
  var files: [String] = []

  @OptionGroup var archive: ArchiveOption
  @OptionGroup var labels: LabelOptions
  @OptionGroup var output: JSONFlag

  @Option(help: "How many findings of each series are named, 0 to 100000.")
  var limit = 10

  func validate() throws {
    guard (0...Self.most).contains(limit) else {
      throw ValidationError("--limit: \(limit) is out of bounds, 0 to \(Self.most)")
    }
  }

  func run() throws {
    let text = files.isEmpty ? try checkArchive() : checkFiles()
    print(output.json ? text.json : text.plain)
    if text.isUnreadable { StageHost.leave(.badConfiguration) }
    StageHost.leave(text.isClean ? .done : .no)
  }

  private func checkArchive() throws(Fatal) -> CheckText {
    let store = try archive.open(making: false)
    do {
      let damage = try store.damage()
      // Rows of a damaged file may not be readable at all; the damage is the finding then.
      let audits =
        damage.isEmpty
        ? try store.audit(mostFindings: limit) : (try? store.audit(mostFindings: limit)) ?? []
      return CheckText(audits: audits, damage: damage)
    } catch {
      throw Fatal(error)
    }
  }

  private func checkFiles() -> CheckText {
    let bar = ProgressBar(of: files.count)
    defer { bar.clear() }
    let now = WallTime(milliseconds: Clock.wallMilliseconds())
    let audits = files.enumerated().map { index, file in
      bar.show(file.split(separator: "/").last.map(String.init) ?? file, index: index, fraction: 0)
      return FileAudit.run(file, labels: labels.labels, now: now, mostFindings: limit)
    }
    return CheckText(files: audits)
  }
}
