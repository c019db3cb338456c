import Foundation
import Testing

/// A whole pipeline of real processes in folders of its own, ended with the value.
final class Pipeline {
  static let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  /// Recorded market data beside the project; nil, said loudly, when it is not there.
  static var shared: URL? {
    let folder =
      ProcessInfo.processInfo.environment["INTERLOCK_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? root.appendingPathComponent("../shared").standardizedFileURL
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("market").path) {
      return folder
    }
    FileHandle.standardError.write(Data("SKIPPED: no market data at \(folder.path)\n".utf8))
    return nil
  }

  let folder = URL(fileURLWithPath: "/tmp/il-\(UUID().uuidString.prefix(8).lowercased())")
  var runDirectory: String { folder.appendingPathComponent("run").path }
  var stateDirectory: String { folder.appendingPathComponent("state").path }
  var summary: URL { folder.appendingPathComponent("summary.json") }
  private(set) var process: Process?

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    // Stages follow their supervisor, and the supervisor follows `interlock run`, into death.
    if let process, process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Starts `interlock run` with its own directories.
  func start(_ arguments: [String]) throws {
    process = try Self.launch(
      ["run", "--run-dir", runDirectory, "--state-dir", stateDirectory] + arguments,
      output: folder.appendingPathComponent("output.txt"))
  }

  /// What `interlock run` has printed so far.
  var output: String {
    (try? String(contentsOf: folder.appendingPathComponent("output.txt"), encoding: .utf8)) ?? ""
  }

  static func launch(
    _ arguments: [String], executable: String = "interlock", output: URL
  ) throws -> Process {
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    let process = Process()
    process.executableURL = binaries.appendingPathComponent(executable)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    try handle.close()
    return process
  }

  struct Answer {
    let code: Int32
    let text: String

    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
    }
  }

  /// Runs one command to its end, at most `seconds`; a command that hangs is killed and fails.
  func command(
    _ arguments: [String], executable: String = "interlock", seconds: Double = 30,
    addsRunDirectory: Bool = true
  ) async throws -> Answer {
    let file = folder.appendingPathComponent("command-\(UUID().uuidString)")
    let process = try Self.launch(
      arguments + (addsRunDirectory ? ["--run-dir", runDirectory] : []), executable: executable,
      output: file)
    try await Self.ended(process, seconds: seconds)
    let text = try String(contentsOf: file, encoding: .utf8)
    return Answer(code: process.terminationStatus, text: text)
  }

  static func ended(_ process: Process, seconds: Double) async throws {
    do {
      try await until("process \(process.processIdentifier) ends", seconds: seconds) {
        !process.isRunning
      }
    } catch {
      kill(process.processIdentifier, SIGKILL)
      throw error
    }
  }

  struct Late: Error, CustomStringConvertible {
    let description: String
  }

  /// Waits until `condition` holds; throws when it does not within `seconds`.
  static func until(
    _ what: String, seconds: Double, _ condition: () async throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Late(description: "not within \(seconds) s: \(what)")
  }
}

/// One stage as `interlock status --json` shows it.
struct StageStatus {
  let name: String
  let pid: Int32
  let state: String
  let generation: Int

  init?(_ fields: [String: Any]) {
    guard let name = fields["name"] as? String, let state = fields["state"] as? String,
      let generation = fields["generation"] as? Int
    else { return nil }
    self.name = name
    self.state = state
    self.generation = generation
    pid = Int32(fields["pid"] as? Int ?? 0)
  }
}

extension Pipeline {
  func stages() async throws -> [StageStatus] {
    let answer = try await command(["status", "--json"])
    guard answer.code == 0 else { return [] }
    return (answer.json["stages"] as? [[String: Any]] ?? []).compactMap(StageStatus.init)
  }

  func waitUntilReady(seconds: Double = 60, stages count: Int = 6) async throws {
    try await Self.until("every stage is ready\n\(output)", seconds: seconds) {
      if let process, !process.isRunning {
        throw Late(description: "interlock run left early:\n\(output)")
      }
      let stages = try await stages()
      return stages.count >= count && stages.allSatisfy { $0.state == "ready" }
    }
  }

  /// SIGKILL for one stage; returns when its next generation is ready.
  func killAndAwaitReturn(_ name: String) async throws {
    let before = try await stages().first { $0.name == name }
    let stage = try #require(before, "\(name) is a stage")
    #expect(kill(stage.pid, SIGKILL) == 0)
    try await Self.until("\(name) is back", seconds: 30) {
      try await stages().contains {
        $0.name == name && $0.state == "ready" && $0.generation == stage.generation + 1
      }
    }
  }

  /// How many orders the router knows.
  func orders() async throws -> Int {
    let answer = try await command(["orders", "--json"])
    let rows = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
    return try #require(rows as? [Any], "\(answer.text)").count
  }

  func readSummary() throws -> [String: Any] {
    let data = try Data(contentsOf: summary)
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }
}
