import Domain
import Wire

/// What the gate hears of the market: contracts, prices, how fast they move, what is stale.
///
/// Invariants: 1. Of two readings the newer is kept. 2. A shock lasts until its time, whatever the
/// market does meanwhile. 3. Memory is bounded by `mostInstruments`.
struct MarketWatch: Sendable {
  static let mostInstruments = 1000
  private static let shockMilliseconds: Int64 = 60_000
  private static let healthMilliseconds: Int64 = 100

  /// A shock that has just begun, and whom it concerns; nil is everything.
  struct Shock: Hashable, Sendable {
    let instrument: InstrumentID?
    let why: String
    let until: WallTime
  }

  /// All that is heard of one instrument.
  struct Lane: Sendable {
    var instrument: Instrument?
    var margins: MarginTable?
    var isBlocked: Bool?
    var reading: TickerReading?
    var range: RangeFold?
    fileprivate var window: MoveWindow?
    fileprivate var minute: MoveWindow?
    fileprivate var shockedUntil: WallTime?

    /// Within the window of the collar.
    var move: Int64? { window?.move }
  }

  private var places: [InstrumentID: Int] = [:]
  private(set) var lanes: [Lane] = []
  /// Lanes with a contract, and with a price.
  private(set) var listed = 0
  private(set) var priced = 0
  /// Of any instrument.
  private(set) var newest: MarketTime?
  var stale = StaleStreams()
  private var shockOfAll: WallTime?
  private var health: (at: WallTime, share: Int64?)?

  /// Which lane is an instrument's.
  func place(_ id: InstrumentID) -> Int? { places[id] }

  private mutating func makePlace(_ id: InstrumentID) -> Int {
    if let place = places[id] { return place }
    places[id] = lanes.count
    lanes.append(Lane())
    return lanes.count - 1
  }

  /// `isBlocked` is whether it is never entered.
  mutating func learn(_ instrument: Instrument, isBlocked: Bool) {
    let isKnown = places[instrument.id].map { lanes[$0].instrument != nil } ?? false
    guard isKnown || listed < Self.mostInstruments else { return }
    let place = makePlace(instrument.id)
    if !isKnown { listed += 1 }
    lanes[place].instrument = instrument
    lanes[place].margins = MarginTable(instrument)
    lanes[place].isBlocked = isBlocked
    health = nil
  }

  mutating func learn(_ candle: Candle) {
    guard places[candle.instrument] != nil || lanes.count < Self.mostInstruments else { return }
    let place = makePlace(candle.instrument)
    if lanes[place].range?.take(candle) == nil { lanes[place].range = RangeFold(candle) }
  }

  /// The newer of two readings; a snapshot may be older than the stream.
  ///
  /// One from our future was read before the wall clock was set back, and is older than any.
  mutating func learn(_ reading: TickerReading, _ limits: RiskLimits, _ now: WallTime) -> [Shock] {
    let ticker = reading.ticker
    guard places[ticker.instrument] != nil || lanes.count < Self.mostInstruments else { return [] }
    let place = makePlace(ticker.instrument)
    if let known = lanes[place].reading {
      let latest = now.advanced(byMilliseconds: limits[.clockSkew])
      guard known.readAt <= reading.readAt || known.readAt > latest else { return [] }
    } else {
      priced += 1
    }
    lanes[place].reading = reading
    newest = max(newest ?? ticker.time, ticker.time)
    if lanes[place].window == nil {
      lanes[place].window = MoveWindow(milliseconds: limits[.collarWindow])
      lanes[place].minute = MoveWindow(milliseconds: Self.shockMilliseconds)
    }
    lanes[place].window?.take(ticker.mark.ticks, at: ticker.time)
    lanes[place].minute?.take(ticker.mark.ticks, at: ticker.time)
    return shock(ticker, place, limits, now)
  }

  private mutating func shock(
    _ ticker: Ticker, _ place: Int, _ limits: RiskLimits, _ now: WallTime
  ) -> [Shock] {
    let move = lanes[place].minute?.move ?? 0
    let mark = ticker.mark.ticks
    let basis = ticker.figures.flatMap { Share.of(abs(mark - $0.index.ticks), $0.index.ticks, .up) }
    guard move >= limits[.shockMove] || basis ?? 0 >= limits[.shockBasis] else { return [] }
    let isNew = lanes[place].shockedUntil.map { $0 <= now } ?? true
    let until = now.advanced(byMilliseconds: limits[.shockPause])
    lanes[place].shockedUntil = until
    guard isNew else { return [] }
    let percent = RiskLimit.Unit.percent
    let why =
      "move=\(percent.text(move)) limit=\(percent.text(limits[.shockMove])) "
      + "basis=\(basis.map(percent.text) ?? "unknown") limit=\(percent.text(limits[.shockBasis]))"
    var begun = [Shock(instrument: ticker.instrument, why: why, until: until)]
    let shocked = lanes.count { $0.shockedUntil.map { now < $0 } ?? false }
    if shocked >= limits[.shockCount], shockOfAll.map({ $0 <= now }) ?? true {
      shockOfAll = until
      begun.append(
        Shock(
          instrument: nil, why: "instruments=\(shocked) limit=\(limits[.shockCount])",
          until: until))
    }
    return begun
  }

  /// The lane, or the whole market.
  func isShocked(_ place: Int?, _ now: WallTime) -> Bool {
    if let until = shockOfAll, now < until { return true }
    guard let place, let until = lanes[place].shockedUntil else { return false }
    return now < until
  }

  /// By machine time; a clock of the wall that jumps says nothing about them.
  func staleStreams(_ id: InstrumentID, _ now: MachineTime) -> [String] {
    stale.names(id, now: now)
  }

  /// Share of the instruments whose prices are fresh; counted anew at most ten times a second.
  mutating func healthy(_ limits: RiskLimits, _ now: WallTime) -> Int64? {
    if let health, abs(now.milliseconds - health.at.milliseconds) < Self.healthMilliseconds {
      return health.share
    }
    let fresh = lanes.count { lane in
      guard lane.instrument != nil, let reading = lane.reading else { return false }
      return now.milliseconds - reading.readAt.milliseconds <= limits[.stale]
    }
    let share = Share.of(Int64(fresh), Int64(listed), .down)
    health = (now, share)
    return share
  }
}
