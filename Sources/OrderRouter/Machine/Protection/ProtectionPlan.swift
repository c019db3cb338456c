import Domain
import Ledger

/// What has to rest at the venue for one position; a pure function of what is known.
///
/// Invariants: 1. The stop covers the whole position, less what a take-profit that waits here is
/// about to close. 2. Σ take-profits ≤ position. 3. Nothing is sized through a price.
struct ProtectionPlan: Hashable, Sendable {
  struct Rung: Hashable, Sendable {
    /// From 1 on, nearest first.
    let number: Int
    let trigger: Price
    /// What is left to close by it.
    let quantity: Quantity
  }

  let stop: Price
  let stopQuantity: Quantity
  let rungs: [Rung]

  /// `filled` is what each rung has closed already; `foreign` what others' stops cover.
  init(
    _ row: PositionRow, profits: [Price], shares: [Int: [Int64]], filled: [Int: Int64],
    foreign: Int64
  ) {
    stop = row.stop
    let lots = row.position.quantity.lots
    stopQuantity = Quantity(lots: max(0, lots - foreign))
    var left = lots
    var rungs: [Rung] = []
    let wanted = Self.split(row.openedLots, into: profits.count, shares: shares)
    for (index, trigger) in profits.enumerated() {
      let open = min(left, max(0, wanted[index] - filled[index + 1, default: 0]))
      left -= open
      guard open > 0 else { continue }
      rungs.append(Rung(number: index + 1, trigger: trigger, quantity: Quantity(lots: open)))
    }
    self.rungs = rungs
  }

  /// Lots of each rung: rounded down, the last takes what is left; one that gets none is left out.
  static func split(_ lots: Int64, into count: Int, shares: [Int: [Int64]]) -> [Int64] {
    guard count > 0 else { return [] }
    let parts = shares[count] ?? Array(repeating: 1000 / Int64(count), count: count)
    var split = parts.prefix(count - 1).map { share in
      Int64(Int128(lots) * Int128(share) / 1000)
    }
    split.append(lots - split.reduce(0, +))
    return split
  }
}
