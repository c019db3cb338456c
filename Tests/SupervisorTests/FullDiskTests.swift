import Daemon
import Foundation
import Testing

@Suite("a supervisor whose disk is full", .serialized, .timeLimit(.minutes(5)))
struct FullDiskTests {
  private static func ran(_ words: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  @Test func `goes on supervising, and says that its file is out of date`() async throws {
    let pipeline = try SupervisedPipeline()
    let run = "\(pipeline.folder)/small"
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    guard try Self.ran(["mount", "-t", "tmpfs", "-o", "size=128k", "none", run]) else {
      FileHandle.standardError.write(Data("SKIPPED, LOUDLY: no tmpfs may be mounted here\n".utf8))
      return
    }
    defer { _ = try? Self.ran(["umount", "-l", run]) }
    let process = try pipeline.start(run: run)
    let supervisor = ControlClient(socket: RunFiles(run).controlSocket("supervisor"))
    func stage(_ name: String) throws -> SupervisedPipeline.Status.Stage {
      let status = try JSONDecoder().decode(
        SupervisedPipeline.Status.self, from: Data(try supervisor.ask("status").utf8))
      return try #require(status.stages.first { $0.name == name })
    }
    try await pipeline.until("the last stage is ready") { try stage("tap-relay").state == "ready" }
    let filler = open("\(run)/filler", O_CREAT | O_WRONLY, 0o600)
    let bytes = [UInt8](repeating: 1, count: 4096)
    while write(filler, bytes, bytes.count) > 0 {}
    #expect(errno == ENOSPC)
    close(filler)
    kill(try #require(try stage("risk-gate").pid), SIGKILL)
    try await pipeline.until("risk-gate is back") {
      let stage = try stage("risk-gate")
      return stage.state == "ready" && stage.generation == 2
    }
    #expect(pipeline.log.contains("instance.json is out of date"))
    unlink("\(run)/filler")
    kill(try #require(try stage("risk-gate").pid), SIGKILL)
    try await pipeline.until("risk-gate is back again") {
      let stage = try stage("risk-gate")
      return stage.state == "ready" && stage.generation == 3
    }
    let instance = try #require(try RunFiles(run).readInstance())
    #expect(instance.stages["risk-gate"] == (try stage("risk-gate").pid))
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
  }
}
