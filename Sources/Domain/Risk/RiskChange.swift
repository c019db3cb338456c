/// One change of the risk state, journaled as an event of its own.
package enum RiskChange: Hashable, Sendable {
  /// A number that must survive: of money in micros, of a streak a count.
  case figure(RiskFigure, Int64, at: WallTime)
  case locked(RiskLock)
  case unlocked(RiskLock.Key, at: WallTime, by: String, why: String)
  case limit(LimitChange)
  case tradingState(RiskTradingState)
}

/// The numbers that the limits on losses are measured from.
package enum RiskFigure: String, CaseIterable, Hashable, Sendable {
  /// Equity at the day's first reading of the account.
  case dayStartEquity = "day_start_equity"
  /// Σ net of the trades closed on this day.
  case dayRealised = "day_realised"
  /// The greatest equity ever read, and since then read again.
  case peakEquity = "peak_equity"
  /// Counted losses in a row.
  case streakTight = "streak_tight"
  case streakWide = "streak_wide"

  package static func streak(_ setups: SetupClass) -> RiskFigure {
    setups == .tight ? .streakTight : .streakWide
  }
}

/// A limit that a person changes while the pipeline runs.
package struct LimitChange: Hashable, Sendable {
  package enum State: String, CaseIterable, Hashable, Sendable {
    /// A loosening that waits for its second confirmation.
    case asked
    case set
  }

  /// As in the configuration, with its section: `risk_gate.max_positions`.
  package let key: String
  /// What held before, in the unit of the limit.
  package let from: Int64
  package let to: Int64
  /// What the configuration said then: another value there ends what was changed here.
  package let configured: Int64
  package let state: State
  package let at: WallTime
  package let by: String
  package let why: String

  package init(
    key: String, from: Int64, to: Int64, configured: Int64, state: State, at: WallTime,
    by: String, why: String
  ) {
    self.key = key
    self.from = from
    self.to = to
    self.configured = configured
    self.state = state
    self.at = at
    self.by = by
    self.why = why
  }
}

/// Where trading stands by measured conditions.
package struct RiskTradingState: Hashable, Sendable {
  /// `active`, `reducing` or `halted`.
  package let word: String
  package let why: String
  package let by: String
  package let at: WallTime

  package init(word: String, why: String, by: String, at: WallTime) {
    self.word = word
    self.why = why
    self.by = by
    self.at = at
  }
}

/// What the gate asks the router to journal; offered again until it is acknowledged.
///
/// Saying the same twice changes nothing.
package struct RiskProposal: Hashable, Sendable {
  package enum Body: Hashable, Sendable {
    case lock(RiskLock)
    case tradingState(RiskTradingState)
  }

  package let id: SignalID
  package let body: Body
  /// After this moment it need not be offered any more.
  package let validUntil: WallTime

  package init(id: SignalID, body: Body, validUntil: WallTime) {
    self.id = id
    self.body = body
    self.validUntil = validUntil
  }
}

/// One control, its value and its bound, as people are told them.
package struct RiskCheck: Hashable, Sendable {
  package static let most = 96

  package let control: String
  package let passed: Bool
  package let value: String
  package let bound: String

  package init(control: String, passed: Bool, value: String, bound: String) {
    self.control = control
    self.passed = passed
    self.value = value
    self.bound = bound
  }
}
