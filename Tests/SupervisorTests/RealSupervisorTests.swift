import Daemon
import Foundation
import Testing

@Suite("the real supervisor", .serialized, .timeLimit(.minutes(5)))
struct RealSupervisorTests {
  @Test func `stages start from the sea to the springs and leave the other way`() async throws {
    let pipeline = try SupervisedPipeline()
    let process = try pipeline.start()
    try await pipeline.untilRunning()
    #expect(pipeline.deeds == SupervisedPipeline.stages.map { "ready \($0)" })
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
    #expect(
      pipeline.deeds.suffix(6) == SupervisedPipeline.stages.reversed().map { "drained \($0)" })
    #expect(pipeline.survivors().isEmpty)
    #expect(try RunFiles(pipeline.runDirectory).readInstance() == nil)
    #expect(throws: Fatal.self) { try pipeline.supervisor.ask("status") }
  }

  @Test func `a child sees its lifeline and nothing else of the supervisor`() async throws {
    let pipeline = try SupervisedPipeline()
    let process = try pipeline.start(
      ["--strategy", "one", "--market", "/m", "--speed", "7"],
      environment: ["NOTIFY_SOCKET": "/nowhere", "SWIFT_BACKTRACE": "enable=yes"])
    try await pipeline.untilRunning()
    for stage in SupervisedPipeline.stages {
      let world = try pipeline.world(stage)
      #expect(world.contains("input=/dev/null\n") && world.contains("lifeline=1\n"), "\(world)")
      #expect(world.contains("notify=none\n"), "\(world)")
      #expect(world.contains("backtrace=enable=no\n") && world.contains("group=own\n"))
      let decides = ["signal-service", "risk-gate"].contains(stage)
      #expect(world.contains("--strategy one") == decides)
      #expect(world.contains("--market /m --speed 7.0") == (stage == "paper-venue"))
      #expect(world.contains("--parent \(process.processIdentifier)"))
    }
  }

  @Test func `a killed stage comes back as the next generation, the others never notice`()
    async throws
  {
    let pipeline = try SupervisedPipeline()
    try pipeline.start()
    try await pipeline.untilRunning()
    let before = try pipeline.status().stages
    kill(try pipeline.pid("risk-gate"), SIGKILL)
    try await pipeline.until("risk-gate is back") {
      let stage = try pipeline.stage("risk-gate")
      return stage.state == "ready" && stage.generation == 2
    }
    for stage in before where stage.name != "risk-gate" {
      let now = try pipeline.stage(stage.name)
      #expect(now.pid == stage.pid && now.generation == 1 && now.restarts == 0)
    }
    #expect(try pipeline.stage("risk-gate").restarts == 1)
    let instance = try #require(try RunFiles(pipeline.runDirectory).readInstance())
    #expect(instance.stages["risk-gate"] == (try pipeline.pid("risk-gate")))
  }

  @Test func `a stopped stage is killed and replaced`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.start()
    try await pipeline.untilRunning()
    let pid = try pipeline.pid("order-router")
    kill(pid, SIGSTOP)
    try await pipeline.until("order-router is back") {
      let stage = try pipeline.stage("order-router")
      return stage.state == "ready" && stage.generation == 2 && stage.pid != pid
    }
    #expect(kill(pid, 0) != 0 && errno == ESRCH, "the stopped one is gone")
  }

  @Test func `a stage that closes its lifeline and goes on ends as one that hangs`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("tap-relay", "shut")
    try pipeline.start()
    try await pipeline.until("tap-relay is back") {
      let stage = try pipeline.stage("tap-relay")
      return stage.state == "ready" && stage.generation == 2
    }
    #expect(pipeline.log.contains("hung, aborting it"))
  }

  @Test func `what is no packet is refused, and the packets after it are heard`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("risk-gate", "babble")
    try pipeline.start()
    try await pipeline.untilRunning()
    try await pipeline.until("it is refused") {
      pipeline.log.contains("lifeline packet refused stage=risk-gate")
    }
    // Longer than the heartbeat timeout: this length is the condition.
    try await Task.sleep(for: .milliseconds(1500))
    #expect(try pipeline.stage("risk-gate").generation == 1)
  }

  @Test func `a supervisor that was stopped itself kills nobody for it`() async throws {
    let pipeline = try SupervisedPipeline()
    let process = try pipeline.start()
    try await pipeline.untilRunning()
    let before = try pipeline.status().stages.map(\.pid)
    kill(process.processIdentifier, SIGSTOP)
    // Well past the heartbeat timeout: this length is the condition.
    try await Task.sleep(for: .milliseconds(2500))
    kill(process.processIdentifier, SIGCONT)
    try await pipeline.until("it answers") { try pipeline.status().state == "running" }
    try await Task.sleep(for: .milliseconds(1500))
    #expect(try pipeline.status().stages.map(\.pid) == before)
    #expect(try pipeline.status().stages.allSatisfy { $0.generation == 1 })
  }

  @Test func `a stage that does not drain is ended by force, the rest in order`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("signal-service", "deaf")
    let process = try pipeline.start()
    try await pipeline.untilRunning()
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
    #expect(
      pipeline.deeds.suffix(5) == [
        "drained tap-relay", "drained market-data", "drained risk-gate", "drained order-router",
        "drained paper-venue",
      ])
    #expect(pipeline.log.contains("did not drain in time"))
    #expect(pipeline.survivors().isEmpty)
  }

  @Test func `SIGKILL of the supervisor leaves no child, and a new one takes over`() async throws {
    let pipeline = try SupervisedPipeline()
    let process = try pipeline.start()
    try await pipeline.untilRunning()
    kill(process.processIdentifier, SIGKILL)
    #expect(try await pipeline.code(of: process) == -SIGKILL)
    try await pipeline.until("nobody is left") { pipeline.survivors().isEmpty }
    let next = try pipeline.start()
    try await pipeline.untilRunning()
    kill(next.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: next) == 0)
  }

  @Test func `restart drains one stage and starts it again; what cannot be is refused`()
    async throws
  {
    let pipeline = try SupervisedPipeline()
    try pipeline.start()
    try await pipeline.untilRunning()
    #expect(try pipeline.supervisor.ask("restart", ["stage": "tap-relay"]) == "{}")
    try await pipeline.until("tap-relay is back") {
      let stage = try pipeline.stage("tap-relay")
      return stage.state == "ready" && stage.generation == 2
    }
    #expect(pipeline.deeds.suffix(2) == ["drained tap-relay", "ready tap-relay"])
    for (verb, arguments, word) in [
      ("restart", ["stage": "gate"], "risk-gate"), ("restart", [:], "no stage"),
      ("dance", [:], "one of status, drain, restart"),
    ] {
      do {
        _ = try pipeline.supervisor.ask(verb, arguments)
        Issue.record("accepted \(verb) \(arguments)")
      } catch {
        #expect(error.code == .no && error.message.contains(word), "\(error)")
      }
    }
  }

  @Test func `too many deaths open the breaker, the rest stays up, restart closes it`()
    async throws
  {
    let pipeline = try SupervisedPipeline(
      configuration: SupervisedPipeline.quick + "  breaker_deaths: 1\n")
    try pipeline.start()
    try await pipeline.untilRunning()
    kill(try pipeline.pid("market-data"), SIGKILL)
    try await pipeline.until("the second generation") {
      try pipeline.stage("market-data").generation == 2
        && pipeline.stage("market-data").state == "ready"
    }
    kill(try pipeline.pid("market-data"), SIGKILL)
    try await pipeline.until("the breaker opens") {
      try pipeline.stage("market-data").state == "failed"
    }
    let status = try pipeline.status()
    #expect(status.state == "halted")
    #expect(status.alerts.contains { $0.contains("market-data") })
    #expect(status.stages.count { $0.state == "ready" } == 5)
    let latch = try LatchFile(
      stateDirectory: pipeline.stateDirectory,
      owner: LatchFile.owner(account: "demo", profile: .demo), makes: false)
    guard case .active(let entries) = latch.read() else {
      Issue.record("\(latch.read())")
      return
    }
    #expect(entries.contains { $0.by == "supervisor" && $0.reason.contains("market-data") })
    try await pipeline.until("who lives knows of it") {
      pipeline.deeds.filter { $0.hasPrefix("killed ") }.count == 5
    }
    _ = try pipeline.supervisor.ask("restart", ["stage": "market-data"])
    try await pipeline.untilRunning()
    #expect(try pipeline.status().alerts.isEmpty)
  }

  @Test func `a press that the disk did not take is made good, and said until then`() async throws {
    let pipeline = try SupervisedPipeline(
      configuration: SupervisedPipeline.quick + "  breaker_deaths: 1\n  backoff_initial_ms: 10\n")
    try pipeline.tell("tap-relay", "exit 1")
    let latch = try LatchFile(
      stateDirectory: pipeline.stateDirectory,
      owner: LatchFile.owner(account: "demo", profile: .demo), makes: true)
    try pipeline.start(
      environment: ["INTERLOCK_FAILPOINTS": "supervisor/daemon.latch.before=eio@1"])
    try await pipeline.until("the latch is pressed", seconds: 30) {
      guard case .active(let entries) = latch.read() else { return false }
      return entries.contains { $0.reason.contains("tap-relay") }
    }
    #expect(pipeline.log.contains("latch not pressed"))
    try await pipeline.until("it says so") { pipeline.log.contains("latch pressed at last") }
  }

  @Test(arguments: [64, 78])
  func `a stage that cannot run as configured ends the start with its code`(
    _ code: Int32
  ) async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("risk-gate", "exit \(code)")
    let process = try pipeline.start()
    #expect(try await pipeline.code(of: process) == code)
    #expect(
      pipeline.deeds == [
        "ready paper-venue", "ready order-router", "drained order-router", "drained paper-venue",
      ])
    #expect(pipeline.survivors().isEmpty)
  }

  @Test func `a stage that never becomes ready is tried again`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.tell("order-router", "mute")
    let process = try pipeline.start()
    try await pipeline.until("a second generation") {
      try pipeline.stage("order-router").generation >= 2
    }
    #expect(try pipeline.status().state == "starting")
    #expect(!pipeline.deeds.contains("ready risk-gate"))
    kill(process.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: process) == 0)
    #expect(pipeline.survivors().isEmpty)
  }
}
