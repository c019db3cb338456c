import Domain
import Ledger

/// What a change of a position adds to the money of its round trip.
///
/// Sold minus bought since the position was last flat is its profit when it is flat again,
/// whichever way it was opened; a price that nobody told makes it unknown, never 0.
struct TradeFlow {
  private let openedAt: WallTime?
  private let cash: Int64?
  private let turnover: Int64?

  /// A fill that costs `spent`, in ticks times lots, and leaves `lots`.
  init(_ before: PositionRow?, side: Side, spent: Int64?, at time: WallTime, after lots: Int64) {
    guard let before, !before.position.isFlat else {
      openedAt = time
      cash = spent.map { -side.sign * $0 }
      turnover = spent
      return
    }
    let held = before.position.signedLots
    let hasTurned = lots != 0 && (lots > 0) != (held > 0)
    openedAt = hasTurned ? time : nil
    cash = hasTurned ? nil : Self.sum(before.cash, spent.map { -side.sign * $0 })
    turnover = hasTurned ? nil : Self.sum(before.turnover, spent)
  }

  /// Lots that came or went without a fill.
  init(_ before: PositionRow?, adjustedTo lots: Int64, at time: WallTime) {
    let held = before?.position.signedLots ?? 0
    openedAt = held == 0 || (lots > 0) != (held > 0) ? time : nil
    cash = nil
    turnover = nil
  }

  /// Nothing is left to be counted of a position that is flat: its trade tells.
  func put(into row: inout PositionRow) {
    row.openedAt = openedAt ?? row.openedAt
    row.cash = row.position.isFlat ? 0 : cash
    row.turnover = row.position.isFlat ? 0 : turnover
  }

  /// What the round trip comes to; nil is unknown.
  var result: (cash: Int64?, turnover: Int64?) { (cash, turnover) }

  static func sum(_ left: Int64?, _ right: Int64?) -> Int64? {
    guard let left, let right else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : sum
  }
}
