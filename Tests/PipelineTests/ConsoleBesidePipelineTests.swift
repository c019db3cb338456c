import Foundation
import Glibc
import Testing

/// Whoever looks may die, hang or be flooded: the pipeline trades as if nobody looked.
@Suite("the console beside a pipeline", .serialized)
struct ConsoleBesidePipelineTests {
  /// Connections that send rubbish, ask for everything, or say nothing and stay.
  private final class Flood {
    private var open: [Int32] = []

    deinit { for descriptor in open { close(descriptor) } }

    init(port: UInt16) {
      for number in 0..<600 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return }
        open.append(descriptor)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, size) == 0
          }
        }
        guard isConnected, number % 3 > 0 else { continue }
        let request = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
        let text = number % 3 == 1 ? "rubbish \(number)\r\n\r\n" : request
        _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
      }
    }
  }

  private func port(_ pipeline: Pipeline) async throws -> UInt16 {
    let stages = try await pipeline.command(["status", "--json"]).json["stages"]
    let console = (stages as? [[String: Any]] ?? []).first { $0["name"] as? String == "console" }
    let url = (console?["status"] as? [String: String])?["url"] ?? ""
    return UInt16(url.split(separator: ":").last ?? "") ?? 0
  }

  @Test func `killed, stopped and flooded, it changes nothing of what is traded`() async throws {
    let pipeline = try Pipeline()
    try pipeline.start(["--speed", "240", "--for", "40s", "--summary", pipeline.summary.path])
    try await pipeline.waitUntilReady()
    try await pipeline.killAndAwaitReturn("console")

    let stopped = try #require(try await pipeline.stages().first { $0.name == "console" })
    #expect(kill(stopped.pid, SIGSTOP) == 0)
    try await Pipeline.until("a stopped console is replaced", seconds: 60) {
      try await pipeline.stages().contains {
        $0.name == "console" && $0.state == "ready" && $0.pid != stopped.pid
      }
    }
    var address: UInt16 = 0
    try await Pipeline.until("it says where it serves", seconds: 60) {
      address = try await port(pipeline)
      return address > 0
    }
    let flood = Flood(port: address)
    let before = try await pipeline.orders()
    try await Pipeline.until("orders leave while it is flooded", seconds: 90) {
      try await pipeline.orders() > before
    }
    let run = try #require(pipeline.process)
    try await Pipeline.ended(run, seconds: 180)
    withExtendedLifetime(flood) {}
    #expect(run.terminationStatus == 0, "\(pipeline.output)")
    let summary = try pipeline.readSummary()
    for key in ["duplicate_orders", "lost_intents", "unprotected", "held"] {
      #expect(summary[key] as? Int == 0, "\(key) in \(summary)")
    }
    let restarts = summary["restarts"] as? [String: Int] ?? [:]
    #expect(restarts.filter { $0.value > 0 } == ["console": 2], "\(restarts)")
  }

  @Test func `one key switches it off`() async throws {
    let pipeline = try Pipeline()
    let configuration = pipeline.folder.appendingPathComponent("off.yaml")
    try Data("console:\n  enabled: false\n".utf8).write(to: configuration)
    try pipeline.start(["--config", configuration.path, "--speed", "240"])
    try await pipeline.waitUntilReady()
    let names = try await pipeline.stages().map(\.name)
    #expect(!names.contains("console") && names.count >= 6, "\(names)")
    let token = "\(pipeline.stateDirectory)/console-token"
    #expect(!FileManager.default.fileExists(atPath: token))
  }
}
