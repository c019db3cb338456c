import Domain

/// Profit by average cost from the fills that were heard, and the curve of the account's equity.
///
/// A fill without a price, and a position that was there before the first fill heard, make the
/// profit of their instrument unknown until it is flat again; unknown is not zero.
struct ProfitBook {
  struct Lot {
    var signedLots: Int64 = 0
    /// Sum of price ticks times lots of what is open.
    var cost: Double = 0
    /// In ticks times lots, of what was closed.
    var realised: Double = 0
    var isUnknown = false
  }

  struct Point {
    let at: Int64
    let micros: Int64
  }

  private static let mostPoints = 4000

  private(set) var lots: [InstrumentID: Lot] = [:]
  /// Equity over time; thinned to every other point when it is full.
  private(set) var curve: [Point] = []
  private(set) var high: Int64?
  private(set) var drawdown = 0.0
  private(set) var largestDrawdown = 0.0

  mutating func add(_ fill: Fill) {
    var lot = lots[fill.instrument] ?? Lot()
    let change = fill.side.sign * fill.quantity.lots
    let after = lot.signedLots &+ change
    if let price = fill.price, !lot.isUnknown {
      let ticks = Double(price.ticks)
      let closes = lot.signedLots.signum() * change.signum() < 0
      if closes {
        let closed = min(abs(change), abs(lot.signedLots))
        let average = lot.cost / Double(abs(lot.signedLots))
        let sign = Double(lot.signedLots.signum())
        lot.realised += (ticks - average) * Double(closed) * sign
        lot.cost -= average * Double(closed)
        if abs(change) > closed { lot.cost = ticks * Double(abs(change) - closed) }
      } else {
        lot.cost += ticks * Double(abs(change))
      }
    } else {
      lot.isUnknown = true
    }
    lot.signedLots = after
    if after == 0 {
      lot.cost = 0
      lot.isUnknown = false
    }
    lots[fill.instrument] = lot
  }

  /// The venue's word on a position; one that the fills do not explain has an unknown cost.
  mutating func check(_ position: Position) {
    guard lots[position.instrument]?.signedLots ?? 0 != position.signedLots else { return }
    var lot = lots[position.instrument] ?? Lot()
    lot.signedLots = position.signedLots
    lot.cost = 0
    lot.isUnknown = position.signedLots != 0
    lots[position.instrument] = lot
  }

  /// The average price in ticks of what is open; nil when unknown or flat.
  func averageTicks(_ id: InstrumentID) -> Double? {
    guard let lot = lots[id], !lot.isUnknown, lot.signedLots != 0 else { return nil }
    return lot.cost / Double(abs(lot.signedLots))
  }

  mutating func add(_ account: AccountSnapshot) {
    let micros = account.equity.micros
    let top = max(high ?? micros, micros)
    high = top
    drawdown = top > 0 ? Double(top - micros) / Double(top) : 0
    largestDrawdown = max(largestDrawdown, drawdown)
    guard curve.last?.micros != micros else { return }
    if curve.count >= Self.mostPoints {
      curve = curve.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }
    curve.append(Point(at: account.time.milliseconds, micros: micros))
  }

  /// At most `count` points, the newest always among them.
  func thinned(_ count: Int) -> [Point] {
    guard curve.count > count, count > 1 else { return curve }
    let step = Double(curve.count - 1) / Double(count - 1)
    return (0..<count).map { curve[Int((Double($0) * step).rounded())] }
  }
}
