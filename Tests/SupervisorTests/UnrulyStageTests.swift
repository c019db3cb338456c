import Daemon
import Foundation
import Testing

/// Stages that do what no stage should.
@Suite("unruly stages", .serialized, .timeLimit(.minutes(5)))
struct UnrulyStageTests {
  @Test func `one that waits for the world holds up nobody, and says so`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("order-router", "wait")
    let service = try NotifySocket()
    var heard: [String] = []
    let process = try pipeline.start(environment: ["NOTIFY_SOCKET": service.path])
    try await pipeline.until("all the others are ready") {
      try pipeline.status().stages.filter { $0.state == "ready" }.count == 5
    }
    #expect(try pipeline.stage("order-router").state == "starting")
    try await pipeline.until("the service manager hears of both") {
      heard += service.receiveAll()
      return heard.contains { $0.hasPrefix("READY=1\n") }
        && heard.contains { $0.contains("STATUS=") && $0.contains("waits for the venue") }
    }
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
  }

  @Test func `one that ends well at once opens the breaker as one that crashes does`()
    async throws
  {
    let pipeline = try SupervisedPipeline(
      configuration: SupervisedPipeline.quick + "  breaker_deaths: 2\n  backoff_max_ms: 100\n")
    try pipeline.start()
    try await pipeline.untilRunning()
    try pipeline.tell("market-data", "exit 0")
    kill(try pipeline.pid("market-data"), SIGKILL)
    try await pipeline.until("the breaker opens") {
      try pipeline.stage("market-data").state == "failed"
    }
    #expect(try pipeline.status().stages.count { $0.state == "ready" } == 5)
  }

  @Test func `what it left behind in another session ends with it`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("risk-gate", "fork")
    let process = try pipeline.start()
    try await pipeline.untilRunning()
    func left() -> Int {
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return entries.count { entry in
        guard Int32(entry) != nil,
          let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
        else { return false }
        let line = String(decoding: bytes, as: UTF8.self)
        return line.contains("\(pipeline.folder)/state/../bin/left-behind")
      }
    }
    try await pipeline.until("it has left one behind") { left() == 1 }
    try pipeline.tell("risk-gate", "nothing")
    kill(try pipeline.pid("risk-gate"), SIGKILL)
    try await pipeline.until("it is gone") { left() == 0 }
    try await pipeline.untilRunning()
    #expect(try pipeline.stage("risk-gate").generation == 2)
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
  }

  @Test func `one that fills its log is cut off, and the pipeline goes on`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("tap-relay", "flood")
    let process = try pipeline.start()
    try await pipeline.untilRunning()
    let path = "\(pipeline.folder)/log"
    func size(_ path: String) -> UInt64 {
      (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64) ?? 0
    }
    try await pipeline.until("the log was put aside", seconds: 120) { size("\(path).1") > 0 }
    try pipeline.tell("tap-relay", "nothing")
    kill(try pipeline.pid("tap-relay"), SIGKILL)
    try await pipeline.until("it is back") { try pipeline.stage("tap-relay").generation >= 2 }
    #expect(size(path) + size("\(path).1") < 2 * 64 * 1024 * 1024)
    #expect(try pipeline.status().stages.count { $0.state == "ready" } >= 5)
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
  }
}
