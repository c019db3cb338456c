import Foundation

/// Debian's model checker: a model becomes C, the C a program, and the program walks every state.
enum Spin {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Models")

  /// What one search found.
  struct Verdict: CustomStringConvertible {
    let errors: Int
    /// Whether no state was left out: neither by depth nor by memory.
    let isComplete: Bool
    let states: Int
    let assertion: String?
    let description: String
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The text of a model.
  static func text(_ model: String) throws -> String {
    try String(
      contentsOf: folder.appendingPathComponent("\(model).pml"), encoding: .utf8)
  }

  /// Searches `model` with `macros` defined; throws when spin or a compiler is missing or fails.
  static func search(_ model: String, _ macros: [String]) async throws -> Verdict {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("il-spin-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let source = folder.appendingPathComponent("\(model).pml").path
    let made = try await run(
      "spin", macros.map { "-D\($0)" } + ["-a", source], in: scratch, seconds: 60)
    guard FileManager.default.fileExists(atPath: scratch.appendingPathComponent("pan.c").path),
      !made.contains("Error")
    else { throw Failure(description: "spin made no checker of \(model): \(made)") }
    let compiled = try await run(
      "gcc", ["-O1", "-w", "-DSAFETY", "-DVECTORSZ=1024", "-DMEMLIM=2000", "-o", "pan", "pan.c"],
      in: scratch, seconds: 120)
    guard FileManager.default.fileExists(atPath: scratch.appendingPathComponent("pan").path) else {
      throw Failure(description: "gcc made no program of \(model): \(compiled)")
    }
    // -E: routers and networks that wait for ever are no deadlock; the models say what the end is.
    return try verdict(
      await run(
        scratch.appendingPathComponent("pan").path, ["-E", "-m100000"], in: scratch, seconds: 300))
  }

  static func verdict(_ text: String) throws -> Verdict {
    guard let errors = number(after: "errors: ", in: text),
      let stored = text.split(separator: "\n").first(where: { $0.contains("states, stored") }),
      let states = stored.split(separator: " ").first.flatMap({ Int($0) })
    else { throw Failure(description: "the search said nothing: \(text)") }
    let isComplete = !["Search not completed", "max search depth too small", "out of memory"]
      .contains { text.contains($0) }
    let assertion = text.split(separator: "\n").first {
      $0.contains("assertion violated (") || $0.contains("assertion violated !")
        || $0.hasPrefix("pan:1: assertion violated")
    }
    return Verdict(
      errors: errors, isComplete: isComplete, states: states, assertion: assertion.map(String.init),
      description: text)
  }

  private static func number(after word: String, in text: String) -> Int? {
    guard let range = text.range(of: word) else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }

  /// Runs a program to its end, at most `seconds`; returns what it printed.
  static func run(
    _ program: String, _ arguments: [String], in folder: URL, seconds: Double
  ) async throws -> String {
    let output = folder.appendingPathComponent("output-\(UUID().uuidString)")
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    let handle = try FileHandle(forWritingTo: output)
    let process = Process()
    process.executableURL = URL(
      fileURLWithPath: program.hasPrefix("/") ? program : try find(program))
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    try handle.close()
    let end = ContinuousClock.now + .seconds(seconds)
    while process.isRunning {
      guard ContinuousClock.now < end else {
        kill(process.processIdentifier, SIGKILL)
        throw Failure(description: "\(program) took more than \(seconds) s")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    return String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }

  private static func find(_ program: String) throws -> String {
    for folder in ["/usr/bin", "/usr/local/bin", "/bin"] {
      let path = "\(folder)/\(program)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw Failure(
      description: "\(program) is missing: run ops/setup, or apt-get install \(program)")
  }
}
