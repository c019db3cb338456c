package import Domain

/// The numbers the router works with; all times in milliseconds.
package struct RouterSettings: Hashable, Sendable {
  /// How an entry is sent.
  package enum EntryOrder: String, CaseIterable, Hashable, Sendable {
    /// At the worst price the signal allows; what does not execute at once is gone.
    case immediateOrCancel = "ioc"
    /// Rests: while no router runs, it may fill without a stop.
    case limit = "lmt"
    /// Rests, and never takes.
    case postOnly = "post"
  }

  package var entryOrder = EntryOrder.immediateOrCancel
  /// After this long a resting entry is cancelled.
  package var entryTimeoutMilliseconds: Int64 = 30_000
  /// How long after sending an entry the venue may still process it.
  package var requestDeadlineMilliseconds: Int64 = 5000
  /// The same for everything that protects, so that doubt about it ends quickly.
  package var stopDeadlineMilliseconds: Int64 = 1000
  /// From a fill to its stop resting at the venue.
  package var protectionDeadlineMilliseconds: Int64 = 5000
  /// Added to a deadline before absence counts, for clocks that differ.
  package var skewMarginMilliseconds: Int64 = 500
  /// The same for a stop, which is harmless when there are two of it.
  package var stopMarginMilliseconds: Int64 = 100
  /// Between a reading that failed and the next while a position has no stop.
  package var nakedPollMilliseconds: Int64 = 150
  /// Between two readings while something is open, and between two judgements of one difference.
  package var pollMilliseconds: Int64 = 500
  package var snapshotGapMilliseconds: Int64 = 1000
  /// Between two readings while nothing is.
  package var idlePollMilliseconds: Int64 = 2000
  /// How long after a position closed the same setup may be traded again.
  package var rearmCooldownMilliseconds: Int64 = 60_000
  /// After this long past its deadline a doubt that nothing resolves becomes HELD.
  package var contradictionMilliseconds: Int64 = 60_000
  package var accountMilliseconds: Int64 = 10_000
  package var instrumentsMilliseconds: Int64 = 600_000

  /// Take-profit shares in thousandths by how many prices there are; the last takes what is left.
  package var takeProfitShares: [Int: [Int64]] = [1: [1000], 2: [500, 500], 3: [350, 350, 300]]
  /// The stop goes to the entry price once this many rungs have filled; 0 is never.
  package var breakEvenAfterRungs = 0
  /// From then on the stop follows the mark at this distance, in thousandths of it; 0 is never.
  package var trailingPermille: Int64 = 0
  /// The stop moves only if it moves at least this far, in thousandths of the mark.
  package var stopStepPermille: Int64 = 1
  /// Where the stop of an adopted position goes, in thousandths from the mark.
  package var adoptedStopPermille: Int64 = 20
  /// A take-profit that waits here leaves at most this far from the mark, in thousandths.
  package var waitingCollarPermille: Int64 = 5

  /// Entries accepted within ten seconds and within a minute, at most.
  package var entriesPerTenSeconds = 10
  package var entriesPerMinute = 60
  /// Of one order, of one instrument, and of all together, in the quote currency; nil is no limit.
  package var maxOrderNotional: Money?
  package var maxInstrumentNotional: Money?
  package var maxTotalNotional: Money?
  /// Whether an entry also needs the account's stream, complete and without a contradiction.
  package var needsMirror = false

  /// How the account has to be margined; nothing asks for nothing.
  package var margin = MarginCheck.Requirement(standard: nil)
  package var marginAgeMilliseconds: Int64 = 60_000

  /// What follows from closed trades, entries and readings of the account.
  package var risk = RiskPolicy()
  /// The gate's limits as the configuration has them: some hold once more at the last hop, and a
  /// person changes them here while it runs.
  package var gateLimits: [ChangeableLimit] = []

  package init() {}
}
