import Domain
import Foundation

/// A range of events as a file of JSON lines: a header, one line an event, a footer.
///
///     {"format":"interlock-events-1","account":…,"from":1,"previous":"00…"}
///     [1,1764000000000,"STATE","{…}","hash"]
///     {"to":1000,"hash":"…"}
///
/// It proves itself: each line's hash follows from the line before, the first from `previous`. The
/// live file is never thinned; archives are what leaves the machine.
package enum EventArchive {
  static let format = "interlock-events-1"

  package struct Summary: Hashable, Sendable {
    package let path: String
    package let from: Int64
    package let to: Int64
    /// Hash of the last event.
    package let hash: String

    var text: String { "{\"from\":\(from),\"hash\":\"\(hash)\",\"to\":\(to)}" }
  }

  static func path(_ ledger: String, from: Int64, to: Int64) -> String {
    "\(ledger).events-\(from)-\(to).jsonl"
  }

  /// Reads the archive at `path` and follows its chain from the first line to the last.
  package static func verify(_ path: String) throws(LedgerError) -> Summary {
    let verifier = try ArchiveVerifier(path)
    while true {
      if let summary = try verifier.advance() { return summary }
    }
  }

  static func line(_ value: Any) throws -> Data {
    try JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes]) + Data("\n".utf8)
  }
}
