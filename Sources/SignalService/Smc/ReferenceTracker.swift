import Domain

/// The market structure as the reference follows it: remembered by its last call only.
///
/// Its mistakes are kept: a change is told by the call that finds it and never again, only a direct
/// flip is one, and what is ready for entry stays so until the next change.
struct ReferenceTracker: Hashable, Sendable {
  struct Change: Hashable, Sendable {
    let direction: Direction
    let breakPrice: Int64
    var isEntryReady = false
  }

  /// Nil until a window had swings.
  private(set) var state: MarketStructure?
  /// The last change there was.
  private(set) var change: Change?

  /// The change that this window shows, if it is the first to.
  mutating func update(_ hours: BarWindow) -> Change? {
    guard let reading = StructureReading(hours) else { return nil }
    let isFlip =
      state == .bearish && reading.structure == .bullish
      || state == .bullish && reading.structure == .bearish
    guard isFlip, let direction = reading.structure.direction else {
      state = reading.structure
      return nil
    }
    state = .changing
    let found = Change(direction: direction, breakPrice: reading.breakPrice(direction))
    change = found
    return found
  }

  mutating func becomeReady() { change?.isEntryReady = true }

  /// The direction that entries are bound to, once a change has become ready.
  var readyDirection: Direction? { change.flatMap { $0.isEntryReady ? $0.direction : nil } }
}
