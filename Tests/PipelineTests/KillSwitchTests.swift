import Foundation
import Testing

/// The kill switch with any one process alive, dead or stopped; the venue's book judges.
///
/// A slice in CI; `INTERLOCK_KILL_MATRIX=1` runs every process in every condition, flat and with a
/// position whose take-profit rests.
@Suite("the kill switch", .serialized, .timeLimit(.minutes(60)))
struct KillSwitchTests {
  /// Presses with `process` in `condition`, judges, and makes all well again.
  private func press(_ scene: KillScene, _ cell: KillScene.Cell, flat: Bool) async throws {
    if flat { try await scene.becomeFlat() } else { try await scene.awaitPosition() }
    try await scene.inflict(cell.condition, on: cell.process)
    if cell == ("supervisor", .dead) { try await scene.pressAlone() }
    let begun = KillScene.now
    let answer = try await scene.activate()
    let verified = KillScene.now
    let told = "\(cell) flat=\(flat): \(answer.code) \(answer.text)"
    #expect(answer.code == 0, "\(told)")
    let latch = try await scene.latch()
    #expect(latch["active"] as? Bool == true && latch["verified"] as? Bool == true, "\(latch)")
    try await scene.judge(since: verified)
    try await scene.letTradesComeUp()
    try await scene.judge(since: verified)
    scene.note(cell, flat ? "flat" : "position", answer.code, verified - begun)
    try await scene.recover()
  }

  @Test func `entries stop and stops stay, whichever process is dead or stopped`() async throws {
    let scene = try await KillScene()
    if KillScene.isWhole {
      for flat in [true, false] {
        for cell in KillScene.cells([]) { try await press(scene, cell, flat: flat) }
      }
    } else {
      for (process, condition, flat) in [
        ("nobody", .alive, false), ("order-router", .dead, false), ("order-router", .stopped, true),
        ("risk-gate", .stopped, false),
      ] as [(String, KillScene.Condition, Bool)] {
        try await press(scene, (process, condition), flat: flat)
      }
    }
    #expect(try scene.repeats().isEmpty)
  }

  @Test func `with the supervisor stopped, then everything dead, the latch is set and survives`()
    async throws
  {
    let scene = try await KillScene()
    try await scene.awaitPosition()
    try await scene.inflict(.stopped, on: "supervisor")
    let stopped = try await scene.activate()
    #expect(stopped.code == 0, "\(stopped.text)")
    try await scene.judge(since: KillScene.now)
    scene.relent()
    try await scene.inflict(.dead, on: "supervisor")
    let dead = try await scene.activate(["--flatten", "--timeout", "1", "--json"])
    #expect(dead.code == 75, "\(dead.text)")
    #expect(dead.text.contains("\"verified\":false") && dead.text.contains("\"missing\":[\""))
    let run = try #require(scene.pipeline.process)
    try await Pipeline.ended(run, seconds: 60)
    let alone = try await scene.pipeline.command(
      ["kill-switch", "status", "--json", "--state-dir", scene.pipeline.stateDirectory])
    #expect(alone.code == 0 && alone.json["active"] as? Bool == true, "\(alone.text)")

    try scene.start()
    try await scene.pipeline.waitUntilReady()
    let again = try await scene.activate(["--flatten"])
    #expect(again.code == 0, "\(again.text)")
    #expect(try !scene.holdsPosition(), "flattened")
    let log = try String(
      contentsOfFile: "\(scene.pipeline.stateDirectory)/interlock.log", encoding: .utf8)
    #expect(log.contains("SAFE_HOLD, latched: all"), "a start with the latch set says so")
    try await scene.judge(since: KillScene.now)
  }

  @Test func `a venue that does not answer leaves it latched and not verified`() async throws {
    let scene = try await KillScene()
    try await scene.awaitPosition()
    try await scene.inflict(.stopped, on: "paper-venue")
    let silent = try await scene.activate(["--timeout", "1"])
    #expect(silent.code == 75, "\(silent.text)")
    #expect(silent.text.contains("unable to verify the kill"))
    scene.relent()
    let answer = try await scene.activate()
    #expect(answer.code == 0, "\(answer.text)")
    try await scene.pipeline.waitUntilReady()
    try await scene.judge(since: KillScene.now)
  }
}
