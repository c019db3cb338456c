import Domain

/// By which numbers closed trades, accepted entries and readings of the account become figures and
/// locks.
///
/// Times in milliseconds, shares in hundred-millionths; 0 turns a control off.
package struct RiskPolicy: Hashable, Sendable {
  /// One of freqtrade's protections that looks back on closed trades.
  package struct Protection: Hashable, Sendable {
    package var lookback: Int64 = 0
    /// So many trades have to be in it; 0 turns the protection off.
    package var trades = 0
    /// How long it locks.
    package var stop: Int64 = 0

    package init() {}
  }

  static let whole: Int64 = 100_000_000

  /// Of turnover.
  package var takerFee: Int64 = 0
  /// When a day begins, after midnight UTC.
  package var dayStart: Int64 = 0
  /// An equity above the peak by more than this share of it is read twice before it is one.
  package var plausiblePeak: Int64 = 50_000_000

  package var streakTight = 0
  package var streakTightPause: Int64 = 0
  package var streakWide = 0
  package var streakWidePause: Int64 = 0
  /// A smaller loss, as a share of equity, does not count.
  package var countedLoss: Int64 = 0

  package var symbolLosses = 0
  package var symbolWindow: Int64 = 0
  package var symbolBlock: Int64 = 0

  package var afterWin: Int64 = 0
  package var afterLoss: Int64 = 0
  package var afterStrategy: Int64 = 0

  package var executions = 0
  package var executionWindow: Int64 = 0

  /// So many entries that the venue rejected within the window pause all entries.
  package var rejects = 0
  package var rejectsWindow: Int64 = 60_000

  /// Whether the second word to a loosening has to be another person's.
  package var confirmByAnother = false

  package var stoplossGuard = Protection()
  package var stoplossGuardPerPair = false
  package var maxDrawdown = Protection()
  package var maxDrawdownShare: Int64 = 0
  package var cooldownPeriod: Int64 = 0
  package var lowProfitPairs = Protection()
  /// Σ net of the pair in the lookback, as a share of equity, has to reach this.
  package var lowProfitShare: Int64 = 0

  package init() {}

  /// Which day a moment belongs to.
  func day(_ time: WallTime) -> Int64 {
    Int64(
      Rounding.down.divide(Int128(time.milliseconds) - Int128(dayStart), by: 86_400_000))
  }

  func streak(_ setups: SetupClass) -> (limit: Int, pause: Int64) {
    setups == .tight ? (streakTight, streakTightPause) : (streakWide, streakWidePause)
  }
}
