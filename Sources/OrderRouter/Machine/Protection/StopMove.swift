import Domain
import Ledger

/// Where the stop of a position may move: towards profit only.
enum StopMove {
  /// The better of break-even and trail; nil when the stop stays where it is.
  ///
  /// - Break-even: the mean price of the entry, rounded away from the stop's side of it, once
  ///   enough rungs have filled.
  /// - Trail: `trailingPermille` from the mark, once break-even was due.
  static func better(
    _ row: PositionRow, direction: Direction, mark: Price, rungsFilled: Int,
    settings: RouterSettings
  ) -> Price? {
    guard settings.breakEvenAfterRungs > 0, rungsFilled >= settings.breakEvenAfterRungs else {
      return nil
    }
    var best = row.stop
    func offer(_ price: Price) {
      let improves = direction == .long ? price > best : price < best
      // A stop at or beyond the mark would trigger at once.
      let holds = direction == .long ? price < mark : price > mark
      if improves, holds, price.ticks > 0 { best = price }
    }
    if let cost = row.openedCost, row.openedLots > 0 {
      let rounding: Rounding = direction == .long ? .up : .down
      offer(Price(ticks: Int64(rounding.divide(Int128(cost), by: Int128(row.openedLots)))))
    }
    if settings.trailingPermille > 0 {
      let distance = mark.share(permille: settings.trailingPermille)
      offer(Price(ticks: direction == .long ? mark.ticks - distance : mark.ticks + distance))
    }
    let step = mark.share(permille: settings.stopStepPermille)
    return abs(best.ticks - row.stop.ticks) >= step ? best : nil
  }
}

extension Price {
  /// So many thousandths of the price, in ticks, rounded down; at least one.
  func share(permille: Int64) -> Int64 {
    max(1, Int64(clamping: Rounding.down.divide(Int128(ticks) * Int128(permille), by: 1000)))
  }
}
