import Daemon
import Foundation
import Testing

@Suite("premises of the real supervisor", .serialized, .timeLimit(.minutes(5)))
struct PremisesTests {
  private func refused(
    _ pipeline: SupervisedPipeline, _ process: Process, code: Int32, says words: [String]
  ) async throws {
    #expect(try await pipeline.code(of: process) == code, "\(pipeline.log)")
    let fatal = pipeline.log.split(separator: "\n").last { $0.contains("supervisor: fatal: ") }
    let line = try #require(fatal, "no fatal line in: \(pipeline.log)")
    for word in words { #expect(line.contains(word), "\(word) in: \(line)") }
  }

  @Test func `a second supervisor on the same state or run directory is told who is there`()
    async throws
  {
    let pipeline = try SupervisedPipeline()
    let first = try pipeline.start()
    try await pipeline.untilRunning()
    let holder = "process \(first.processIdentifier) holds it"
    let sameState = try pipeline.start(run: "\(pipeline.folder)/run2")
    try await refused(pipeline, sameState, code: 75, says: ["instance.lock", holder])
    let sameRun = try pipeline.start(state: "\(pipeline.folder)/state2")
    try await refused(pipeline, sameRun, code: 75, says: ["run.lock", holder])
    #expect(try pipeline.status().state == "running", "the first one is not disturbed")
    #expect(try RunFiles(pipeline.runDirectory).readInstance() != nil)
  }

  @Test func `a state directory that cannot be made is refused`() async throws {
    let pipeline = try SupervisedPipeline()
    let process = try pipeline.start(state: "\(pipeline.folder)/il.yaml/state")
    try await refused(pipeline, process, code: 78, says: ["il.yaml", "--state-dir"])
    #expect(pipeline.survivors().isEmpty)
  }

  @Test func `state of another account or profile is refused`() async throws {
    let pipeline = try SupervisedPipeline()
    let first = try pipeline.start(["--account", "alice"])
    try await pipeline.untilRunning()
    kill(first.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: first) == 0)
    for arguments in [["--account", "bob"], ["--account", "alice", "--profile", "paper"]] {
      let process = try pipeline.start(arguments)
      try await refused(
        pipeline, process, code: 78, says: ["belongs to account alice, profile demo"])
    }
    let again = try pipeline.start(["--account", "alice"])
    try await pipeline.untilRunning()
    kill(again.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: again) == 0)
  }

  @Test func `a missing executable is refused by its path`() async throws {
    let pipeline = try SupervisedPipeline()
    try FileManager.default.removeItem(atPath: "\(pipeline.folder)/bin/risk-gate")
    let process = try pipeline.start()
    #expect(try await pipeline.code(of: process) == 78)
    #expect(pipeline.log.contains("bin/risk-gate"))
    #expect(pipeline.survivors().isEmpty)
  }

  @Test func `a bad configuration shows every error and starts nothing`() async throws {
    let pipeline = try SupervisedPipeline(
      configuration: "supervisor:\n  breaker_deaths: x\n  typo: 1\n")
    let process = try pipeline.start()
    #expect(try await pipeline.code(of: process) == 78)
    #expect(pipeline.log.contains("il.yaml:2:") && pipeline.log.contains("il.yaml:3:"))
    #expect(pipeline.deeds.isEmpty)
  }

  @Test func `a parent that is not the parent is refused`() async throws {
    let pipeline = try SupervisedPipeline()
    let process = try pipeline.start(["--parent", "1"])
    try await refused(pipeline, process, code: 75, says: ["process 1", "not the parent"])
  }

  @Test func `a run directory that is too long for sockets is refused`() async throws {
    let pipeline = try SupervisedPipeline()
    let long = "\(pipeline.folder)/\(String(repeating: "x", count: 100))"
    let process = try pipeline.start(run: long)
    try await refused(pipeline, process, code: 78, says: ["--run-dir"])
    #expect(pipeline.survivors().isEmpty)
  }
}
