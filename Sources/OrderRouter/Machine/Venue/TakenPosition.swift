import Domain

/// What was known when a position was last taken as the venue showed it.
///
/// A position and its fills come at different times: what is heard later may be in it already. It
/// stands in the ledger, for what is late may come in another life.
struct TakenPosition: Hashable, Sendable {
  /// The readings that agreed on it were begun by then.
  let at: WallTime
  /// Lots of it that nobody's fills explained: a late fill of ours from before `at` is among them.
  var owed: Int64
  /// The newest fill of somebody else that explained it; those up to it explain nothing again.
  let othersUntil: WallTime

  init(at: WallTime, owed: Int64, othersUntil: WallTime) {
    self.at = at
    self.owed = owed
    self.othersUntil = othersUntil
  }

  /// As `text` gives it; nil when there is none.
  init?(_ text: String?) {
    let numbers = (text ?? "").split(separator: " ").compactMap { Int64($0) }
    guard numbers.count == 3 else { return nil }
    at = WallTime(milliseconds: numbers[0])
    owed = numbers[1]
    othersUntil = WallTime(milliseconds: numbers[2])
  }

  var text: String { "\(at.milliseconds) \(owed) \(othersUntil.milliseconds)" }

  static func key(_ instrument: InstrumentID) -> String { "taken \(instrument)" }

  /// Takes out of `owed` what `fill` explains; false when it is news.
  mutating func counts(_ fill: Fill) -> Bool {
    let lots = fill.side.sign * fill.quantity.lots
    guard fill.time <= at, owed.signum() == lots.signum(), owed.magnitude >= lots.magnitude
    else { return false }
    owed -= lots
    return true
  }
}
