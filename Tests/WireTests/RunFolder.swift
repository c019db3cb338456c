import Foundation
import Testing

@testable import Wire

/// A run directory of its own, gone with the test.
final class RunFolder {
  let run: RunDirectory
  let path: String

  init() throws {
    path = "/tmp/il-\(UUID().uuidString.prefix(8))"
    for folder in ["open", "core"] {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
    }
    run = try RunDirectory(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
