package import Domain

/// One control: a value of the moment against a bound, and what a no is called.
package struct Control: Sendable {
  /// How the value has to stand to the bound.
  package enum Sense: String, Sendable {
    case atMost = "<="
    case atLeast = ">="
    case below = "<"
  }

  package enum Bound: Hashable, Sendable {
    /// An operator's limit.
    case limit(RiskLimitID)
    /// Fixed: nobody may set it.
    case fixed(Int64)
  }

  package enum Outcome: Hashable, Sendable {
    case passed
    case failed
    /// It could not be judged, and so it does not pass.
    case unknown
    /// It is not for this signal.
    case notApplicable
  }

  package let id: ControlID
  /// Stable, for people and scripts.
  package let name: String
  package let code: DenialReason
  package let unit: RiskLimit.Unit
  package let sense: Sense
  package let bound: Bound
  /// Whether others cannot be judged without it: then its no stands for theirs.
  package let isPresence: Bool
  package let meaning: String

  init(
    _ id: ControlID, _ name: String, _ code: DenialReason, _ unit: RiskLimit.Unit,
    _ sense: Sense, _ bound: Bound, isPresence: Bool = false, _ meaning: String
  ) {
    self.id = id
    self.name = name
    self.code = code
    self.unit = unit
    self.sense = sense
    self.bound = bound
    self.isPresence = isPresence
    self.meaning = meaning
  }

  /// What of a control is judged by, without its words.
  struct Rule: Sendable {
    let id: ControlID
    let sense: Sense
    let bound: Bound
    let isPresence: Bool

    func bound(_ limits: RiskLimits) -> Int64 {
      switch bound {
      case .limit(let id): limits[id]
      case .fixed(let value): value
      }
    }

    /// Pure: the same view gives the same outcome.
    func judge(_ view: RiskView) -> Outcome {
      switch view[id] {
      case .unknown: .unknown
      case .notApplicable: .notApplicable
      case .value(let value): holds(value, bound(view.limits)) ? .passed : .failed
      }
    }

    private func holds(_ value: Int64, _ bound: Int64) -> Bool {
      switch sense {
      case .atMost: value <= bound
      case .atLeast: value >= bound
      case .below: value < bound
      }
    }
  }

  /// Of every control, in order.
  static let rules = all.map(\.rule)

  private var rule: Rule { Rule(id: id, sense: sense, bound: bound, isPresence: isPresence) }

  package func bound(_ limits: RiskLimits) -> Int64 { rule.bound(limits) }

  /// Pure: the same view gives the same outcome.
  package func judge(_ view: RiskView) -> Outcome { rule.judge(view) }

  /// The controls of locks that the ledger keeps, by their kind.
  static func lock(_ kind: RiskLock.Kind) -> ControlID {
    switch kind {
    case .lossStreak: .lossStreak
    case .symbolLoss: .symbolLoss
    case .postClose: .postClose
    case .stoplossGuard: .stoplossGuard
    case .maxDrawdown: .protectionDrawdown
    case .cooldownPeriod: .cooldownPeriod
    case .lowProfitPairs: .lowProfitPairs
    case .throttle: .strategyThrottle
    case .shock: .shockLock
    case .drawdown: .drawdownLatch
    case .margin: .marginLatch
    case .dailyLoss: .dailyLossLatch
    case .manual: .manualLock
    }
  }
}
