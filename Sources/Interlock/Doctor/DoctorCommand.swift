import ArgumentParser
import Daemon
import Glibc

/// `interlock doctor`: everything that can be looked at before money is at stake.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at everything a start needs; each row says what to do.",
    discussion: """
      Rows are ok, warn, fail or skip. Whatever needs key, ledger or venue is looked at by \
      `order-router --check`, which uses the key only while no router does; this command never \
      reads a key. Nothing is changed.
      Exit codes: 0 no row fails, 1 a row fails, 64 misuse, 70 internal.
      Example: interlock doctor --profile paper --config /etc/interlock/interlock.yaml
      """)
  @Option(help: "Profile: demo, paper or live (default: of what runs, else demo).")
  var profile: String?
  @Option(help: "Account the state belongs to (default: of what runs, else demo).")
  var account: String?
  @Option(
    help: ArgumentHelp(
      "Configuration file (default: none, every default holds).", valueName: "file"))
  var config: String?
  @Option(
    help: ArgumentHelp(
      "File of key and secret, mode 0600 (default: STATE-keys/venue beside the state folder); only "
        + "order-router reads it.", valueName: "file"))
  var secretFile: String?
  @Option(help: ArgumentHelp("Unit file of the service.", valueName: "file"))
  var unit: String = "/etc/systemd/system/interlock.service"
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var state: StateDirectoryOption
  @OptionGroup var output: JSONFlag

  func validate() throws {
    if let profile, Profile(rawValue: profile) == nil {
      let words = Profile.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--profile: \(profile) is unknown: one of \(words)")
    }
  }

  func run() throws {
    let look = DoctorLook(
      profile: profile.flatMap { Profile(rawValue: $0) }, account: account,
      config: config.map(Directories.absolute), secretFile: secretFile.map(Directories.absolute),
      unit: unit, runDirectory: directory.path,
      stateDirectory: state.stateDir.map(Directories.absolute))
    let rows = look.rows()
    print(output.json ? JSONLine.text(rows) : Self.text(rows, Paint.standardOutput))
    if rows.contains(where: { $0.state == .fail }) { StageHost.leave(.no) }
  }

  static func text(_ rows: [CheckRow], _ paint: Paint) -> String {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { row in
      let word = row.state.rawValue + String(repeating: " ", count: 4 - row.state.rawValue.count)
      let name = row.name + String(repeating: " ", count: width - row.name.count)
      let remedy = row.remedy.isEmpty ? "" : "\n      \(row.remedy)"
      return "\(paint.state(row.state, word))  \(name)  \(row.found)\(remedy)"
    }.joined(separator: "\n")
  }
}
