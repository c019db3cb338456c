import Foundation
import Glibc
import Testing

@testable import Supervisor

@Suite("service manager", .serialized, .timeLimit(.minutes(5)))
struct ServiceNotifierTests {
  @Test func `words arrive as they were said`() throws {
    let socket = try NotifySocket()
    let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": socket.path], pid: 7)
    notifier.send("READY=1\nSTATUS=all is well")
    #expect(socket.receive() == "READY=1\nSTATUS=all is well")
    #expect(notifier.watchdogInterval == nil)
  }

  @Test(arguments: [
    [:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"],
    ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)], ["NOTIFY_SOCKET": "/nowhere"],
  ])
  func `without a manager that listens nothing happens`(_ environment: [String: String]) {
    ServiceNotifier(environment: environment, pid: 7).send("READY=1")
  }

  @Test(
    arguments: [
      ("20000000", nil, 10_000_000_000), ("20000000", "7", 10_000_000_000), ("20000000", "8", nil),
      ("0", nil, nil), ("-5", nil, nil), ("x", nil, nil), ("99999999999999", nil, nil),
    ] as [(String, String?, Int64?)])
  func `the watchdog is fed twice per interval when it means us`(
    _ interval: String, _ pid: String?, _ expected: Int64?
  ) {
    var environment = ["NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": interval]
    environment["WATCHDOG_PID"] = pid
    #expect(ServiceNotifier(environment: environment, pid: 7).watchdogInterval == expected)
  }

  @Test func `the real supervisor says ready when all are, feeds the dog, and says stopping`()
    async throws
  {
    let socket = try NotifySocket()
    let pipeline = try SupervisedPipeline()
    let process = try pipeline.start(
      environment: ["NOTIFY_SOCKET": socket.path, "WATCHDOG_USEC": "200000"])
    try await pipeline.untilRunning()
    var heard: [String] = []
    try await pipeline.until("ready and the dog are heard") {
      heard += socket.receiveAll()
      return heard.contains { $0.hasPrefix("READY=1") } && heard.contains("WATCHDOG=1")
    }
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
    #expect(socket.receiveAll().contains { $0.hasPrefix("STOPPING=1") })
    let ready = heard.filter { $0.hasPrefix("READY=1") }
    #expect(ready.count == 1)
    // Who sees the service active must not see the start's last words beside it.
    #expect(ready.allSatisfy { $0.contains("\nSTATUS=running: ") }, "\(ready)")
  }
}
