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
}
