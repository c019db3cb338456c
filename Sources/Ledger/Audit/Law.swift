import Domain
import GRDB

/// One law of the tables, as a question for the rows that break it.
struct Law: Sendable {
  let name: String
  /// SQL that names each offender as one text.
  ///
  /// `$intents` stands for the hashes that are looked
  /// at, `$live` for the states and statuses that are not terminal.
  let broken: String
  let remedy: String

  /// Offenders that are named; one is enough to stop.
  static let most = 10

  func violations(_ db: Database, intents: String) throws -> [Violation] {
    let sql =
      broken
      .replacing("$intents", with: intents)
      .replacing("$live", with: Self.live)
    return try String.fetchAll(db, sql: "\(sql) LIMIT \(Self.most)").map { what in
      Violation(law: name, what: what, remedy: remedy)
    }
  }

  /// Words of both `IntentState` and `OrderStatus`.
  private static let live: String = {
    let words =
      IntentState.allCases.filter { !$0.isTerminal }.map(\.rawValue)
      + OrderStatus.allCases.filter { !$0.isTerminal }.map(\.rawValue)
    return Set(words).sorted().map { "'\($0)'" }.joined(separator: ", ")
  }()
}

/// Which intents an audit looks at, as SQL for their hashes.
enum IntentScope {
  static let all = "(SELECT hash FROM intents)"
  static let open = "(SELECT hash FROM intents WHERE closed_ms IS NULL)"

  /// Those at the places `after` < place ≤ `through`, and whatever is open.
  static func written(after: Int64, through: Int64) -> String {
    "(SELECT hash FROM intents WHERE rowid > \(after) AND rowid <= \(through))"
  }
}
