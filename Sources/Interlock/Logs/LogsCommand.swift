import ArgumentParser
import Daemon
import Foundation
import Glibc

/// `interlock logs`: what supervisor and stages said, from the file or from the journal.
struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "What supervisor and stages said last, and what they say now.",
    discussion: """
      Of `interlock run` it is interlock.log in the state folder; without that file the journal of \
      --unit is read (journalctl). Lines are key=value, or JSON when the pipeline was started with \
      --log-format json.
      Exit codes: 0 done, also when no line matches; 64 no such stage; 69 there is no log.
      Example: interlock logs order-router --follow --level warning
      """)
  @Argument(
    help: "Only this process, such as order-router or supervisor (default: all).",
    completion: .list(Siblings.executables))
  var stage: String?
  @Flag(name: [.short, .long], help: "Go on with what comes, until Ctrl-C.") var follow = false
  @Option(
    name: [.customShort("n"), .long], help: "How many lines back, 0 to 100000 (default: 50).")
  var lines: Int = 50
  @Option(help: "Quietest level: debug, info, notice, warning or error (default: debug).")
  var level: String = LogLevel.debug.rawValue
  @Option(help: "Unit whose journal is read when there is no file.") var unit: String = "interlock"
  @OptionGroup var directory: RunDirectoryOption
  @OptionGroup var state: StateDirectoryOption
  @Flag(help: "One JSON object a line.") var json = false

  func validate() throws {
    if let stage, !Siblings.executables.contains(stage) {
      throw ValidationError(
        "\(stage): no such process: one of \(Siblings.executables.joined(separator: ", "))")
    }
    guard (0...100_000).contains(lines) else {
      throw ValidationError("--lines: \(lines) is out of bounds, 0 to 100000")
    }
    guard LogLevel(rawValue: level) != nil else {
      let words = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--level: \(level) is unknown: one of \(words)")
    }
  }

  func run() throws {
    let signals = try SignalDescriptor()
    var filter = LogFilter(stage: stage, level: LogLevel(rawValue: level) ?? .debug)
    let file = LogFile("\(try stateFolder())/interlock.log")
    guard file.exists else { return try readJournal(signals, &filter) }
    var kept: [LogLine] = []
    for text in file.read() {
      let line = LogLine(text)
      guard filter.passes(line) else { continue }
      kept.append(line)
      if kept.count > lines { kept.removeFirst(kept.count - lines) }
    }
    guard kept.allSatisfy({ show($0) }), follow else { return }
    while true {
      var item = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&item, 1, 200)
      if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) { return }
      for text in file.read() {
        let line = LogLine(text)
        guard !filter.passes(line) || show(line) else { return }
      }
    }
  }

  private func stateFolder() throws(Fatal) -> String {
    if let given = state.stateDir { return Directories.absolute(given) }
    return try RunFiles(directory.path).readInstance()?.stateDirectory ?? Directories.defaultState
  }

  /// False when nobody reads any more.
  private func show(_ line: LogLine) -> Bool {
    let text = json ? line.json : Self.painted(line, Paint.standardOutput)
    return text.withCString { puts($0) } >= 0 && fflush(nil) == 0
  }

  static func painted(_ line: LogLine, _ paint: Paint) -> String {
    if line.isFatal || line.level == .error { return paint.red(line.text) }
    return line.level == .warning ? paint.yellow(line.text) : line.text
  }

  private func readJournal(_ signals: SignalDescriptor, _ filter: inout LogFilter) throws {
    guard let journal = try JournalReader(unit: unit, lines: lines, follow: follow) else {
      throw Fatal(
        .notRunning,
        "unable to find a log: no interlock.log in \(try stateFolder()) and no journal of "
          + "\(unit): give --state-dir or --unit")
    }
    while let texts = journal.next(signals) {
      for text in texts {
        let line = LogLine(text)
        guard !filter.passes(line) || show(line) else { return }
      }
    }
  }
}
