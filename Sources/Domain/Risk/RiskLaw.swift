/// An inequality between two limits, or between a limit and what stands elsewhere in the
/// configuration, that has to hold before anything starts.
///
/// A limit that can never bind, or that binds before the one in front of it, is a fault of the
/// configuration: `docs/risk-gate.md` has the reason of each.
package struct RiskLaw: Sendable {
  package enum Relation: String, Sendable {
    case below = "is not below"
    case atMost = "is above"
  }

  /// One side: its name, as the configuration has it, and its value there; nil is not set.
  package struct Term: Sendable {
    package let name: String
    package let unit: RiskLimit.Unit
    let value: @Sendable (RiskLimits, RiskSurroundings) -> Int64?

    static func limit(_ id: RiskLimitID) -> Term {
      Term(name: id.row.configKey, unit: id.row.unit) { limits, _ in limits[id] }
    }

    static func derived(
      _ name: String, _ unit: RiskLimit.Unit,
      _ value: @escaping @Sendable (RiskLimits) -> Int64
    ) -> Term {
      Term(name: name, unit: unit) { limits, _ in value(limits) }
    }

    static func around(
      _ name: String, _ unit: RiskLimit.Unit,
      _ path: any KeyPath<RiskSurroundings, Int64?> & Sendable
    ) -> Term {
      Term(name: name, unit: unit) { _, around in around[keyPath: path] }
    }
  }

  /// A law that does not hold.
  package struct Fault: Hashable, Sendable, CustomStringConvertible {
    /// The keys at fault, with their sections.
    package let keys: [String]
    package let description: String
  }

  package let left: Term
  package let relation: Relation
  package let right: Term
  /// What would go wrong.
  package let why: String

  init(_ left: Term, _ relation: Relation, _ right: Term, _ why: String) {
    self.left = left
    self.relation = relation
    self.right = right
    self.why = why
  }

  /// Nil while the law holds, or says nothing because a side is not set.
  package func fault(_ limits: RiskLimits, _ around: RiskSurroundings) -> Fault? {
    guard let low = left.value(limits, around), let high = right.value(limits, around) else {
      return nil
    }
    let holds = relation == .below ? low < high : low <= high
    guard !holds else { return nil }
    return Fault(
      keys: [left.name, right.name],
      description: "\(left.name) \(left.unit.text(low)) \(relation.rawValue) \(right.name) "
        + "\(right.unit.text(high)): \(why)")
  }

  /// Every law that does not hold, in the order of the list.
  package static func faults(_ limits: RiskLimits, _ around: RiskSurroundings) -> [Fault] {
    all.compactMap { $0.fault(limits, around) }
  }
}

/// What the laws compare the limits with; nil is not set, and then its laws say nothing.
package struct RiskSurroundings: Hashable, Sendable {
  /// How much worse than the close the strategies that run may fill, as shares.
  package var breakoutSlippage: Int64?
  package var emaCrossSlippage: Int64?
  package var smcSlippage: Int64?
  /// The least reward over risk that `smc` proposes.
  package var smcRewardRisk: Int64?
  package var marketPoll: Int64?
  package var reconcileInterval: Int64?
  package var routerEntriesPerTenSeconds: Int64?
  package var routerEntriesPerMinute: Int64?
  /// In micros.
  package var routerOrder: Int64?
  package var routerInstrument: Int64?

  package init() {}
}
