import Foundation
import Testing

/// The real executable: every mistake is one line and a documented code.
@Suite("interlock", .serialized, .timeLimit(.minutes(5)))
struct CommandTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private func refused(
    _ arguments: [String], code: Int32, says word: String
  ) async throws {
    let answer = try await RealCommand.run(arguments, in: folder)
    #expect(answer.code == code, "\(arguments): \(answer)")
    #expect(answer.output.isEmpty, "standard output is for data: \(answer.output)")
    let lines = answer.errors.split(separator: "\n")
    #expect(lines.count == 1, "\(answer.errors)")
    #expect(answer.errors.hasPrefix("interlock: fatal: "), "\(answer.errors)")
    #expect(answer.errors.contains(word), "\(word) in: \(answer.errors)")
  }

  @Test(arguments: [
    (["dance"], "dance"), (["run", "--levrage", "5"], "--levrage"),
    (["run", "--speed", "0"], "--speed"), (["run", "--speed=-1"], "--speed"),
    (["run", "--speed", "nan"], "--speed"), (["run", "--for", "soon"], "--for"),
    (["run", "--for", "0s"], "--for"), (["run", "--profile", "prod"], "--profile"),
    (["run", "extra"], "extra"), (["tap"], "stream"),
    (["tap", "noise"], "noise"), (["tap", "all", "--count", "0"], "--count"),
    (["tap", "all", "--symbol", "a/b"], "--symbol"), (["events", "--from", "0"], "--from"),
    (["events", "--count", "1001"], "--count"), (["restart"], "stage"),
    (["status", "--yaml"], "--yaml"), (["limits", "tighten", "a"], "value"),
    (["limits", "tighten", "a", "1"], "--reason"), (["unlock", "throttle"], "--reason"),
    (["unlock", "--reason", "x"], "kind"), (["lock", "all", "--reason", "  "], "--reason"),
    (["lock", "all", "--minutes", "0", "--reason", "x"], "--minutes"),
    (["trades", "--count", "513"], "--count"), (["risk", "extra"], "extra"),
  ])
  func `a misuse is one line with 64`(_ arguments: [String], _ word: String) async throws {
    try await refused(arguments, code: 64, says: word)
  }

  @Test(arguments: [
    ["status"], ["status", "--json"], ["tap", "all"], ["orders"], ["intents"], ["fills"],
    ["positions"], ["events"], ["restart", "risk-gate"], ["risk"], ["risk", "--json"], ["limits"],
    ["limits", "show", "risk_gate", "--json"], ["locks"], ["trades"],
    ["limits", "tighten", "a", "1", "--reason", "x"],
    ["limits", "loosen", "a", "1", "--reason", "x"],
    ["limits", "confirm", "a", "1", "--reason", "x"], ["lock", "all", "--reason", "x"],
    ["unlock", "throttle", "--reason", "x"], ["explain", "a/b/1"],
  ])
  func `with nothing running every question ends with 69`(_ arguments: [String]) async throws {
    try await refused(
      arguments + ["--run-dir", folder.file("run")], code: 69, says: folder.file("run"))
  }

  @Test(arguments: [
    ([], 78, "give --i-understand-this-trades-real-money"),
    ([Self.consent], 64, "--account: missing"),
    ([Self.consent, "--account", "mine"], 64, "--secret-file: missing"),
    (
      [Self.consent, "--account", "mine", "--secret-file", "/k", "--summary", "/s"], 64, "--summary"
    ),
    ([Self.consent, "--account", "mine", "--secret-file", "/k", "--speed", "2"], 64, "--speed"),
  ])
  func `real money asks for more words than a demo`(
    _ arguments: [String], _ code: Int32, _ word: String
  ) async throws {
    try await refused(
      [
        "run", "--profile", "live", "--run-dir", folder.file("run"), "--state-dir",
        folder.file("state"),
      ] + arguments, code: code, says: word)
    #expect(!FileManager.default.fileExists(atPath: folder.file("state")))
  }

  private static let consent = "--i-understand-this-trades-real-money"

  @Test func `what can be known to fail is refused before anything is started`() async throws {
    let occupied = try folder.write("", to: "occupied")
    let state = ["--state-dir", folder.file("state")]
    let long = folder.file(String(repeating: "x", count: 110))
    for (arguments, word) in [
      (["--state-dir", "\(occupied)/state"], "occupied"),
      (state + ["--summary", "\(occupied)/summary.json"], "occupied"),
      (state + ["--summary", folder.path], folder.path),
      (state + ["--run-dir", long], "--run-dir"),
    ] {
      try await refused(
        ["run", "--run-dir", folder.file("run")] + arguments, code: 78, says: word)
    }
    for verb in [["tap", "all"], ["status"]] {
      let answer = try await RealCommand.run(verb + ["--run-dir", long], in: folder)
      #expect([69, 78].contains(answer.code), "\(answer)")
    }
  }

  @Test(arguments: [["--help"], ["run", "--help"], ["help", "tap"]])
  func `help is an answer`(_ arguments: [String]) async throws {
    let answer = try await RealCommand.run(arguments, in: folder)
    #expect(answer.code == 0 && answer.errors.isEmpty, "\(answer)")
    #expect(answer.output.contains("USAGE"))
  }
}
