import Daemon
import Foundation
import Testing

@testable import Interlock

/// The kill switch while an order is in doubt, and while an entry rests; the venue's book judges.
///
/// A slice in CI; `INTERLOCK_KILL_MATRIX=1` runs every process in every condition.
@Suite("the kill switch in doubt", .serialized, .timeLimit(.minutes(60)))
struct KillDoubtTests {
  private static var cells: [KillScene.Cell] {
    KillScene.cells([("nobody", .alive), ("order-router", .dead)])
  }

  /// Asks the paper venue's admin port.
  private func admin(
    _ scene: KillScene, _ method: String, _ body: String = ""
  ) async throws {
    let address = try #require(try RunFiles(scene.pipeline.runDirectory).readVenue())
    let file = scene.pipeline.folder.appendingPathComponent("admin.py")
    try Data(
      """
      import sys, urllib.request as web
      url, method, body = sys.argv[1:4]
      ask = web.Request(url + "/faults", data=body.encode() or None, method=method,
                        headers={"Content-Type": "application/json"})
      print(web.urlopen(ask, timeout=30).read().decode())
      """.utf8
    ).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", file.path, address.admin, method, body]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try await Pipeline.ended(process, seconds: 60)
    #expect(process.terminationStatus == 0, "\(method) \(body)")
  }

  private func orders(_ scene: KillScene) async throws -> [[String: Any]] {
    let answer = try await scene.pipeline.command(["orders", "--json"])
    return (try? JSONSerialization.jsonObject(with: Data(answer.text.utf8))) as? [[String: Any]]
      ?? []
  }

  /// Presses until verified, judges at once and after a while, and makes all well again.
  private func press(_ scene: KillScene, _ cell: KillScene.Cell, _ what: String) async throws {
    try await scene.inflict(cell.condition, on: cell.process)
    if cell == ("supervisor", .dead) { try await scene.pressAlone() }
    let begun = KillScene.now
    let answer = try await scene.pipeline.command(
      ["kill-switch", "activate", "--reason", what, "--timeout", "240"], seconds: 300)
    let verified = KillScene.now
    #expect(answer.code == 0, "\(what) \(cell): \(answer.code) \(answer.text)")
    try await scene.judge(since: verified)
    try await scene.letTradesComeUp()
    try await scene.judge(since: verified)
    let unknown = try await orders(scene).filter { $0["status"] as? String == "unknown" }
    #expect(unknown.isEmpty, "\(what) \(cell): \(unknown)")
    scene.note(cell, what, answer.code, verified - begun)
    try await scene.recover()
  }

  @Test(arguments: ["answer_lost", "request_lost"])
  func `an entry in doubt is not done until the venue's records end the doubt`(_ fault: String)
    async throws
  {
    let scene = try await KillScene()
    for cell in Self.cells {
      try await scene.becomeFlat()
      let document = """
        {"match": {"path": "sendorder", "parameters": {"orderType": "ioc"}}, "every": true,
         "fault": {"kind": "\(fault)"}}
        """
      try await admin(scene, "POST", document)
      try await Pipeline.until("an order is in doubt", seconds: 120) {
        try await orders(scene).contains { $0["status"] as? String == "unknown" }
      }
      try await admin(scene, "DELETE")
      try await press(scene, cell, fault)
    }
    #expect(try scene.repeats().isEmpty)
  }

  @Test func `an entry that rests is gone, whoever is dead`() async throws {
    guard let python = try await StrategyProgramTests.python() else { return }
    let scene = try await KillScene { pipeline in
      let config = pipeline.folder.appendingPathComponent("lmt.yaml")
      let text = KillScene.alerts(pipeline) + "order_router:\n  entry_order: lmt\n"
      try Data((text + "  entry_timeout_s: 3600\n").utf8).write(to: config)
      return [
        "--config", config.path, "--strategy-program", try Self.rester(pipeline, python),
      ]
    }
    for cell in Self.cells where cell.process != "signal-service" {
      try await Pipeline.until("an entry rests", seconds: 120) { try scene.resting() > 0 }
      try await press(scene, cell, "resting")
    }
    #expect(try scene.repeats().isEmpty)
  }

  /// The shipped example, made to bid a little below each close, where nothing fills at once.
  private static func rester(_ pipeline: Pipeline, _ python: URL) throws -> String {
    let example = Pipeline.root.appendingPathComponent("examples/python/range_breakout.py")
    var text = try String(contentsOf: example, encoding: .utf8)
    for (old, new) in [
      ("BARS, VALID_MS, HELLO_S, OFFER_S = 20,", "BARS, VALID_MS, HELLO_S, OFFER_S = 2,"),
      ("sign = (close > high.high_ticks) - (close < low.low_ticks)", "sign = 1"),
      ("worst = close + sign * max(1, close // 1000)", "worst = close - close // 250"),
      ("risk = max(close // 250,", "risk = max(close // 50,"),
    ] {
      try #require(text.contains(old), "\(old) stands in the example")
      text = text.replacing(old, with: new)
    }
    let source = pipeline.folder.appendingPathComponent("source.py")
    try Data(text.utf8).write(to: source)
    return try StrategyProgramTests.program(
      source, named: "rester.py", python: python, in: pipeline)
  }
}
