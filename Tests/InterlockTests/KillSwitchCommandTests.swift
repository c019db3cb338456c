import Daemon
import Foundation
import Testing

/// The operator's verbs without a pipeline: misuse, nothing running, and the latch by its file.
@Suite("operator commands alone", .serialized, .timeLimit(.minutes(5)))
struct KillSwitchCommandTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func run(_ arguments: [String]) async throws -> RealCommand.Answer {
    try await RealCommand.run(arguments + ["--run-dir", folder.file("run")], in: folder)
  }

  private func activate(_ flags: [String] = []) async throws -> RealCommand.Answer {
    try await run(
      ["kill-switch", "activate", "--reason", "test", "--state-dir", folder.file("state")]
        + flags)
  }

  private func makeState(latch: Bool) throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("state"), withIntermediateDirectories: true)
    try AtomicFile.writeJSON(
      Identity(account: "demo", profile: .demo), to: folder.file("state/identity.json"))
    if latch {
      _ = try LatchFile(
        stateDirectory: folder.file("state"),
        owner: LatchFile.owner(account: "demo", profile: .demo), makes: true)
    }
  }

  private func status() async throws -> [String: Any] {
    let answer = try await run(
      ["kill-switch", "status", "--json", "--state-dir", folder.file("state")])
    #expect(answer.code == 0, "\(answer)")
    let object = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    return try #require(object as? [String: Any])
  }

  @Test(arguments: [
    (["kill-switch", "activate"], "--reason"),
    (["kill-switch", "activate", "--reason", " "], "--reason"),
    (["kill-switch", "activate", "--reason", String(repeating: "x", count: 121)], "--reason"),
    (["kill-switch", "activate", "--reason", "x", "--symbol", "a/b"], "--symbol"),
    (["kill-switch", "activate", "--reason", "x", "--symbol", "A", "--strategy", "b"], "both"),
    (["kill-switch", "activate", "--reason", "x", "--timeout", "3601"], "--timeout"),
    (["kill-switch", "acknowledge"], "--reason"), (["pause"], "--reason"),
    (["resume"], "--reason"), (["flatten"], "--reason"), (["cancel"], "order"),
    (["resolve", "x", "--reason", "y"], "either"),
    (["resolve", "x", "--reason", "y", "--placed", "z", "--not-placed"], "either"),
    (["ledger", "copy"], "file"), (["start"], "stage"), (["stop"], "stage"),
  ])
  func `a misuse is one line with 64`(_ arguments: [String], _ word: String) async throws {
    let answer = try await run(arguments)
    #expect(answer.code == 64 && answer.output.isEmpty, "\(answer)")
    #expect(answer.errors.split(separator: "\n").count == 1 && answer.errors.contains(word))
  }

  @Test(arguments: [
    ["kill-switch", "acknowledge", "--reason", "x"], ["pause", "--reason", "x"],
    ["resume", "--reason", "x"], ["flatten", "--reason", "x"], ["cancel", "x"], ["reconcile"],
    ["resolve", "x", "--not-placed", "--reason", "y"], ["ledger", "copy", "x"],
    ["start", "risk-gate"], ["stop", "risk-gate"],
  ])
  func `with nothing running each verb ends with 69`(_ arguments: [String]) async throws {
    for flags in [[], ["--json"]] {
      let answer = try await run(arguments + flags)
      #expect(answer.code == 69 && answer.output.isEmpty, "\(answer)")
    }
  }

  @Test func `a state nobody ever traded from has no latch to press`() async throws {
    let answer = try await activate()
    #expect(answer.code == 69 && answer.errors.contains("no pipeline"), "\(answer)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("state")))
  }

  @Test func `with nothing running the latch is set all the same, and it says what is missing`()
    async throws
  {
    try makeState(latch: true)
    let clear = try await status()
    #expect(Set(clear.keys) == ["active", "reason", "by", "since", "scope", "verified"])
    #expect(clear["active"] as? Bool == false && clear["reason"] is NSNull)

    let answer = try await activate(["--symbol", "pf_xbtusd"])
    #expect(answer.code == 75 && answer.errors.contains("no pipeline runs"), "\(answer)")
    #expect(answer.output.contains("LATCHED instrument:PF_XBTUSD"))
    let set = try await status()
    #expect(set["active"] as? Bool == true && set["verified"] as? Bool == false)
    #expect(set["scope"] as? String == "instrument:PF_XBTUSD")
    #expect(set["reason"] as? String == "test" && set["by"] is String && set["since"] is String)

    #expect(try await activate(["--json"]).code == 75)
    #expect(try await status()["scope"] as? String == "all", "the widest press is shown")
  }

  @Test(arguments: [nil, "", "torn"])
  func `a latch that is missing or torn is active and can be pressed`(
    _ content: String?
  ) async throws {
    try makeState(latch: false)
    if let content { _ = try folder.write(content, to: "state/latch") }
    let before = try await status()
    #expect(before["active"] as? Bool == true && before["scope"] as? String == "all")
    #expect((before["reason"] as? String)?.contains("unreadable") == true, "\(before)")
    #expect(try await activate().code == 75)
    #expect(try await status()["by"] is String)
  }

  /// It looks elsewhere, or not any more: an answer alone is no knowledge.
  @Test func `a router that answers and has not read the latch is not taken for safe`()
    async throws
  {
    let stages = try FakeStages(folder)
    try stages.tell([
      "supervisor kill ok {}", "order-router reconcile ok {}",
      #"order-router latch ok {"active":false,"pending":[],"epoch":1,"started":1,"completed":2}"#,
    ])
    let answer = try await run(
      ["kill-switch", "activate", "--reason", "test", "--timeout", "1"])
    #expect(answer.code == 75, "\(answer)")
    #expect(answer.output.contains("order-router: answers, and has not read the latch"))
    #expect(!answer.output.contains("us after it was on disk"), "\(answer)")
  }
}
