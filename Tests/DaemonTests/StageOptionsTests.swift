import Testing

@testable import Daemon

@Suite("stage options")
struct StageOptionsTests {
  private static let directories = ["--run-dir", "/r", "--state-dir", "/s"]

  private func parse(_ stage: String, _ arguments: [String]) throws(Fatal) -> StageOptions {
    switch try StageOptions.parse(stage: stage, arguments: arguments) {
    case .options(let options): return options
    case .help: throw Fatal(.internalError, "help instead of options")
    }
  }

  private func refused(_ stage: String, _ arguments: [String], says word: String) {
    do {
      _ = try parse(stage, arguments)
      Issue.record("\(stage) accepted \(arguments)")
    } catch {
      #expect(error.code == .misuse, "\(error)")
      #expect(error.message.contains(word), "\(word) in: \(error)")
      #expect(!error.message.contains("\n"), "one line: \(error)")
    }
  }

  @Test func `what the supervisor says is understood`() throws {
    let options = try parse(
      "signal-service",
      Self.directories + [
        "--profile", "demo", "--account", "a.b-c_1", "--parent", "42", "--log-level", "debug",
        "--strategy", "one", "--strategy", "two",
      ])
    #expect(options.runDirectory == "/r" && options.stateDirectory == "/s")
    #expect(options.account == "a.b-c_1" && options.parent == 42)
    #expect(options.logLevel == .debug && options.strategies == ["one", "two"])
  }

  @Test(arguments: [
    (["--levrage", "5"], "--levrage"), (["extra"], "extra"),
    (["--profile", "prod"], "one of demo, paper, live"), (["--log-level", "loud"], "--log-level"),
    (["--account", "../x"], "--account"), (["--account", ""], "--account"),
    (["--parent", "x"], "--parent"), (["--run-dir"], "--run-dir"),
  ])
  func `a wrong flag is one line that names it`(_ arguments: [String], _ word: String) {
    refused("risk-gate", Self.directories + arguments, says: word)
  }

  @Test(arguments: [
    ("market-data", ["--strategy", "x"], "signal-service"),
    ("order-router", ["--market", "/m"], "paper-venue"),
    ("market-data", ["--key", "k"], "paper-venue"),
    ("supervisor", ["--listen", "127.0.0.1:0"], "paper-venue"),
    ("signal-service", ["--secret-file", "/f"], "order-router"),
  ])
  func `a flag of another process is refused with the process that takes it`(
    _ stage: String, _ arguments: [String], _ owner: String
  ) {
    refused(stage, Self.directories + arguments, says: owner)
  }

  @Test(arguments: [["--speed", "0"], ["--speed", "inf"], ["--speed", "nan"]])
  func `a speed that is no factor is refused`(_ arguments: [String]) {
    refused("paper-venue", arguments, says: "--speed")
  }

  @Test func `only the venue runs without directories, and not under a supervisor`() throws {
    refused("market-data", ["--run-dir", "/r"], says: "--state-dir")
    refused("market-data", ["--state-dir", "/s"], says: "--run-dir")
    #expect(try parse("paper-venue", []).runDirectory == nil)
    refused("paper-venue", ["--parent", "1"], says: "--run-dir")
  }

  @Test(arguments: Siblings.executables.filter { $0 != "interlock" })
  func `help names the process and shows only its own flags`(_ stage: String) throws {
    guard case .help(let text) = try StageOptions.parse(stage: stage, arguments: ["--help"]) else {
      Issue.record("no help")
      return
    }
    #expect(text.hasPrefix("USAGE: \(stage) "))
    #expect(text.contains("--run-dir") && text.contains("EXIT CODES"))
    #expect(
      text.contains("--strategy <")
        == ["signal-service", "risk-gate", "supervisor"].contains(stage))
    #expect(text.contains("--listen <") == (stage == "paper-venue"))
  }
}
