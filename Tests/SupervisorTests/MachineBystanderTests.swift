import Daemon
import Testing

@testable import Supervisor

/// A process that shows and tells: nothing waits for it, and nothing ends with it.
@Suite("the supervisor's bystanders")
struct MachineBystanderTests {
  private func running(_ yaml: String = "") throws -> MachineDrive {
    var drive = try MachineDrive(yaml, bystanders: ["console"])
    drive.startAll()
    return drive
  }

  @Test func `one starts after everybody else, and the pipeline is ready before it is`() throws {
    var drive = try MachineDrive(bystanders: ["console"])
    drive.feed(.start)
    for stage in MachineDrive.stages.dropLast() { drive.feed(.ready(stage)) }
    #expect(drive.machine.state == "starting")
    #expect(
      drive.feed(.ready("gate")).deeds == [.announceReady, .spawn("console", generation: 1)])
    #expect(drive.machine.state == "running")
    #expect(try drive.state("console") == .starting)
    #expect(drive.feed(.ready("console")).deeds.isEmpty)
    #expect(try drive.state("console") == .ready)
  }

  @Test func `its deaths are followed by restarts, then it is given up, and no latch is pressed`()
    throws
  {
    var drive = try running("supervisor:\n  breaker_deaths: 1\n")
    drive.feed(.ready("console"))
    drive.feed(.exited("console", .signal(9)))
    #expect(try drive.feedDeadline().deeds == [.spawn("console", generation: 2)])
    #expect(drive.feed(.exited("console", .signal(9))).deeds.isEmpty)
    #expect(try drive.state("console") == .failed)
    #expect(drive.machine.state == "running", "everybody else trades on")
    #expect(drive.machine.kill == nil)
    #expect(drive.feed(.restart("console")).deeds == [.spawn("console", generation: 3)])
  }

  @Test func `one that cannot run as configured ends nobody, also at the start`() throws {
    var drive = try running()
    #expect(drive.feed(.exited("console", .code(78))).deeds.isEmpty)
    #expect(try drive.state("console") == .failed)
    #expect(drive.machine.state == "running")
  }

  @Test func `it leaves first when the pipeline is drained`() throws {
    var drive = try running()
    drive.feed(.ready("console"))
    #expect(drive.feed(.drain).deeds == [.announceStopping, .tell("console", .drain)])
    #expect(drive.feed(.exited("console", .code(0))).deeds == [.tell("gate", .drain)])
  }

  @Test func `one that tells starts before everybody, is waited for by nobody and leaves last`()
    throws
  {
    var drive = try MachineDrive(bystanders: ["console"], forerunners: ["alerter"])
    #expect(
      drive.feed(.start).deeds == [
        .spawn("alerter", generation: 1), .spawn("venue", generation: 1),
      ])
    for stage in MachineDrive.stages { drive.feed(.ready(stage)) }
    #expect(drive.machine.state == "running" && drive.machine.silence == nil)
    #expect(try drive.state("alerter") == .starting, "it was never ready")
    #expect(try drive.child("console").generation == 1)
    drive.feed(.ready("alerter"))
    drive.feed(.ready("console"))
    #expect(drive.feed(.drain).deeds == [.announceStopping, .tell("console", .drain)])
    for stage in ["console"] + MachineDrive.stages.reversed() {
      drive.feed(.exited(stage, .code(0)))
    }
    #expect(try drive.state("alerter") == .draining)
    #expect(drive.feed(.exited("alerter", .code(0))).deeds == [.end(.done)])
  }

  @Test(arguments: [78, 1])
  func `one that tells and cannot run is said loudly, and trading goes on`(_ code: Int32) throws {
    var drive = try MachineDrive(
      "supervisor:\n  breaker_deaths: 1\n", forerunners: ["alerter"])
    drive.feed(.start)
    #expect(drive.feed(.exited("alerter", .code(code))).deeds.isEmpty)
    if code == 1 {
      #expect(drive.machine.silence?.contains("comes back") == true)
      #expect(try drive.feedDeadline().deeds == [.spawn("alerter", generation: 2)])
      let last = drive.feed(.exited("alerter", .code(code)))
      #expect(last.deeds.isEmpty && last.alerts.last == "stage_failed alerter")
    }
    #expect(try drive.state("alerter") == .failed)
    for stage in MachineDrive.stages { drive.feed(.ready(stage)) }
    #expect(drive.machine.state == "running" && drive.machine.kill == nil)
    #expect(drive.machine.silence?.contains("interlock restart alerter") == true)
    #expect(drive.machine.words.contains("ALERTS OFF"), "\(drive.machine.words)")
    #expect(drive.machine.isFresh(now: drive.now), "the watchdog is fed")
    #expect(drive.feed(.restart("alerter")).deeds.count == 1)
    drive.feed(.ready("alerter"))
    #expect(drive.machine.silence == nil)
    drive.feed(.stopStage("alerter"))
    drive.feed(.exited("alerter", .code(0)))
    #expect(drive.machine.silence?.contains("interlock start alerter") == true)
  }

  @Test func `one that hangs keeps no watchdog waiting`() throws {
    var drive = try running()
    drive.feed(.ready("console"))
    drive.pass(milliseconds: 2500)
    for stage in MachineDrive.stages { drive.feed(.heartbeat(stage, [:])) }
    #expect(drive.machine.isFresh(now: drive.now))
  }
}
