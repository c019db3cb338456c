import Foundation
import Testing

/// `interlock run` with the real supervisor and every real stage.
@Suite("a real run", .serialized, .timeLimit(.minutes(5)))
struct RealRunTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private func start(_ arguments: [String] = []) throws -> RealCommand {
    try RealCommand(
      ["run", "--run-dir", folder.file("run"), "--state-dir", folder.file("state")] + arguments,
      in: folder)
  }

  private func ask(_ arguments: [String]) async throws -> RealCommand.Answer {
    try await RealCommand.run(arguments + ["--run-dir", folder.file("run")], in: folder)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func untilRunning(_ command: RealCommand) async throws {
    try await RealCommand.until("every stage is ready: \(command.errors)", seconds: 60) {
      command.output.contains("\nrunning ")
    }
  }

  private func survivors() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { entry in
      guard Int32(entry) != nil,
        let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
      else { return false }
      return String(decoding: bytes, as: UTF8.self).contains(folder.file("run"))
    }
  }

  @Test func `questions are answered while it runs, and Ctrl-C ends it with a summary`()
    async throws
  {
    let command = try start(["--speed", "240", "--summary", folder.file("summary.json")])
    try await untilRunning(command)

    let status = try object(try await ask(["status", "--json"]).output)
    #expect(status["state"] as? String == "running" && status["profile"] as? String == "demo")
    #expect(status["trading_state"] is String && status["open_intents"] is Int)
    let stages = try #require(status["stages"] as? [[String: Any]])
    #expect(stages.count == 7)
    // The console starts after the others, and the pipeline does not wait for it.
    for stage in stages where stage["name"] as? String != "console" {
      #expect(stage["name"] is String && stage["pid"] is Int && stage["generation"] as? Int == 1)
      #expect(stage["state"] as? String == "ready" && stage["restarts"] as? Int == 0)
      #expect(stage["heartbeat_age_ms"] is Int)
    }
    for verb in [["status"], ["orders"], ["intents"], ["fills"], ["positions"], ["events"]] {
      let answer = try await ask(verb)
      #expect(answer.code == 0 && answer.errors.isEmpty, "\(verb): \(answer)")
    }
    let tap = try await ask(["tap", "candles", "--json", "--count", "2"])
    #expect(tap.code == 0, "\(tap)")
    let lines = try tap.output.split(separator: "\n").map { try object(String($0)) }
    #expect(lines.count { $0["stream"] as? String == "candles" } == 2, "\(tap)")

    let restart = try await ask(["restart", "tap-relay"])
    #expect(restart.code == 0, "\(restart)")
    let stranger = try await ask(["restart", "gate"])
    #expect(stranger.code == 1 && stranger.errors.contains("risk-gate"), "\(stranger)")
    try await RealCommand.until("tap-relay is back") {
      command.output.contains("tap-relay=ready/2")
    }

    command.signal(SIGINT)
    let end = try await command.answer(seconds: 90)
    #expect(end.code == 0, "\(end)")
    let summary = try object(folder.read("summary.json"))
    #expect(summary["candles"] as? Int ?? 0 >= 2, "\(summary)")
    for key in ["duplicate_orders", "lost_intents", "unprotected"] {
      #expect(summary[key] as? Int == 0, "\(summary)")
    }
    #expect((summary["restarts"] as? [String: Int])?["tap-relay"] == 1, "\(summary)")
    #expect(try survivors().isEmpty)
    #expect(try await ask(["status"]).code == 69)
  }

  @Test func `SIGKILL of run drains the pipeline and leaves nobody, and a new run takes over`()
    async throws
  {
    let command = try start()
    try await untilRunning(command)
    command.signal(SIGKILL)
    try await RealCommand.until("nobody is left", seconds: 60) { try survivors().isEmpty }
    let log = folder.read("state/interlock.log")
    #expect(log.contains("stopping, springs to sea"), "it was a drain, not a massacre")
    let next = try start(["--for", "1s"])
    #expect(try await next.answer(seconds: 90).code == 0)
  }

  @Test func `a tap whose pipeline ends says so, one whose reader leaves just ends`() async throws {
    let command = try start()
    try await untilRunning(command)
    let tap = try RealCommand(["tap", "control", "--run-dir", folder.file("run")], in: folder)
    let pipe = try await RealCommand(
      [
        "-c",
        "'\(RealCommand.binaries.path)/interlock' tap all --run-dir '\(folder.file("run"))'"
          + " | head -n 1",
      ], in: folder, executable: "/bin/sh"
    ).answer()
    #expect(pipe.code == 0 && pipe.errors.isEmpty, "\(pipe)")
    command.signal(SIGTERM)
    #expect(try await command.answer(seconds: 90).code == 0)
    let end = try await tap.answer()
    #expect(end.code == 69, "\(end)")
  }
}
