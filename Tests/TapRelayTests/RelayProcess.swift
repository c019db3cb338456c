import Foundation
import Glibc
import Testing
import Wire

/// A real `tap-relay` in a run directory of its own; killed and swept away with the test.
final class RelayProcess {
  let run: RunDirectory
  let path: String
  private let process = Process()

  init() throws {
    path = "/tmp/il-\(UUID().uuidString.prefix(8))"
    for folder in ["open", "core", "state"] {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
    }
    run = try RunDirectory(path)
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("tap-relay")
    process.arguments = ["--run-dir", path, "--state-dir", "\(path)/state"]
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    signal(SIGCONT)
    signal(SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: path)
  }

  var isRunning: Bool { process.isRunning }
  /// As `nice(2)` counts.
  var niceness: Int32 {
    getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process.processIdentifier))
  }
  var exitCode: Int32? { process.isRunning ? nil : process.terminationStatus }

  /// Sends a signal, if the process still runs.
  func signal(_ number: Int32) {
    if process.isRunning { kill(process.processIdentifier, number) }
  }
}
