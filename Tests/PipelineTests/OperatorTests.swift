import Foundation
import Testing

/// Every operator verb on a pipeline that trades: the normal answer and the one that says no.
@Suite("operator verbs", .serialized, .timeLimit(.minutes(5)))
struct OperatorTests {
  private func no(
    _ scene: KillScene, _ arguments: [String], says word: String
  ) async throws {
    let answer = try await scene.pipeline.command(arguments)
    #expect(answer.code == 1 && answer.text.contains(word), "\(arguments): \(answer)")
  }

  private func yes(
    _ scene: KillScene, _ arguments: [String], says word: String
  ) async throws {
    let text = try await scene.pipeline.command(arguments)
    #expect(text.code == 0 && text.text.contains(word), "\(arguments): \(text)")
  }

  @Test func `each verb does what it says or says why not`() async throws {
    let scene = try await KillScene()
    let why = ["--reason", "test"]
    try await scene.awaitPosition()

    try await no(scene, ["kill-switch", "acknowledge"] + why, says: "not set")
    try await yes(scene, ["kill-switch", "status"], says: "kill switch: clear")
    try await no(scene, ["resume"] + why, says: "it is active")
    try await yes(scene, ["pause", "--json"] + why, says: "\"done\":")
    try await no(scene, ["pause"] + why, says: "already reducing")
    try await yes(scene, ["reconcile"], says: "reading the venue")

    let hash = String(repeating: "0", count: 64)
    try await no(scene, ["resolve", hash, "--not-placed"] + why, says: "no open intent")
    try await no(scene, ["cancel", "none"], says: "no such order")
    try await no(scene, ["cancel", "none", "--execute"], says: "no resting order")

    try await no(scene, ["flatten", "--symbol", "PF_NONE"] + why, says: "nothing to close")
    try await yes(scene, ["resume"] + why, says: "entries again")
    try await flattens(scene)
    try await yes(scene, ["resume"] + why, says: "entries again")
  }

  /// A position of this market is closed by its stop within seconds, maybe between two commands:
  /// then the next one is waited for.
  private func flattens(_ scene: KillScene) async throws {
    let why = ["--reason", "test"]
    try await Pipeline.until("a position is closed by hand", seconds: 180) {
      try await scene.awaitPosition()
      try await yes(scene, ["pause"] + why, says: "no entries")
      var answers: [Pipeline.Answer] = []
      // That there is something left to close shows that the dry runs sent nothing.
      for flags in [[], ["--json"], ["--execute"]] {
        answers.append(try await scene.pipeline.command(["flatten"] + flags + why))
      }
      guard answers.allSatisfy({ $0.code == 0 }) else {
        #expect(answers.allSatisfy { [0, 1].contains($0.code) }, "\(answers)")
        try await yes(scene, ["resume"] + why, says: "entries again")
        return false
      }
      for (answer, word) in zip(answers, ["DRY RUN", "\"dry_run\":true", "closing PF_"]) {
        #expect(answer.text.contains(word), "\(answer)")
      }
      return true
    }
    try await Pipeline.until("flat", seconds: 60) { try !scene.holdsPosition() }
  }

  @Test func `the ledger is copied while the router trades`() async throws {
    let scene = try await KillScene()
    try await scene.awaitPosition()
    let file = scene.pipeline.folder.appendingPathComponent("copy.sqlite").path
    try await yes(scene, ["ledger", "copy", file], says: "copied to \(file)")
    let head = try Data(contentsOf: URL(fileURLWithPath: file)).prefix(15)
    #expect(String(decoding: head, as: UTF8.self) == "SQLite format 3")
    try await no(scene, ["ledger", "copy", file], says: "it exists")
  }

  @Test func `a stage is stopped, stays away, and is started again`() async throws {
    let scene = try await KillScene()
    try await yes(scene, ["stop", "signal-service"], says: "stopping")
    try await Pipeline.until("it is away", seconds: 30) {
      try await scene.pipeline.stages().contains {
        $0.name == "signal-service" && $0.state == "stopped"
      }
    }
    try await no(scene, ["stop", "signal-service"], says: "stopped already")
    try await no(scene, ["stop", "dance"], says: "no stage dance")
    try await no(scene, ["start", "risk-gate"], says: "runs already")
    try await yes(scene, ["start", "signal-service", "--json"], says: "\"asked\":\"start\"")
    try await scene.pipeline.waitUntilReady()
  }
}
