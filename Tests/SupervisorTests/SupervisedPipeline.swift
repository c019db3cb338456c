import Daemon
import Foundation
import Testing

/// The real `supervisor` among fake stages, in folders of its own, ended with the value.
final class SupervisedPipeline {
  static let stages = [
    "paper-venue", "order-router", "risk-gate", "signal-service", "market-data", "tap-relay",
  ]
  /// Short times, so that a test of a hang does not take long.
  static let quick = """
    console:
      enabled: false
    supervisor:
      start_timeout_ms: 2000
      heartbeat_timeout_ms: 1000
      drain_timeout_ms: 500

    """

  let folder = "/tmp/il-\(UUID().uuidString.prefix(8).lowercased())"
  var runDirectory: String { "\(folder)/run" }
  var stateDirectory: String { "\(folder)/state" }
  private var supervisors: [Process] = []

  init(configuration: String = quick) throws {
    let files = FileManager.default
    for name in ["bin", "state"] {
      try files.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    try files.copyItem(
      atPath: built.appendingPathComponent("supervisor").path, toPath: "\(folder)/bin/supervisor")
    for stage in Self.stages {
      try FakeStage.program.write(
        toFile: "\(folder)/bin/\(stage)", atomically: true, encoding: .utf8)
      try files.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/bin/\(stage)")
    }
    try configuration.write(toFile: "\(folder)/il.yaml", atomically: true, encoding: .utf8)
  }

  deinit {
    // The stages leave when their lifeline closes, which is what one of the tests shows.
    for process in supervisors where process.isRunning {
      kill(process.processIdentifier, SIGCONT)
      kill(process.processIdentifier, SIGKILL)
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Starts another supervisor in the same folders, unless told otherwise.
  @discardableResult
  func start(
    _ arguments: [String] = [], run: String? = nil, state: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Process {
    let log = "\(folder)/log"
    if !FileManager.default.fileExists(atPath: log) {
      try Data().write(to: URL(fileURLWithPath: log))
    }
    let handle = try #require(FileHandle(forWritingAtPath: log))
    try handle.seekToEnd()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "\(folder)/bin/supervisor")
    process.arguments =
      [
        "--run-dir", run ?? runDirectory, "--state-dir", state ?? stateDirectory, "--config",
        "\(folder)/il.yaml",
      ] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    try handle.close()
    supervisors.append(process)
    return process
  }

  /// Puts the real alerter among the fake stages.
  func addAlerter(secrets: String, configuration: String) throws {
    let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    try FileManager.default.copyItem(
      atPath: built.appendingPathComponent("alerter").path, toPath: "\(folder)/bin/alerter")
    try writeSecrets(secrets, mode: 0o600)
    let path = "\(folder)/il.yaml"
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let added = "alerts:\n  secrets_file: \(folder)/alerts\n\(configuration)"
    try "\(before)\n\(added)".write(toFile: path, atomically: true, encoding: .utf8)
  }

  func writeSecrets(_ text: String, mode: Int) throws {
    try text.write(toFile: "\(folder)/alerts", atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: "\(folder)/alerts")
  }

  /// Says before its start what a fake stage shall do.
  func tell(_ stage: String, _ words: String) throws {
    try words.write(toFile: "\(stateDirectory)/\(stage).does", atomically: true, encoding: .utf8)
  }

  func world(_ stage: String) throws -> String {
    try String(contentsOfFile: "\(stateDirectory)/\(stage).world", encoding: .utf8)
  }

  /// What the stages have done, in order, such as `ready order-router`.
  var deeds: [String] {
    let text = try? String(contentsOfFile: "\(stateDirectory)/deeds", encoding: .utf8)
    return text?.split(separator: "\n").map(String.init) ?? []
  }

  var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }

  var supervisor: ControlClient {
    ControlClient(socket: RunFiles(runDirectory).controlSocket("supervisor"))
  }
}

extension SupervisedPipeline {
  struct Status: Decodable {
    struct Stage: Decodable {
      var name: String
      var pid: Int32?
      var state: String
      var generation: Int
      var restarts: Int
      var status: [String: String]
    }

    var state: String
    var alerts: [String]
    var stages: [Stage]
  }

  func status() throws -> Status {
    let answer = try supervisor.ask("status")
    return try JSONDecoder().decode(Status.self, from: Data(answer.utf8))
  }

  func stage(_ name: String) throws -> Status.Stage {
    try #require(try status().stages.first { $0.name == name })
  }

  func pid(_ name: String) throws -> Int32 {
    try #require(try stage(name).pid, "\(name) has a process")
  }

  struct Late: Error, CustomStringConvertible {
    let description: String
  }

  /// Waits until `condition` holds; an error in it means not yet.
  func until(_ what: String, seconds: Double = 30, _ condition: () throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if (try? condition()) == true { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Late(description: "not within \(seconds) s: \(what)\n\(log)")
  }

  func untilRunning() async throws {
    try await until("every stage is ready") {
      let status = try status()
      return status.state == "running" && status.stages.allSatisfy { $0.state == "ready" }
    }
  }

  /// The exit code; one that hangs fails.
  func code(of process: Process) async throws -> Int32 {
    try await until("process \(process.processIdentifier) ends") { !process.isRunning }
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }

  /// Processes of this pipeline's folder that still run, zombies not counted.
  func survivors() -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.filter { entry in
      guard Int32(entry) != nil,
        let bytes = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline")
      else { return false }
      return String(decoding: bytes, as: UTF8.self).contains("\(folder)/bin/")
    }
  }
}
