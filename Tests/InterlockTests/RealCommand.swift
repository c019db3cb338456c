import Foundation
import Testing

/// One real process of ours, killed with the value if it is still there.
final class RealCommand {
  struct Answer: CustomStringConvertible {
    let code: Int32
    let output: String
    let errors: String

    var description: String { "code \(code), output: \(output), errors: \(errors)" }
  }

  struct Late: Error, CustomStringConvertible {
    let description: String
  }

  static let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

  let process = Process()
  private let folder: ScratchFolder
  private let name = UUID().uuidString

  /// Starts `executable`, by default the one that was built.
  init(
    _ arguments: [String], in folder: ScratchFolder, executable: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    self.folder = folder
    process.executableURL =
      executable.map { URL(fileURLWithPath: $0) }
      ?? Self.binaries.appendingPathComponent("interlock")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let files = try (output: handle("\(name).out"), errors: handle("\(name).err"))
    process.standardOutput = files.output
    process.standardError = files.errors
    try process.run()
    // It has its own; kept open here, hundreds of commands would be a thousand files, with which
    // Foundation's look through the open ones has been seen to crash.
    try files.output.close()
    try files.errors.close()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  var output: String { folder.read("\(name).out") }
  var errors: String { folder.read("\(name).err") }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Its end; one that hangs fails.
  func answer(seconds: Double = 30) async throws -> Answer {
    try await Self.until("process ends: \(output)\(errors)", seconds: seconds) {
      !process.isRunning
    }
    let code = process.terminationStatus
    return Answer(
      code: process.terminationReason == .exit ? code : -code, output: output, errors: errors)
  }

  static func run(_ arguments: [String], in folder: ScratchFolder) async throws -> Answer {
    try await RealCommand(arguments, in: folder).answer()
  }

  static func until(
    _ what: String, seconds: Double = 30, _ condition: () throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if (try? condition()) == true { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Late(description: "not within \(seconds) s: \(what)")
  }

  private func handle(_ file: String) throws -> FileHandle {
    let path = try folder.write("", to: file)
    return try #require(FileHandle(forWritingAtPath: path))
  }
}
