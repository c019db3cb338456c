import Foundation
import Testing

/// Payloads of the venue and market data beside the project: `../shared`, or `INTERLOCK_SHARED`.
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

  static func json(_ name: String) throws -> Any {
    try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: "\(payloads)/\(name)")))
  }
}
