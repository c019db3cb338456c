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

  @Test func `real money is refused without the word, without a key, and unless all is well`()
    async throws
  {
    let places = ["--run-dir", folder.file("run"), "--state-dir", folder.file("state")]
    let live = ["run", "--profile", "live"] + places
    let word = "--i-understand-this-trades-real-money"
    let key = try folder.write("key=k\nsecret=c2VjcmV0\n", to: "key")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    // Nobody listens at that port: the venue cannot be reached.
    let config = try folder.write("venue:\n  url: http://127.0.0.1:1\n", to: "live.yaml")
    let whole = live + [word, "--secret-file", key, "--config", config]
    for (arguments, code, says) in [
      (live, 64, word), (live + ["--secret-file", key], 64, word),
      (live + [word], 78, "there is no key"),
      (whole + ["--summary", folder.file("out.json")], 64, "--summary"),
      (whole + ["--speed", "2"], 64, "--speed: the profile live"),
      (["run", "--secret-file", key] + places, 64, "--secret-file: only the profile live"),
      (["run", word] + places, 64, "\(word): only the profile live"),
      (whole, 78, "venue: http://127.0.0.1:1"),
    ] as [([String], Int32, String)] {
      try await refused(arguments, code: code, says: says)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("state")))
  }

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
