import Daemon
import Testing

@testable import Supervisor

/// The machine, a clock that only a test moves, and what it wanted done.
struct MachineDrive {
  static let stages = ["venue", "router", "gate"]

  private(set) var machine: SupervisorMachine
  let settings: SupervisorSettings
  var now: Int64 = 1_000_000_000_000
  private var lastPID: Int32 = 100

  /// The shipped values of every profile but demo, unless a test says otherwise.
  init(
    _ yaml: String = "", profile: Profile = .live, seed: UInt64 = 1,
    stages: [String] = Self.stages, bystanders: [String] = [], forerunners: [String] = []
  ) throws {
    settings = try Configuration.parse(yaml, path: "test", profile: profile).supervisor
    machine = SupervisorMachine(
      forerunners: forerunners, stages: stages, bystanders: bystanders, settings: settings,
      seed: seed)
  }

  @discardableResult
  mutating func feed(_ event: SupervisorEvent) -> [SupervisorEffect] {
    let effects = machine.step(event, now: now)
    // A spawn succeeds unless a test says otherwise.
    return effects
      + effects.flatMap { effect -> [SupervisorEffect] in
        guard case .spawn(let stage, _) = effect else { return [] }
        lastPID += 1
        return machine.step(.spawned(stage, pid: lastPID), now: now)
      }
  }

  mutating func pass(milliseconds: Int64) { now += milliseconds * 1_000_000 }

  /// Lets time pass up to the machine's own deadline and says so.
  @discardableResult
  mutating func feedDeadline() throws -> [SupervisorEffect] {
    now = try #require(machine.deadline, "the machine waits for something")
    return feed(.timer)
  }

  /// All stages ready.
  mutating func startAll() {
    feed(.start)
    for stage in Self.stages { feed(.ready(stage)) }
  }

  func child(_ stage: String) throws -> SupervisedChild {
    try #require(machine.children.first { $0.name == stage })
  }

  func state(_ stage: String) throws -> ChildState { try child(stage).state }
}

extension [SupervisorEffect] {
  /// What people are told, as `event stage`.
  var alerts: [String] {
    compactMap { effect in
      guard case .alert(let event, let stage, _) = effect else { return nil }
      return "\(event.rawValue) \(stage)"
    }
  }

  /// What has consequences outside, without words for people and `instance.json`.
  var deeds: [SupervisorEffect] {
    filter { effect in
      switch effect {
      case .log, .alert, .recordInstance: false
      default: true
      }
    }
  }
}
