import Foundation
import Testing

@testable import Exchange

/// Payloads of the venue that lie beside the project: `../shared`, or `INTERLOCK_SHARED`.
enum SharedFiles {
  static let folder: String = {
    if let named = ProcessInfo.processInfo.environment["INTERLOCK_SHARED"] { return named }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.deletingLastPathComponent().appendingPathComponent("shared").path
  }()

  static let payloads = "\(folder)/fixtures/kraken-futures"
  static let present = FileManager.default.fileExists(atPath: "\(payloads)/docs_enums.json")
  static let missing: Comment =
    "SKIPPED: the venue's payloads are not in ../shared; name their folder in INTERLOCK_SHARED"

  static func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(payloads)/\(name)", encoding: .utf8)
  }

  static func json(_ name: String) throws -> JSONValue {
    try JSONParser.parse(Array(text(name).utf8))
  }
}
