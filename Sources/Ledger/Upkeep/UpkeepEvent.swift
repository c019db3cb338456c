import Domain

/// Events that the ledger writes about itself.
///
/// In the file they have types of their own, so that an operator can ask for them; to listeners
/// they are the router's state, with the type and the JSON object as its words.
enum UpkeepEvent: Hashable {
  /// Intents that are long over were deleted.
  case pruned(PruneReport)
  /// A range of events was copied into a file of its own.
  case archived(EventArchive.Summary)
  /// The tables were brought to a new version of the schema.
  case migrated(from: Int, to: Int)

  var type: String {
    switch self {
    case .pruned: "PRUNED"
    case .archived: "ARCHIVED"
    case .migrated: "MIGRATED"
    }
  }

  /// A JSON object, keys sorted.
  var text: String {
    switch self {
    case .pruned(let report): report.text
    case .archived(let summary): summary.text
    case .migrated(let from, let to): "{\"from\":\(from),\"to\":\(to)}"
    }
  }

  var body: LedgerEvent.Body { .state("\(type) \(text)") }

  /// An event of the file as listeners know it.
  static func decode(type: String, text: String) throws -> LedgerEvent.Body {
    guard ["PRUNED", "ARCHIVED", "MIGRATED"].contains(type) else {
      return try EventText.decode(type: type, text: text)
    }
    return .state("\(type) \(text)")
  }
}
