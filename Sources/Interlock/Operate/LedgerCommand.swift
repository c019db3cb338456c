import ArgumentParser
import Daemon

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "The router's memory.", subcommands: [LedgerCopyCommand.self])
}

struct LedgerCopyCommand: ParsableCommand {
  private static let patienceMilliseconds: Int64 = 600_000

  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "A consistent copy for sqlite3 and auditors, made while the router trades.",
    discussion: """
      The router copies 1 MiB a turn; commits go on. FILE must not exist; it has its name only \
      when it is whole and on disk. The live file is locked by its owner.
      Exit codes: 0 copied, 1 refused, 69 not running, 75 no answer within 600 s.
      Example: interlock ledger copy /tmp/ledger.sqlite && sqlite3 /tmp/ledger.sqlite .tables
      """)
  @Argument(help: "A new file, in a folder the router may write.") var file: String
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var output: JSONFlag

  func run() throws {
    _ = try directory.instance()
    let path = Directories.absolute(file)
    let answer = try ControlClient(
      socket: RunFiles(directory.path).controlSocket("order-router"),
      timeoutMilliseconds: Self.patienceMilliseconds
    ).ask("copy", ["file": path])
    if output.json { print(answer) } else { print("copied to \(path)") }
  }
}
