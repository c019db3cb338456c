import Daemon
import Glibc
import Testing

@testable import Supervisor

@Suite("the supervisor's machine, ending")
struct MachineEndTests {
  @Test func `stages leave in reverse, each when the one after it is gone`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    #expect(drive.feed(.drain).deeds == [.announceStopping, .tell("gate", .drain)])
    #expect(drive.machine.state == "draining")
    #expect(drive.feed(.exited("gate", .code(0))).deeds == [.tell("router", .drain)])
    #expect(drive.feed(.exited("router", .code(0))).deeds == [.tell("venue", .drain)])
    #expect(drive.feed(.exited("venue", .code(0))).deeds == [.end(.done)])
  }

  @Test func `a stage that does not drain is terminated, then killed, and the others follow`()
    throws
  {
    var drive = try MachineDrive()
    drive.startAll()
    drive.feed(.drain)
    let asked = drive.now
    for stage in ["venue", "router"] { drive.feed(.heartbeat(stage, [:])) }
    drive.pass(milliseconds: 5000)
    // The others are still watched meanwhile, so they keep answering.
    for stage in ["venue", "router"] { drive.feed(.heartbeat(stage, [:])) }
    #expect(drive.feed(.timer).deeds == [.signal("gate", SIGTERM)])
    #expect(drive.now - asked == 5_000_000_000)
    drive.pass(milliseconds: 1000)
    #expect(drive.feed(.timer).deeds == [.signal("gate", SIGKILL)])
    #expect(
      drive.feed(.exited("gate", .signal(SIGKILL))).deeds == [.tell("router", .drain)])
  }

  @Test func `whoever repeats the wish to end means now`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.feed(.drain)
    #expect(
      Set(drive.feed(.stopNow).deeds.map { "\($0)" })
        == Set(MachineDrive.stages.map { "\(SupervisorEffect.signal($0, SIGTERM))" }))
    for stage in ["venue", "router"] {
      #expect(drive.feed(.exited(stage, .signal(SIGTERM))).deeds.isEmpty)
    }
    #expect(drive.feed(.exited("gate", .signal(SIGTERM))).deeds == [.end(.done)])
  }

  @Test func `nothing is started or restarted any more while draining`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.feed(.exited("router", .code(70)))
    drive.feed(.drain)
    #expect(try drive.state("gate") == .draining)
    #expect(drive.machine.refusalToRestart("gate") == "the pipeline is stopping")
    #expect(drive.feed(.restart("gate")).deeds.isEmpty)
    drive.pass(milliseconds: 4000)
    drive.feed(.heartbeat("venue", [:]))
    #expect(drive.feed(.timer).deeds.isEmpty)
    #expect(drive.feed(.exited("gate", .code(0))).deeds == [.tell("venue", .drain)])
    #expect(drive.feed(.exited("venue", .code(0))).deeds == [.end(.done)])
  }

  @Test func `a drain in the middle of the start ends what was started`() throws {
    var drive = try MachineDrive()
    drive.feed(.start)
    drive.feed(.ready("venue"))
    #expect(drive.feed(.drain).deeds == [.announceStopping, .tell("router", .drain)])
    #expect(drive.feed(.ready("router")).deeds.isEmpty)
    drive.feed(.exited("router", .code(0)))
    #expect(drive.feed(.exited("venue", .code(0))).deeds == [.end(.done)])
  }

  @Test func `a drain before anything lives is the end`() throws {
    var drive = try MachineDrive()
    #expect(drive.feed(.drain).deeds == [.announceStopping, .end(.done)])
  }

  @Test(arguments: [ExitCode.misuse, .badConfiguration])
  func `a stage that cannot run as configured ends the start with its code`(
    _ code: ExitCode
  ) throws {
    var drive = try MachineDrive()
    drive.feed(.start)
    drive.feed(.ready("venue"))
    #expect(
      drive.feed(.exited("router", .code(code.rawValue))).deeds
        == [.announceStopping, .tell("venue", .drain)])
    #expect(drive.feed(.exited("venue", .code(0))).deeds == [.end(code)])
  }

  @Test func `the same after the start fails the stage alone`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    #expect(drive.feed(.exited("router", .code(78))).deeds.isEmpty)
    #expect(try drive.state("router") == .failed)
    #expect(drive.machine.state == "halted")
    #expect(try drive.state("gate") == .ready && drive.state("venue") == .ready)
    #expect(drive.feed(.restart("router")).deeds == [.spawn("router", generation: 2)])
    #expect(drive.machine.state == "running")
  }

  @Test func `a spawn that fails for a moment is tried again, one that cannot work is not`()
    throws
  {
    var machine = SupervisorMachine(
      stages: ["a"], settings: Configuration.defaults(profile: .live).supervisor, seed: 1)
    _ = machine.step(.start, now: 0)
    let later = machine.step(.spawnFailed("a", reason: "EAGAIN", code: nil), now: 0)
    #expect(later.deeds.isEmpty)
    #expect(machine.children[0].state == .backoff)
    let due = try #require(machine.deadline)
    #expect(machine.step(.timer, now: due).deeds == [.spawn("a", generation: 2)])
    let never = machine.step(.spawnFailed("a", reason: "x", code: .badConfiguration), now: due)
    #expect(never.deeds == [.announceStopping, .end(.badConfiguration)])
  }

  @Test func `more deaths than the breaker allows halt the pipeline until an operator acts`()
    throws
  {
    var drive = try MachineDrive()
    drive.startAll()
    for _ in 0..<5 {
      drive.feed(.exited("router", .code(70)))
      #expect(try drive.state("router") == .backoff)
      for stage in ["venue", "gate"] { drive.feed(.heartbeat(stage, [:])) }
      try drive.feedDeadline()
      drive.feed(.ready("router"))
    }
    let deeds = drive.feed(.exited("router", .code(70))).deeds
    #expect(deeds.first == .pressLatch(reason: "breaker of router: 6 deaths in 60 s"))
    #expect(try drive.state("router") == .failed)
    #expect(drive.machine.state == "halted")
    for stage in ["venue", "gate"] { drive.feed(.heartbeat(stage, [:])) }
    drive.pass(milliseconds: 1000)
    #expect(drive.feed(.timer).deeds.isEmpty)
    #expect(drive.feed(.restart("router")).deeds == [.spawn("router", generation: 7)])
    drive.feed(.ready("router"))
    #expect(drive.machine.state == "running")
    drive.feed(.exited("router", .code(70)))
    #expect(try drive.state("router") == .backoff, "the breaker counts anew")
  }

  @Test func `deaths of different stages are not added up`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    for _ in 0..<4 {
      for stage in MachineDrive.stages { drive.feed(.exited(stage, .code(70))) }
      drive.pass(milliseconds: 5000)
      drive.feed(.timer)
      for stage in MachineDrive.stages { drive.feed(.ready(stage)) }
    }
    #expect(drive.machine.state == "running")
  }

  @Test func `a failed stage does not stand in the way of the drain`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.feed(.exited("gate", .code(78)))
    #expect(drive.feed(.drain).deeds == [.announceStopping, .tell("router", .drain)])
  }
}
