import Foundation
import Testing

/// Limits, locks and round trips of a pipeline that trades, across SIGKILL of router and gate.
@Suite("risk verbs", .serialized, .timeLimit(.minutes(10)))
struct RiskOperatorTests {
  private let key = "risk_gate.max_positions"
  private let why = ["--reason", "test"]

  private func yes(
    _ scene: KillScene, _ arguments: [String], says word: String
  ) async throws {
    let answer = try await scene.pipeline.command(arguments)
    #expect(answer.code == 0 && answer.text.contains(word), "\(arguments): \(answer)")
  }

  private func no(
    _ scene: KillScene, _ arguments: [String], says word: String, code: Int32 = 1
  ) async throws {
    let answer = try await scene.pipeline.command(arguments)
    #expect(answer.code == code && answer.text.contains(word), "\(arguments): \(answer)")
  }

  private func rows(_ scene: KillScene, _ arguments: [String]) async throws -> [[String: Any]] {
    let answer = try await scene.pipeline.command(arguments + ["--json"])
    #expect(answer.code == 0, "\(arguments): \(answer)")
    let rows = try? JSONSerialization.jsonObject(with: Data(answer.text.utf8))
    return try #require(rows as? [[String: Any]], "\(arguments): \(answer.text)")
  }

  private func limit(_ scene: KillScene) async throws -> [String: Any] {
    try #require(try await rows(scene, ["limits", "show", key]).first)
  }

  /// A change of a limit, a loosening with its second word, and refusals.
  @Test func `a changed limit holds over SIGKILL of the router and of the gate`() async throws {
    let scene = try await KillScene()
    let configured = try #require(try await limit(scene)["value"] as? String)
    try await yes(scene, ["limits"], says: key)
    try await no(scene, ["limits", "show", "nothing"], says: "no limit begins with nothing")
    try await no(scene, ["limits", "tighten", key, "x"] + why, says: "no number")
    try await no(scene, ["limits", "tighten", key, "100000"] + why, says: "out of bounds")
    try await no(scene, ["limits", "tighten", key, "1"], says: "--reason", code: 64)
    try await no(scene, ["limits", "confirm", key, "1"] + why, says: "nobody asked")

    try await yes(scene, ["limits", "tighten", key, "1"] + why, says: "tightened from")
    for stage in ["order-router", "risk-gate", "order-router"] {
      try await scene.pipeline.killAndAwaitReturn(stage)
      let row = try await limit(scene)
      #expect(row["value"] as? String == "1" && row["why"] as? String == "test", "\(row)")
      #expect((row["by"] as? String ?? "").contains("(uid \(getuid()), pid "), "\(row)")
    }
    try await yes(scene, ["limits", "loosen", key, configured] + why, says: "waits")
    #expect(try await limit(scene)["value"] as? String == "1", "nothing before the second word")
    try await scene.pipeline.killAndAwaitReturn("order-router")
    try await yes(
      scene, ["limits", "confirm", key, configured, "--json"] + why, says: "\"done\":")
    #expect(try await limit(scene)["value"] as? String == configured)
    let events = try await rows(scene, ["events", "--type", "LIMIT"])
    #expect(events.count == 3, "tightened, asked, loosened: \(events)")
  }

  @Test func `locks and round trips hold over SIGKILL, and each is shown`() async throws {
    let scene = try await KillScene()
    try await yes(scene, ["locks"], says: "no locks")
    #expect(try await rows(scene, ["locks"]).isEmpty)
    try await no(scene, ["unlock", "manual"] + why, says: "no lock manual holds")
    try await no(scene, ["unlock", "symbol"] + why, says: "is no lock: one of")
    try await no(scene, ["lock", "PF_XBTUSD"] + why, says: "is no scope")

    try await scene.awaitPosition()
    try await yes(scene, ["lock", "all"] + why, says: "locked all")
    try await no(scene, ["lock", "all"] + why, says: "locked already")
    try await Pipeline.until("flat", seconds: 120) {
      _ = try await scene.pipeline.command(["flatten", "--execute"] + why)
      return try !scene.holdsPosition()
    }
    // By the operator, or by its stop or target before that.
    try await Pipeline.until("the round trip is told", seconds: 60) {
      try await rows(scene, ["trades"]).contains { $0["end"] is String }
    }
    let trades = try await rows(scene, ["trades"]).count
    try await scene.pipeline.killAndAwaitReturn("order-router")
    try await scene.pipeline.killAndAwaitReturn("risk-gate")
    #expect(try await rows(scene, ["locks"]).map { $0["scope"] as? String } == ["all"])
    #expect(try await rows(scene, ["trades"]).count == trades, "nothing enters, nothing closes")
    try await yes(scene, ["trades"], says: "CLOSED_AT")

    let risk = try await scene.pipeline.command(["risk", "--json"]).json
    #expect(risk["day_start_equity"] is String && risk["peak_equity"] is String, "\(risk)")
    #expect(!(risk["rows"] as? [Any] ?? []).isEmpty && risk["gate"] is [Any], "\(risk)")
    try await yes(scene, ["risk"], says: "manual")
    try await explainsDenial(scene)

    try await yes(scene, ["stop", "risk-gate"], says: "stopping")
    try await Pipeline.until("the gate is away", seconds: 60) {
      try await scene.pipeline.command(["risk"]).text.contains("the gate's own rows are missing")
    }
    try await yes(scene, ["start", "risk-gate"], says: "starting")
    try await scene.pipeline.waitUntilReady()
    try await yes(scene, ["unlock", "manual", "--scope", "all"] + why, says: "unlocked manual all")
    try await yes(scene, ["locks"], says: "no locks")
  }

  /// Under the lock every signal is denied; each check of one is told.
  private func explainsDenial(_ scene: KillScene) async throws {
    let file = URL(fileURLWithPath: "\(scene.pipeline.stateDirectory)/gate.jsonl")
    var signal = ""
    try await Pipeline.until("a signal is denied for the lock", seconds: 120) {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      let line = lines.last { $0.contains("MANUAL_LOCK") }
      let fields =
        try line.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) } as? [String: Any]
      signal = fields?["signal"] as? String ?? ""
      return !signal.isEmpty
    }
    try await yes(scene, ["explain", signal], says: "DENIED")
    try await yes(scene, ["explain", signal], says: "FAILED")
    try await yes(scene, ["explain", signal], says: "passed")
    try await yes(scene, ["explain", signal, "--json"], says: "\"checks\":[")
  }
}
