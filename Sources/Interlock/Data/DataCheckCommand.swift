import Archive
import ArgumentParser
import Daemon
import Domain
import Foundation

/// `interlock data check [FILE…]`.
struct DataCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Gaps, overlaps, impossible and misaligned bars.",
    discussion: """
      Without files it looks at every row of the archive and at the archive's own file; with files \
      it reads those, archives nothing, and also names their bad lines. The last bar of a file may \
      be partial; that alone is no finding. Exit code 1 when anything is found. Gaps that the file \
      of --known names (docs/archive.md) are shown as known and are no findings; --gaps prints \
      what gaps there are in the words of such a file.
      Exit codes: 0 nothing was found, 1 something was, 64 misuse, 75 another process holds the \
      archive, 78 a file or the archive cannot be used.
      Example: interlock data check --symbol PF_XBTUSD
      """)

  static let most = 100_000

  @Argument(help: ArgumentHelp("Files to look at instead of the archive.", valueName: "file"))
  var files: [String] = []

  @OptionGroup var archive: ArchiveOption
  @OptionGroup var labels: LabelOptions
  @OptionGroup var output: JSONFlag

  @Option(help: "How many findings of each series are named, 0 to 100000.")
  var limit = 10

  @Option(help: ArgumentHelp("Gaps that have been explained (default: none).", valueName: "file"))
  var known: String?

  @Flag(help: "Print the gaps that are not known as lines for --known, and nothing else.")
  var gaps = false

  func validate() throws {
    if gaps, output.json { throw ValidationError("--gaps prints lines: leave --json out") }
    guard (0...Self.most).contains(limit) else {
      throw ValidationError("--limit: \(limit) is out of bounds, 0 to \(Self.most)")
    }
  }

  func run() throws {
    let known = try knownGaps()
    let text = files.isEmpty ? try checkArchive(known) : checkFiles(known)
    if gaps {
      text.gaps.forEach { print($0) }
    } else {
      print(output.json ? text.json : text.plain)
    }
    if text.isUnreadable { StageHost.leave(.badConfiguration) }
    StageHost.leave(text.isClean ? .done : .no)
  }

  /// What `--gaps` prints has no bound but the archive's own.
  private var most: Int { gaps ? .max : limit }

  private func knownGaps() throws(Fatal) -> KnownGaps {
    guard let known else { return KnownGaps() }
    guard let text = try? String(contentsOfFile: known, encoding: .utf8) else {
      throw Fatal(
        .badConfiguration, "unable to read known gaps \(known): name a readable UTF-8 file")
    }
    do throws(ArchiveError) {
      return try KnownGaps(text, path: known)
    } catch {
      throw Fatal(.badConfiguration, error.description)
    }
  }

  private func checkArchive(_ known: KnownGaps) throws(Fatal) -> CheckText {
    let store = try archive.open(making: false)
    do {
      let damage = try store.damage()
      // Rows of a damaged file may not be readable at all; the damage is the finding then.
      let audits =
        damage.isEmpty
        ? try store.audit(mostFindings: most, known: known)
        : (try? store.audit(mostFindings: most, known: known)) ?? []
      return CheckText(audits: audits, damage: damage)
    } catch {
      throw Fatal(error)
    }
  }

  private func checkFiles(_ known: KnownGaps) -> CheckText {
    let bar = ProgressBar(of: files.count)
    defer { bar.clear() }
    let now = WallTime(milliseconds: Clock.wallMilliseconds())
    let audits = files.enumerated().map { index, file in
      bar.show(file.split(separator: "/").last.map(String.init) ?? file, index: index, fraction: 0)
      return FileAudit.run(
        file, labels: labels.labels, now: now, mostFindings: most, known: known)
    }
    return CheckText(files: audits)
  }
}
