import Daemon
import Glibc
import Testing

@testable import Supervisor

/// What people are told, and that no alert is forgotten before it is settled.
@Suite("the supervisor's alerts")
struct MachineAlertTests {
  @Test func `a death is told, a stage that was asked to leave is not`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    #expect(drive.feed(.exited("gate", .signal(SIGKILL))).alerts == ["stage_died gate"])
    var second = try MachineDrive()
    second.startAll()
    #expect(second.feed(.restart("gate")).alerts.isEmpty)
    #expect(second.feed(.exited("gate", .code(0))).alerts.isEmpty)
    second.feed(.ready("gate"))
    second.feed(.stopStage("gate"))
    #expect(second.feed(.exited("gate", .code(0))).alerts.isEmpty)
    second.feed(.drain)
    #expect(second.feed(.exited("router", .signal(SIGKILL))).alerts.isEmpty)
  }

  @Test func `a hang, the breaker with its kill, and a configuration that cannot run`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    drive.pass(milliseconds: 2000)
    for stage in ["venue", "router"] { drive.feed(.heartbeat(stage, [:])) }
    #expect(drive.feed(.timer).alerts == ["stage_hung gate"])

    var dying = try MachineDrive("supervisor:\n  breaker_deaths: 1\n")
    dying.startAll()
    #expect(dying.feed(.exited("gate", .code(1))).alerts == ["stage_died gate"])
    try dying.feedDeadline()
    let last = dying.feed(.exited("gate", .code(1))).alerts
    #expect(last == ["stage_died gate", "breaker gate", "kill_switch supervisor"])

    var odd = try MachineDrive()
    odd.startAll()
    let ended = odd.feed(.exited("gate", .code(78))).alerts
    #expect(ended == ["stage_died gate", "stage_failed gate"])
  }

  @Test func `a kill is told with who and why`() throws {
    var drive = try MachineDrive()
    drive.startAll()
    let kill = PipelineStatus.Kill(by: "ann", reason: "odd fills", scope: "all")
    let effects = drive.feed(.kill(kill))
    #expect(
      effects.contains(.alert(.killSwitch, "supervisor", "KILL SWITCH all by ann: odd fills")))
  }

  @Test func `an alert waits until it is settled, and the oldest makes room`() {
    var post = AlertPost(life: "9")
    let first = post.add(.breaker, "a", "text", milliseconds: 5)
    #expect(first.id == "9-1" && post.waiting == [first])
    post.settled("another")
    #expect(post.waiting.count == 1)
    post.settled("9-1")
    #expect(post.waiting.isEmpty)
    for _ in 0...AlertPost.bound { _ = post.add(.breaker, "a", "text", milliseconds: 5) }
    #expect(post.waiting.count == AlertPost.bound && post.dropped == 1)
    #expect(post.waiting.first?.id == "9-3")
  }

  @Test func `what many others tell of makes room first`() {
    var post = AlertPost(life: "9")
    _ = post.add(.stageAlert, "order-router", "held", milliseconds: 1)
    for _ in 0..<200 { _ = post.add(.stageDied, "market-data", "died", milliseconds: 5) }
    #expect(post.waiting.count == AlertPost.bound)
    #expect(post.waiting.first?.text == "held")
  }
}
