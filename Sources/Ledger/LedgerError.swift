/// Why the ledger cannot be used.
package enum LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another process holds the file: a second router.
  case owned(path: String)
  /// The file belongs to another account or profile.
  case foreign(String)
  /// The file was written by a newer program.
  case newerSchema(found: Int, known: Int)
  /// Damaged, no ledger at all, or not to be written by this user: starting again cannot help.
  case needsOperator(String)
  /// A write may or may not have become durable: leave, reopen, read again.
  case outcomeUnknown(String)
  /// A constraint of the schema refused a write: a bug in the router, nothing was written.
  case lawBroken(String)
  case unusable(String)

  package var description: String {
    switch self {
    case .owned(let path):
      "\(path) is owned by another process; one router per ledger: stop the other one"
    case .foreign(let why): why
    case .newerSchema(let found, let known):
      "schema \(found) is newer than this program's \(known); run the newer program"
    case .outcomeUnknown(let why): "commit outcome unknown: \(why)"
    case .lawBroken(let why): "a law of the schema was broken: \(why)"
    case .unusable(let why), .needsOperator(let why): why
    }
  }
}
