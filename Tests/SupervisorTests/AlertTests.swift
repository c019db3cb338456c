import AlertReceiver
import Daemon
import Foundation
import Testing

/// The real supervisor and the real alerter, and a server that takes what people are told.
@Suite("alerts, told by real processes", .serialized, .timeLimit(.minutes(10)))
struct AlertTests {
  private static let word = "hooks-are-secret-4711"
  /// Long enough that a busy machine makes no stage look hung.
  private static let patient = """
    console:
      enabled: false
    supervisor:
      start_timeout_ms: 30000
      heartbeat_timeout_ms: 5000
      drain_timeout_ms: 20000

    """

  private func pipeline(
    _ receiver: AlertReceiver, alerts: String = "", supervisor: String = ""
  ) throws -> SupervisedPipeline {
    let pipeline = try SupervisedPipeline(configuration: Self.patient + supervisor)
    try pipeline.addAlerter(
      secrets: "webhook=\(receiver.url)/\(Self.word)\n", configuration: alerts)
    return pipeline
  }

  private func told(
    _ receiver: AlertReceiver, _ event: String, about stage: String
  ) -> [AlertReceiver.Received] {
    receiver.received(event).filter { $0.fields["stage"] == stage }
  }

  /// How often the alert that was told first was told.
  private func repetitions(_ alerts: [AlertReceiver.Received]) -> Int {
    alerts.count { $0.fields["id"] == alerts.first?.fields["id"] }
  }

  private func delivered(_ pipeline: SupervisedPipeline) throws -> Int {
    try pipeline.stage("alerter").status["delivered"].flatMap { Int($0) } ?? 0
  }

  @Test func `a stage that dies is told once, with its signal, and nothing shows the address`()
    async throws
  {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(receiver)
    try pipeline.start()
    try await pipeline.untilRunning()
    kill(try pipeline.pid("risk-gate"), SIGKILL)
    try await pipeline.until("it is told", seconds: 60) {
      !told(receiver, "stage_died", about: "risk-gate").isEmpty
    }
    let alert = try #require(told(receiver, "stage_died", about: "risk-gate").first)
    #expect(alert.path == "/\(Self.word)")
    #expect(alert.fields["text"]?.contains("signal 9") == true, "\(alert)")
    try await pipeline.until("the supervisor forgets it", seconds: 60) {
      try delivered(pipeline) >= 1
    }
    #expect(!pipeline.log.contains(Self.word), "\(pipeline.log)")
  }

  @Test func `a failing server is tried again until it takes the alert`() async throws {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(receiver)
    try receiver.tell(["500", "drop", "429 1"])
    try pipeline.start()
    try await pipeline.untilRunning()
    kill(try pipeline.pid("market-data"), SIGKILL)
    try await pipeline.until("the fourth try is taken", seconds: 60) {
      try repetitions(told(receiver, "stage_died", about: "market-data")) == 4
        && delivered(pipeline) >= 1
    }
  }

  @Test func `an alerter killed before it was heard tells the alert in its next life`()
    async throws
  {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(receiver, alerts: "  timeout_ms: 60000\n")
    try receiver.tell(["hang"])
    try pipeline.start()
    try await pipeline.untilRunning()
    kill(try pipeline.pid("risk-gate"), SIGKILL)
    try await pipeline.until("the server hangs on it", seconds: 60) {
      !told(receiver, "stage_died", about: "risk-gate").isEmpty
    }
    kill(try pipeline.pid("alerter"), SIGKILL)
    try await pipeline.until("it is told again, and the alerter's own death", seconds: 60) {
      repetitions(told(receiver, "stage_died", about: "risk-gate")) >= 2
        && !told(receiver, "stage_died", about: "alerter").isEmpty
    }
  }

  @Test func `a hanging server costs no heartbeat, and a stopped alerter is replaced and tells`()
    async throws
  {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(receiver, alerts: "  timeout_ms: 60000\n")
    try receiver.tell(["hang"])
    try pipeline.start()
    try await pipeline.untilRunning()
    kill(try pipeline.pid("risk-gate"), SIGKILL)
    try await pipeline.until("the server hangs on it", seconds: 60) {
      !told(receiver, "stage_died", about: "risk-gate").isEmpty
    }
    let first = try pipeline.stage("alerter")
    kill(try #require(first.pid), SIGSTOP)
    try await pipeline.until("it is found hung, replaced, and says so", seconds: 60) {
      try pipeline.stage("alerter").generation == first.generation + 1
        && !told(receiver, "stage_hung", about: "alerter").isEmpty
        && repetitions(told(receiver, "stage_died", about: "risk-gate")) >= 2
    }
    #expect(first.generation == 1, "a server that hangs did not make it hang")
  }

  @Test func `the breaker and the kill switch are told, what is off is not`() async throws {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(
      receiver, alerts: "  events: {stage_died: off}\n",
      supervisor: "  breaker_deaths: 2\n  backoff_initial_ms: 10\n")
    try pipeline.start()
    try await pipeline.untilRunning()
    try pipeline.tell("tap-relay", "exit 1")
    kill(try pipeline.pid("tap-relay"), SIGKILL)
    try await pipeline.until("both are told", seconds: 60) {
      !told(receiver, "breaker", about: "tap-relay").isEmpty
        && !told(receiver, "kill_switch", about: "supervisor").isEmpty
    }
    #expect(receiver.received("stage_died").isEmpty)
  }

  @Test func `what a stage says goes to people`() async throws {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(receiver)
    try pipeline.tell("order-router", "alert an order is held")
    try pipeline.start()
    try await pipeline.until("it is told", seconds: 60) {
      told(receiver, "stage_alert", about: "order-router").contains {
        $0.fields["text"]?.contains("an order is held") == true
      }
    }
    #expect(
      pipeline.deeds.first == "ready paper-venue", "the alerter is no fake: \(pipeline.deeds)")
  }

  @Test func `what waits leaves before the end`() async throws {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(receiver)
    try receiver.tell(["500"])
    let supervisor = try pipeline.start()
    try await pipeline.untilRunning()
    kill(try pipeline.pid("risk-gate"), SIGKILL)
    try await pipeline.until("the first try fails", seconds: 60) {
      !told(receiver, "stage_died", about: "risk-gate").isEmpty
    }
    kill(supervisor.processIdentifier, SIGTERM)
    #expect(try await pipeline.code(of: supervisor) == 0)
    #expect(repetitions(told(receiver, "stage_died", about: "risk-gate")) == 2)
  }

  @Test func `secrets that others can read, or that name nothing, are said loudly and stop nobody`()
    async throws
  {
    let receiver = try AlertReceiver()
    for (secrets, mode, word) in [
      ("webhook=http://127.0.0.1:1/\(Self.word)", 0o644, "mode is 0644"),
      ("hook=\(Self.word)", 0o600, "line 1 is not"),
      ("webhook=ftp://\(Self.word)", 0o600, "webhook is no URL"),
      ("webhook=http://example.com/\(Self.word)", 0o600, "an address of this machine"),
      ("telegram_token=\(Self.word)", 0o600, "belong together"),
      ("# none", 0o600, "it names no channel"),
    ] {
      let pipeline = try pipeline(receiver)
      try pipeline.writeSecrets(secrets, mode: mode)
      try pipeline.start()
      try await pipeline.until("the others run without it", seconds: 60) {
        let status = try pipeline.status()
        return try status.state == "running" && pipeline.stage("alerter").state == "failed"
          && status.alerts.contains { $0.hasPrefix("ALERTS OFF: ") }
      }
      #expect(pipeline.log.contains(word), "\(pipeline.log)")
      #expect(!pipeline.log.contains(Self.word), "\(pipeline.log)")
      #expect(!pipeline.log.contains("KILL SWITCH"))
    }
  }

  @Test func `an alerter that dies for ever halts nothing, and comes back when it is asked to`()
    async throws
  {
    let receiver = try AlertReceiver()
    let pipeline = try pipeline(
      receiver, supervisor: "  breaker_deaths: 1\n  backoff_initial_ms: 10\n")
    try pipeline.start()
    try await pipeline.untilRunning()
    for life in 1...2 {
      try await pipeline.until("life \(life)", seconds: 60) {
        let alerter = try pipeline.stage("alerter")
        return alerter.generation == life && alerter.state == "ready"
      }
      kill(try pipeline.pid("alerter"), SIGKILL)
    }
    try await pipeline.until("it is given up", seconds: 60) {
      try pipeline.stage("alerter").state == "failed"
    }
    let status = try pipeline.status()
    #expect(status.state == "running", "\(pipeline.log)")
    #expect(status.alerts.contains { $0.hasPrefix("ALERTS OFF: ") }, "\(status.alerts)")
    #expect(!pipeline.log.contains("KILL SWITCH"), "\(pipeline.log)")
    _ = try pipeline.supervisor.ask("restart", ["stage": "alerter"])
    try await pipeline.until("it tells of itself", seconds: 60) {
      try pipeline.status().alerts.isEmpty
        && !told(receiver, "stage_failed", about: "alerter").isEmpty
    }
  }
}
