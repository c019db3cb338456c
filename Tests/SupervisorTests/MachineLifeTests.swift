import Daemon
import Glibc
import Testing

@testable import Supervisor

@Suite("the supervisor's machine, living")
struct MachineLifeTests {
  @Test func `a stage starts when the one before it is ready, and the last makes it running`()
    throws
  {
    var drive = try MachineDrive()
    #expect(drive.feed(.start).deeds == [.spawn("venue", generation: 1)])
    #expect(drive.machine.state == "starting")
    #expect(drive.feed(.ready("venue")).deeds == [.spawn("router", generation: 1)])
    #expect(drive.feed(.ready("router")).deeds == [.spawn("gate", generation: 1)])
    #expect(drive.machine.state == "starting")
    #expect(drive.feed(.ready("gate")).deeds == [.announceReady])
    #expect(drive.machine.state == "running")
  }

  @Test func `ready said twice, early or by a stranger starts nothing`() throws {
    var drive = try MachineDrive()
    #expect(drive.feed(.ready("venue")).deeds.isEmpty)
    drive.feed(.start)
    #expect(drive.feed(.start).deeds.isEmpty)
    drive.feed(.ready("venue"))
    #expect(drive.feed(.ready("venue")).deeds.isEmpty)
    #expect(drive.feed(.ready("gate")).deeds.isEmpty)
    #expect(drive.feed(.ready("stranger")).deeds.isEmpty)
    #expect(try drive.state("gate") == .stopped)
  }

  @Test func `a stage that dies before it was ready comes back before the next one starts`()
    throws
  {
    var drive = try MachineDrive()
    drive.feed(.start)
    #expect(drive.feed(.exited("venue", .code(75))).deeds.isEmpty)
    #expect(try drive.state("venue") == .backoff)
    #expect(try drive.feedDeadline().deeds == [.spawn("venue", generation: 2)])
    #expect(drive.feed(.ready("venue")).deeds == [.spawn("router", generation: 1)])
  }

  /// Whoever came after a stage that was stopped before it was ready never started.
  @Test func `a stage that an operator stops while all starts keeps nobody waiting`() throws {
    var drive = try MachineDrive()
    drive.feed(.start)
    drive.feed(.ready("venue"))
    let deeds = drive.feed(.stopStage("router")).deeds
    #expect(deeds == [.tell("router", .drain), .spawn("gate", generation: 1)])
    drive.feed(.exited("router", .code(0)))
    #expect(drive.feed(.ready("gate")).deeds == [.announceReady])
    #expect(drive.machine.state == "running")
    #expect(try drive.state("router") == .stopped)
    #expect(drive.feed(.startStage("router")).deeds == [.spawn("router", generation: 2)])
    #expect(drive.feed(.ready("router")).deeds.isEmpty, "nothing is announced twice")
  }

  @Test func `a stage that dies again and again while all starts can be left out`() throws {
    var drive = try MachineDrive()
    drive.feed(.start)
    drive.feed(.exited("venue", .code(75)))
    #expect(drive.feed(.stopStage("venue")).deeds == [.spawn("router", generation: 1)])
    #expect(try drive.state("venue") == .stopped)
  }

  @Test func `a death touches no other stage and the next generation waits for its back-off`()
    throws
  {
    var drive = try MachineDrive()
    drive.startAll()
    #expect(drive.feed(.exited("router", .signal(SIGKILL))).deeds.isEmpty)
    #expect(try drive.state("router") == .backoff)
    #expect(try drive.child("router").pid == nil)
    #expect(drive.feed(.timer).deeds.isEmpty)
    #expect(try drive.feedDeadline().deeds == [.spawn("router", generation: 2)])
    #expect(try drive.child("router").restarts == 1)
    #expect(drive.feed(.ready("router")).deeds.isEmpty, "nothing is announced twice")
    for stage in ["venue", "gate"] {
      #expect(try drive.state(stage) == .ready && drive.child(stage).generation == 1)
    }
  }

  @Test func `a silent stage is aborted, then killed, and replaced only after its exit`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    let heard = drive.now
    for stage in ["venue", "gate"] {
      drive.pass(milliseconds: 1000)
      drive.feed(.heartbeat(stage, [:]))
    }
    #expect(try drive.feedDeadline().deeds == [.signal("router", SIGABRT)])
    #expect(drive.now - heard == 2_000_000_000)
    #expect(try drive.feedDeadline().deeds == [.signal("router", SIGKILL)])
    #expect(drive.now - heard == 2_200_000_000)
    #expect(try drive.state("router") == .killing)
    drive.feed(.heartbeat("venue", [:]))
    drive.feed(.heartbeat("gate", [:]))
    drive.pass(milliseconds: 1500)
    #expect(drive.feed(.timer).deeds.isEmpty, "no second process beside one that may live")
    #expect(drive.feed(.exited("router", .signal(SIGKILL))).deeds.isEmpty)
    #expect(try drive.state("router") == .backoff)
  }

  @Test func `a late heartbeat does not save a stage that is being killed`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.pass(milliseconds: 2000)
    drive.feed(.timer)
    #expect(try drive.state("gate") == .aborting)
    drive.feed(.heartbeat("gate", [:]))
    drive.feed(.ready("gate"))
    drive.pass(milliseconds: 200)
    #expect(drive.feed(.timer).deeds.contains(.signal("gate", SIGKILL)))
  }

  @Test func `a stage that never becomes ready is aborted after its start time`() throws {
    var drive = try MachineDrive()
    drive.feed(.start)
    drive.pass(milliseconds: 9999)
    #expect(drive.feed(.timer).deeds.isEmpty)
    drive.pass(milliseconds: 1)
    #expect(drive.feed(.timer).deeds == [.signal("venue", SIGABRT)])
  }

  @Test func `silence is not judged across a sleep of the supervisor itself`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.pass(milliseconds: 60_000)
    drive.feed(.wokeLate)
    #expect(drive.feed(.timer).deeds.isEmpty)
    drive.pass(milliseconds: 2000)
    #expect(drive.feed(.timer).deeds.count == 3, "from then on it is")
  }

  @Test func `heartbeats carry the words of a stage, a new life begins without them`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.feed(.heartbeat("router", ["phase": "ready"]))
    #expect(try drive.child("router").status == ["phase": "ready"])
    drive.feed(.exited("router", .code(70)))
    try drive.feedDeadline()
    #expect(try drive.child("router").status == [:])
    drive.feed(.heartbeat("stranger", ["a": "b"]))
  }

  @Test func `the watchdog is fed only while every process has just answered`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    #expect(drive.machine.isFresh(now: drive.now))
    #expect(drive.machine.isFresh(now: drive.now + 2_000_000_000))
    #expect(!drive.machine.isFresh(now: drive.now + 2_000_000_001))
  }

  @Test func `restart drains one stage and brings it back without back-off`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    #expect(drive.feed(.restart("router")).deeds == [.tell("router", .drain)])
    #expect(try drive.state("router") == .draining)
    #expect(drive.feed(.restart("router")).deeds.isEmpty)
    #expect(
      drive.feed(.exited("router", .code(0))).deeds == [.spawn("router", generation: 2)])
    #expect(try drive.child("router").restarts == 1)
    #expect(drive.machine.state == "running")
  }

  @Test func `restart of a stage in back-off starts it at once, of a stranger nothing`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.feed(.exited("router", .code(70)))
    #expect(drive.feed(.restart("router")).deeds == [.spawn("router", generation: 2)])
    #expect(drive.feed(.restart("stranger")).deeds.isEmpty)
    #expect(drive.machine.refusalToRestart("stranger")?.contains("venue, router, gate") == true)
  }

  @Test func `restart of a stage that has not been started yet is refused`() throws {
    var drive = try MachineDrive()
    drive.feed(.start)
    #expect(drive.machine.refusalToRestart("gate")?.contains("not been started") == true)
    #expect(drive.feed(.restart("gate")).deeds.isEmpty)
  }
}
