import Daemon
import Testing

@testable import Alerter

/// Which alerts are told, when again, and that each is settled once.
@Suite("alerts decided")
struct AlertMachineTests {
  private static let second: Int64 = 1_000_000_000

  private func settings(_ yaml: String = "") throws -> AlertSettings {
    try Configuration.parse(
      "alerts:\n  secrets_file: /none\n\(yaml)", path: "test", profile: .demo
    ).alerts
  }

  /// The machine behind a reference, so that an expectation may move it.
  private final class Drive {
    private(set) var machine: AlertMachine
    var isIdle: Bool { machine.isIdle }
    var deadline: Int64? { machine.deadline }
    var delivered: Int { machine.delivered }
    var failed: Int { machine.failed }
    var folded: Int { machine.folded }
    var jobs: [AlertJob] { machine.jobs }

    init(_ machine: AlertMachine) { self.machine = machine }

    func step(_ input: AlertInput, now: Int64) -> [AlertEffect] { machine.step(input, now: now) }
  }

  private func machine(
    _ yaml: String = "", _ channels: [AlertChannel] = [.webhook]
  ) throws -> Drive {
    Drive(AlertMachine(settings: try settings(yaml), channels: channels))
  }

  private func alert(_ id: String, _ event: AlertEvent = .breaker, stage: String = "a") -> Alert {
    Alert(id: id, event: event, stage: stage, text: "text \(id)", milliseconds: 1)
  }

  private func sent(_ effects: [AlertEffect]) -> [String] {
    effects.compactMap { effect in
      if case .send(let alert, let channel, _) = effect { "\(alert.id) \(channel)" } else { nil }
    }
  }

  private func settled(_ effects: [AlertEffect]) -> [String] {
    effects.compactMap { effect in
      if case .settled(let alert, _) = effect { alert.id } else { nil }
    }
  }

  @Test func `an alert goes to every channel at once and is settled when all have it`() throws {
    let machine = try machine("", [.webhook, .telegram])
    #expect(sent(machine.step(.heard(alert("1")), now: 0)) == ["1 webhook", "1 telegram"])
    #expect(settled(machine.step(.answered("1", .webhook, .delivered), now: 1)).isEmpty)
    #expect(settled(machine.step(.answered("1", .telegram, .delivered), now: 2)) == ["1"])
    #expect(machine.isIdle && machine.delivered == 2)
    #expect(machine.step(.answered("1", .telegram, .delivered), now: 3).isEmpty, "said twice")
  }

  @Test func `what fails is tried again with growing pauses and given up after the last try`()
    throws
  {
    let machine = try machine("  attempts: 3\n")
    #expect(sent(machine.step(.heard(alert("1")), now: 0)) == ["1 webhook"])
    var now: Int64 = 0
    for pause in [Self.second / 2, Self.second] {
      let failed = DeliveryOutcome.failed("HTTP 500", retryAfterMilliseconds: nil)
      #expect(sent(machine.step(.answered("1", .webhook, failed), now: now)).isEmpty)
      #expect(machine.deadline == now + pause)
      #expect(sent(machine.step(.timer, now: now + pause - 1)).isEmpty, "not before its time")
      now += pause
      #expect(sent(machine.step(.timer, now: now)) == ["1 webhook"])
    }
    let failed = DeliveryOutcome.failed("HTTP 500", retryAfterMilliseconds: nil)
    let last = machine.step(.answered("1", .webhook, failed), now: now)
    #expect(settled(last) == ["1"])
    #expect(last.contains(.giveUp(alert("1"), "webhook: HTTP 500, tried 3 times")))
    #expect(machine.isIdle && machine.failed == 1)
  }

  @Test func `the other side may say when, within a bound`() throws {
    let machine = try machine()
    _ = machine.step(.heard(alert("1")), now: 0)
    let later = DeliveryOutcome.failed("HTTP 429", retryAfterMilliseconds: 7000)
    _ = machine.step(.answered("1", .webhook, later), now: 0)
    #expect(machine.deadline == 7 * Self.second)
    _ = machine.step(.timer, now: 7 * Self.second)
    let never = DeliveryOutcome.failed("HTTP 429", retryAfterMilliseconds: .max / 2_000_000)
    _ = machine.step(.answered("1", .webhook, never), now: 7 * Self.second)
    #expect(machine.deadline == 37 * Self.second)
  }

  @Test func `a refusal is not tried again`() throws {
    let machine = try machine()
    _ = machine.step(.heard(alert("1")), now: 0)
    let effects = machine.step(.answered("1", .webhook, .refused("HTTP 404")), now: 0)
    #expect(settled(effects) == ["1"] && machine.deadline == nil)
  }

  @Test func `an event that is off is settled and told to nobody, a silent one silently`() throws {
    let machine = try machine("  events: {kill_switch: off, breaker: silent}\n")
    let off = machine.step(.heard(alert("1", .killSwitch)), now: 0)
    #expect(sent(off).isEmpty && settled(off) == ["1"])
    #expect(
      machine.step(.heard(alert("2")), now: 0) == [.send(alert("2"), .webhook, isSilent: true)])
  }

  @Test func `deaths of one stage within the window are told as one, another stage's at once`()
    throws
  {
    let machine = try machine()
    #expect(sent(machine.step(.heard(alert("1", .stageDied)), now: 0)) == ["1 webhook"])
    _ = machine.step(.answered("1", .webhook, .delivered), now: 0)
    for id in ["2", "3"] {
      let effects = machine.step(.heard(alert(id, .stageDied)), now: Self.second)
      #expect(sent(effects).isEmpty && settled(effects) == [id])
    }
    #expect(
      sent(machine.step(.heard(alert("4", .stageDied, stage: "b")), now: Self.second)) == [
        "4 webhook"
      ])
    _ = machine.step(.answered("4", .webhook, .delivered), now: Self.second)
    let sum = machine.step(.timer, now: 60 * Self.second)
    guard case .send(let alert, _, _)? = sum.first else {
      Issue.record("no sum: \(sum)")
      return
    }
    #expect(alert.text == "2 more in 60 s, the last: text 3" && alert.id == "3-sum")
    #expect(machine.folded == 2)
  }

  @Test func `an id that is heard again while it waits is told once`() throws {
    let machine = try machine()
    _ = machine.step(.heard(alert("1")), now: 0)
    #expect(machine.step(.heard(alert("1")), now: 1).isEmpty)
  }

  @Test func `what waits is bounded, and so is what is under way`() throws {
    let machine = try machine()
    var effects: [AlertEffect] = []
    for number in 0..<(AlertMachine.bound + 5) {
      effects += machine.step(.heard(alert("\(number)")), now: 0)
    }
    #expect(sent(effects).count <= AlertMachine.inFlightBound + 5)
    #expect(settled(effects) == ["0", "1", "2", "3", "4"])
    #expect(machine.jobs.count == AlertMachine.bound)
  }

  @Test(arguments: [
    (204, DeliveryOutcome.delivered), (404, .refused("HTTP 404")), (301, .refused("HTTP 301")),
    (500, .failed("HTTP 500", retryAfterMilliseconds: nil)),
    (429, .failed("HTTP 429", retryAfterMilliseconds: nil)),
  ])
  func `a status says whether it helps to try again`(_ status: Int, _ outcome: DeliveryOutcome) {
    #expect(DeliveryOutcome.answered(status: status, retryAfterSeconds: 0) == outcome)
  }
}
