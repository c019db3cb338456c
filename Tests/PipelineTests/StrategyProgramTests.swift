import Foundation
import Testing

/// Strategies in Python, as `docs/strategies.md` describes them: the shipped example, and one that
/// means harm.
///
/// `INTERLOCK_PROGRAM_KILLS` kills (5 in CI) of any process of the pipeline, the program included.
@Suite("strategy programs", .serialized)
struct StrategyProgramTests {
  private static let mustBeZero = ["duplicate_orders", "lost_intents", "unprotected", "held"]
  private static let stages = [
    "market-data", "risk-gate", "order-router", "tap-relay", "paper-venue", "program", "program",
  ]

  /// Folder of a Python with the example's requirements; nil, said loudly, when pip cannot have
  /// them.
  static func python() async throws -> URL? {
    let folder = Pipeline.binaries.appendingPathComponent("strategy-python")
    let stamp = folder.appendingPathComponent("complete")
    if FileManager.default.fileExists(atPath: stamp.path) { return folder }
    let requirements = Pipeline.root.appendingPathComponent("examples/python/requirements.txt")
    let script = """
      rm -rf "$0" && python3 -m venv "$0" && "$0/bin/pip" install -q -r "$1" && touch "$0/complete"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, folder.path, requirements.path]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    do {
      try await Pipeline.ended(process, seconds: 180)
    } catch {
      FileHandle.standardError.write(Data("pip hung\n".utf8))
    }
    if FileManager.default.fileExists(atPath: stamp.path) { return folder }
    FileHandle.standardError.write(
      Data("SKIPPED, LOUDLY: pip cannot install \(requirements.path): no program was run\n".utf8))
    return nil
  }

  /// A copy of `source` that runs on that Python.
  static func program(
    _ source: URL, named name: String? = nil, python: URL, in pipeline: Pipeline
  ) throws -> String {
    let text = try String(contentsOf: source, encoding: .utf8)
    let body = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    let target = pipeline.folder.appendingPathComponent(name ?? source.lastPathComponent)
    let first = "#!\(python.appendingPathComponent("bin/python3").path)"
    try Data(([first] + body.map(String.init)).joined(separator: "\n").utf8).write(to: target)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: target.path)
    let messages = target.deletingLastPathComponent().appendingPathComponent("interlock_pb2.py")
    if !FileManager.default.fileExists(atPath: messages.path) {
      try FileManager.default.copyItem(
        at: Pipeline.root.appendingPathComponent("examples/python/interlock_pb2.py"), to: messages)
    }
    return target.path
  }

  private func waitUntilReady(_ pipeline: Pipeline, stages count: Int) async throws {
    try await Pipeline.until("\(count) stages are ready\n\(pipeline.output)", seconds: 90) {
      let stages = try await pipeline.stages()
      return stages.count >= count && stages.allSatisfy { $0.state == "ready" }
    }
  }

  private static func log(_ pipeline: Pipeline) -> String {
    let path = "\(pipeline.stateDirectory)/interlock.log"
    return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  /// The program's newest process, as the supervisor's log says.
  private static func processID(_ pipeline: Pipeline) -> Int32? {
    let lines = log(pipeline).split(separator: "\n").filter { $0.contains("program started") }
    let word = lines.last?.split(separator: " ").first { $0.hasPrefix("pid=") }
    return word.flatMap { Int32($0.dropFirst(4)) }
  }

  private static func isOurs(_ pid: Int32, _ name: String) -> Bool {
    let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return String(decoding: line, as: UTF8.self).contains(name)
  }

  private func killOne(_ name: String, _ pipeline: Pipeline) async throws -> Bool {
    if name == "program" {
      guard let pid = Self.processID(pipeline), Self.isOurs(pid, "range_breakout") else {
        return false
      }
      return kill(pid, SIGKILL) == 0
    }
    guard let stage = try await pipeline.stages().first(where: { $0.name == name }), stage.pid > 0
    else { return false }
    return kill(stage.pid, SIGKILL) == 0
  }

  @Test func `the Python example trades in place of our strategies and survives random kills`()
    async throws
  {
    guard let python = try await Self.python() else { return }
    let wanted =
      ProcessInfo.processInfo.environment["INTERLOCK_PROGRAM_KILLS"].flatMap { Int($0) } ?? 5
    let pipeline = try Pipeline()
    let example = Pipeline.root.appendingPathComponent("examples/python/range_breakout.py")
    let configuration = pipeline.folder.appendingPathComponent("kills.yaml")
    try Data("supervisor:\n  breaker_deaths: 1000\n".utf8).write(to: configuration)
    try pipeline.start([
      "--config", configuration.path, "--speed", "240", "--strategy-program",
      try Self.program(example, python: python, in: pipeline), "--summary",
      pipeline.summary.path,
    ])
    try await waitUntilReady(pipeline, stages: 5)
    try await Pipeline.until("the first order", seconds: 90) { try await pipeline.orders() > 0 }
    var dice = SystemRandomNumberGenerator()
    var kills = 0
    let end = ContinuousClock.now + .seconds(30 + 6 * wanted)
    while kills < wanted, ContinuousClock.now < end {
      let name = Self.stages[Int.random(in: 0..<Self.stages.count, using: &dice)]
      if try await killOne(name, pipeline) { kills += 1 }
      try await Task.sleep(for: .milliseconds(Int.random(in: 100...1500, using: &dice)))
    }
    #expect(kills == wanted)
    try await waitUntilReady(pipeline, stages: 5)
    let before = try await pipeline.orders()
    try await Pipeline.until("an order after the last kill", seconds: 90) {
      try await pipeline.orders() > before
    }
    let run = try #require(pipeline.process)
    run.interrupt()
    try await Pipeline.ended(run, seconds: 120)
    let summary = try pipeline.readSummary()
    print("\(kills) kills with a Python strategy: \(summary)")
    #expect(run.terminationStatus == 0, "\(pipeline.output)")
    for key in Self.mustBeZero { #expect(summary[key] as? Int == 0, "\(key) in \(summary)") }
    for key in ["signals", "intents", "orders", "fills"] {
      #expect(summary[key] as? Int ?? 0 > 0, "\(key) in \(summary)")
    }
    let restarts = summary["restarts"] as? [String: Int] ?? [:]
    #expect(restarts["signal-service"] == nil, "our own strategies did not run: \(restarts)")
    let pid = Self.processID(pipeline) ?? 0
    #expect(!Self.isOurs(pid, "range_breakout"), "the program ended with its pipeline")
  }

  @Test func `one that means harm is refused with reasons and hurts nobody`() async throws {
    guard let python = try await Self.python() else { return }
    let pipeline = try Pipeline()
    let hostile = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Programs/hostile.py")
    try pipeline.start([
      "--speed", "240", "--strategy", "breakout", "--strategy-program",
      try Self.program(hostile, python: python, in: pipeline), "--summary",
      pipeline.summary.path,
    ])
    try await pipeline.waitUntilReady()
    let words = "\(pipeline.stateDirectory)/programs/hostile.log"
    try await Pipeline.until("the program has done its worst", seconds: 240) {
      (try? String(contentsOfFile: words, encoding: .utf8))?.contains("done") == true
    }
    let heard = try String(contentsOfFile: words, encoding: .utf8)
    for word in [
      "descriptors 64", "secrets 0", "identity FOREIGN_IDENTITY", "eternal VALID_TOO_LONG",
      "stale EXPIRED", "garbage MALFORMED", "flood SIGNAL_RATE", "exit NOTHING_TO_CLOSE",
      "other-name the token is not that of program/breakout",
      "stage the token is not this instance's", "router silent or refused", "connects 10000",
      "descriptors used up", "requests refused",
    ] {
      // Every reason that applies is told: a gate that is not ready yet may say so before it.
      let (attack, answer) = (word.prefix { $0 != " " }, word.drop { $0 != " " }.dropFirst())
      let isTold = heard.split(separator: "\n").contains { line in
        line.hasPrefix("\(attack) ") && line.contains(answer)
      }
      #expect(isTold, "\(word) in:\n\(heard.suffix(4000))")
    }
    // Nobody died of it, and the others traded on.
    let before = try await pipeline.orders()
    try await Pipeline.until("an order after the attack", seconds: 90) {
      try await pipeline.orders() > before
    }
    let stages = try await pipeline.stages()
    #expect(stages.allSatisfy { $0.state == "ready" && $0.generation == 1 }, "\(stages)")
    let run = try #require(pipeline.process)
    run.interrupt()
    try await Pipeline.ended(run, seconds: 120)
    let summary = try pipeline.readSummary()
    for key in Self.mustBeZero { #expect(summary[key] as? Int == 0, "\(key) in \(summary)") }
  }
}
