import Daemon
import Glibc
import Testing

@testable import Supervisor

/// A kill, and single stages stopped and started.
@Suite("the machine, told to kill")
struct MachineKillTests {
  private static let stages = ["paper-venue", "order-router", "tap-relay"]
  private let order = PipelineStatus.Kill(by: "ann", reason: "test", scope: "all")

  private func running(_ yaml: String = "") throws -> MachineDrive {
    var drive = try MachineDrive(yaml, stages: Self.stages)
    drive.feed(.start)
    for stage in Self.stages { drive.feed(.ready(stage)) }
    return drive
  }

  private func note(_ state: String, _ stage: String) -> SupervisorEffect {
    .send("tap-relay", .note(state: state, detail: "stage=\(stage)"))
  }

  @Test func `every stage is told, and what each answers is kept and said on the tap`() throws {
    var drive = try running()
    let words = ["by": "ann", "reason": "test", "scope": "all"]
    #expect(drive.feed(.kill(order)).deeds == Self.stages.map { .send($0, .kill(words)) })
    for stage in Self.stages {
      #expect(drive.feed(.killed(stage)).deeds == [note("kill acknowledged", stage)])
      #expect(drive.feed(.killed(stage)).deeds.isEmpty, "once")
    }
    let kill = try #require(drive.machine.kill)
    #expect(kill.acknowledged == Self.stages && kill.waiting.isEmpty && kill.ended.isEmpty)
    drive.pass(milliseconds: 50)
    #expect(drive.feed(.timer).deeds.isEmpty)
  }

  @Test func `a router silent for 50 ms is ended, and its successor starts without back-off`()
    throws
  {
    var drive = try running()
    drive.feed(.kill(order))
    drive.pass(milliseconds: 49)
    #expect(drive.feed(.timer).deeds.isEmpty)
    #expect(drive.machine.deadline == drive.now + 1_000_000)
    drive.pass(milliseconds: 1)
    #expect(drive.feed(.timer).deeds == [.signal("order-router", SIGKILL)])
    let after = drive.feed(.exited("order-router", .signal(SIGKILL))).deeds
    #expect(
      after == [
        note("kill not acknowledged, ended", "order-router"),
        .spawn("order-router", generation: 2),
      ])
    #expect(drive.machine.kill?.ended == ["order-router"])
  }

  @Test func `another stage that is silent is left to its heartbeat`() throws {
    var drive = try running()
    drive.feed(.kill(order))
    drive.feed(.killed("order-router"))
    drive.pass(milliseconds: 500)
    #expect(drive.feed(.timer).deeds.isEmpty)
    #expect(drive.machine.kill?.waiting == ["paper-venue", "tap-relay"])
  }

  @Test func `a router that is leaving and silent is ended and does not come back`() throws {
    var drive = try running()
    drive.feed(.stopStage("order-router"))
    drive.feed(.kill(order))
    drive.pass(milliseconds: 50)
    #expect(drive.feed(.timer).deeds == [.signal("order-router", SIGKILL)])
    drive.feed(.exited("order-router", .signal(SIGKILL)))
    #expect(try drive.state("order-router") == .stopped)
  }

  @Test func `the breaker presses the latch, then tells everybody`() throws {
    var drive = try running("supervisor:\n  breaker_deaths: 1\n")
    drive.feed(.exited("paper-venue", .code(70)))
    try drive.feedDeadline()
    let deeds = drive.feed(.exited("paper-venue", .code(70))).deeds
    #expect(deeds.first == .pressLatch(reason: "breaker of paper-venue: 2 deaths in 60 s"))
    #expect(deeds.count == 3, "\(deeds)")
    #expect(drive.machine.kill?.by == "supervisor")
  }

  @Test func `a stopped stage stays away until it is started`() throws {
    var drive = try running()
    #expect(drive.feed(.stopStage("tap-relay")).deeds == [.tell("tap-relay", .drain)])
    #expect(drive.feed(.exited("tap-relay", .code(0))).deeds.isEmpty)
    #expect(try drive.state("tap-relay") == .stopped)
    #expect(drive.machine.state == "running")
    #expect(drive.machine.refusalToStop("tap-relay") == "tap-relay is stopped already")
    drive.pass(milliseconds: 100_000)
    drive.feed(.wokeLate)
    #expect(drive.feed(.timer).deeds.isEmpty)
    #expect(
      drive.feed(.startStage("tap-relay")).deeds == [.spawn("tap-relay", generation: 2)])
    #expect(drive.machine.refusalToStart("tap-relay") == "tap-relay runs already: it is starting")
  }

  @Test func `a start while the stage is leaving brings it back, a stop ends its back-off`() throws
  {
    var drive = try running()
    drive.feed(.stopStage("tap-relay"))
    #expect(drive.feed(.startStage("tap-relay")).deeds.isEmpty)
    #expect(
      drive.feed(.exited("tap-relay", .code(0))).deeds == [.spawn("tap-relay", generation: 2)])
    drive.feed(.exited("paper-venue", .code(70)))
    #expect(try drive.state("paper-venue") == .backoff)
    drive.feed(.stopStage("paper-venue"))
    #expect(try drive.state("paper-venue") == .stopped)
    #expect(drive.machine.refusalToStop("stranger")?.hasPrefix("no stage stranger") == true)
  }
}
