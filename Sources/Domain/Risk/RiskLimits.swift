/// The value of every limit, each in the unit of its row.
package struct RiskLimits: Hashable, Sendable {
  private var values: [Int64]

  /// The standards.
  package init() {
    invariant(
      RiskLimit.all.map(\.id) == RiskLimitID.allCases, "every limit has one row, in order")
    values = RiskLimit.all.map(\.standard)
  }

  package subscript(_ id: RiskLimitID) -> Int64 {
    get { values[id.rawValue] }
    set { values[id.rawValue] = newValue }
  }

  /// The row of a limit.
  package static func row(_ id: RiskLimitID) -> RiskLimit { RiskLimit.all[id.rawValue] }

  /// These with what was changed while running.
  package func changed(by book: RiskBook) -> RiskLimits {
    guard !book.limits.isEmpty else { return self }
    var changed = self
    for row in RiskLimit.all {
      changed[row.id] = book.effective(
        row.configKey, configured: self[row.id], tighter: row.tighter)
    }
    return changed
  }
}

extension RiskLimitID {
  package var row: RiskLimit { RiskLimits.row(self) }
}
