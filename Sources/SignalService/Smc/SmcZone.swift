import Domain

/// Where a setup may be entered, and what it is called.
struct SmcZone: Hashable, Sendable {
  let setup: SmcSetup
  let direction: Direction
  /// Open time of the structure's own bar.
  let openTime: MarketTime
  let low: Int64
  let high: Int64
  /// Where the entry is wanted.
  let entry: Int64
  /// The price beyond which the setup is void.
  let invalid: Int64

  private static let swingBars = 20

  /// Identity: structure, open time and edges in ticks.
  ///
  /// The direction is a field of its own.
  var name: String { "\(setup.rawValue)-\(openTime.milliseconds)-\(low)-\(high)" }
  var key: String { "\(direction.rawValue)/\(name)" }

  /// Of an order block, entered where the mode says, rounded to the better side.
  init(_ block: OrderBlock, _ parameters: SmcParameters, scale: PriceScale) {
    let price = block.price(parameters.entryMode, discount: parameters.discount, scale: scale)
    let isLong = block.direction == .long
    setup = .orderBlock
    direction = block.direction
    openTime = block.openTime
    low = block.low
    high = block.high
    entry = scale.ticks(price, rounding: isLong ? .down : .up) ?? block.nearEdge
    invalid = block.farEdge
  }

  /// Of a gap, entered at its near edge.
  init(_ gap: FairValueGap) {
    let isLong = gap.direction == .long
    setup = .fairValueGap
    direction = gap.direction
    openTime = gap.openTime
    low = gap.bottom
    high = gap.top
    entry = isLong ? gap.top : gap.bottom
    invalid = isLong ? gap.bottom : gap.top
  }

  /// Of a break: from the level that broke to the close, void beyond the last swings.
  init?(breakOf hours: BarWindow, _ direction: Direction, count: Int) {
    let before = hours.newest(StructureBreak.span).without(newest: count)
    let swings = hours.newest(Self.swingBars)
    let isLong = direction == .long
    guard let last = hours.last, let level = isLong ? before.highest : before.lowest,
      let far = isLong ? swings.lowest : swings.highest,
      let bar = before.last(where: { (isLong ? $0.high : $0.low) == level })
    else { return nil }
    setup = .structureBreak
    self.direction = direction
    openTime = bar.openTime
    // The level alone names it: the close differs from hour to hour.
    low = level
    high = level
    entry = last.close
    invalid = far
  }
}
