import Domain
import Ledger

/// What two runs are compared by.
package enum RunHash {
  /// SHA-256 of the report's JSON, in hexadecimal digits.
  package static func of(_ json: String) -> String {
    Hexadecimal.text(Digest.sha256(Array(json.utf8)))
  }
}
