import Domain

/// A change of structure as `corrected` follows it: from its detection until it is used or over.
///
/// | stage       | on                                       | becomes     |
/// |-------------|------------------------------------------|-------------|
/// | none        | the structure turns against the last one | unconfirmed |
/// | unconfirmed | N bars after the detection stay beyond   | confirmed   |
/// | confirmed   | price came back (or that is not asked)   | ready       |
/// | ready       | an entry                                 | none        |
/// | any         | the opposite change                      | unconfirmed |
/// | any         | so many bars since the detection         | none        |
struct StructureChange: Hashable, Sendable {
  enum Stage: String, Hashable, Sendable {
    case unconfirmed
    case confirmed
    case ready
  }

  let direction: Direction
  let breakPrice: Int64
  /// Open time of the bar that showed it.
  let detectedAt: MarketTime
  var stage = Stage.unconfirmed

  /// Whole hours since the detection; by time, so that a missed evaluation does not stop the clock.
  func age(at last: Bar) -> Int {
    Int((last.openTime.milliseconds - detectedAt.milliseconds) / Timeframe.oneHour.milliseconds)
  }
}

/// The market structure with a memory: a neutral spell between two directions hides no change.
struct StructureMemory: Hashable, Sendable {
  /// The last structure that pointed anywhere.
  private(set) var direction: Direction?
  private(set) var structure: MarketStructure?
  private(set) var change: StructureChange?

  /// Takes in the newest hour; a change needs `count` bars after its own to be confirmed.
  mutating func take(_ hours: BarWindow, count: Int, expiry: Int) {
    guard let last = hours.last else { return }
    if let reading = StructureReading(hours) {
      structure = reading.structure
      if let found = reading.structure.direction, found != direction {
        if direction != nil {
          change = StructureChange(
            direction: found, breakPrice: reading.breakPrice(found), detectedAt: last.openTime)
        }
        direction = found
      }
    }
    guard let current = change else { return }
    let age = current.age(at: last)
    if age > expiry {
      change = nil
    } else if current.stage == .unconfirmed, age >= count,
      Confirmation.holds(
        hours, current.direction, breakPrice: current.breakPrice, count: count)
    {
      change?.stage = .confirmed
    }
    if change?.stage == .unconfirmed { structure = .changing }
  }

  mutating func becomeReady() { change?.stage = .ready }

  /// The change has become an entry.
  mutating func clear() { change = nil }
}
