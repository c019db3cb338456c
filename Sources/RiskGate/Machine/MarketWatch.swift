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

  private(set) var instruments: [InstrumentID: Instrument] = [:]
  private(set) var margins: [InstrumentID: MarginTable] = [:]
  private(set) var readings: [InstrumentID: TickerReading] = [:]
  /// Of any instrument.
  private(set) var newest: MarketTime?
  var stale = StaleStreams()
  private var windows: [InstrumentID: MoveWindow] = [:]
  private var minutes: [InstrumentID: MoveWindow] = [:]
  private var ranges: [InstrumentID: RangeFold] = [:]
  private var shocks: [InstrumentID: WallTime] = [:]
  private var shockOfAll: WallTime?
  private var health: (at: WallTime, share: Int64?)?

  mutating func learn(_ instrument: Instrument) {
    guard instruments[instrument.id] != nil || instruments.count < Self.mostInstruments else {
      return
    }
    instruments[instrument.id] = instrument
    margins[instrument.id] = MarginTable(instrument)
    health = nil
  }

  mutating func learn(_ candle: Candle) {
    guard ranges[candle.instrument] != nil || ranges.count < Self.mostInstruments else { return }
    if ranges[candle.instrument]?.take(candle) == nil {
      ranges[candle.instrument] = RangeFold(candle)
    }
  }

  /// The newer of two readings; a snapshot may be older than the stream.
  mutating func learn(_ reading: TickerReading, _ limits: RiskLimits, _ now: WallTime) -> [Shock] {
    let ticker = reading.ticker
    let id = ticker.instrument
    guard readings[id] != nil || readings.count < Self.mostInstruments else { return [] }
    if let known = readings[id], known.readAt > reading.readAt { return [] }
    readings[id] = reading
    newest = max(newest ?? ticker.time, ticker.time)
    windows[id, default: MoveWindow(milliseconds: limits[.collarWindow])]
      .take(ticker.mark.ticks, at: ticker.time)
    minutes[id, default: MoveWindow(milliseconds: Self.shockMilliseconds)]
      .take(ticker.mark.ticks, at: ticker.time)
    return shock(ticker, limits, now)
  }

  private mutating func shock(_ ticker: Ticker, _ limits: RiskLimits, _ now: WallTime) -> [Shock] {
    let move = minutes[ticker.instrument]?.move ?? 0
    let mark = ticker.mark.ticks
    let basis = ticker.figures.flatMap { Share.of(abs(mark - $0.index.ticks), $0.index.ticks, .up) }
    guard move >= limits[.shockMove] || basis ?? 0 >= limits[.shockBasis] else { return [] }
    let isNew = shocks[ticker.instrument].map { $0 <= now } ?? true
    let until = now.advanced(byMilliseconds: limits[.shockPause])
    shocks[ticker.instrument] = until
    guard isNew else { return [] }
    let percent = RiskLimit.Unit.percent
    let why =
      "move=\(percent.text(move)) limit=\(percent.text(limits[.shockMove])) "
      + "basis=\(basis.map(percent.text) ?? "unknown") limit=\(percent.text(limits[.shockBasis]))"
    var begun = [Shock(instrument: ticker.instrument, why: why, until: until)]
    let shocked = shocks.values.count { now < $0 }
    if shocked >= limits[.shockCount], shockOfAll.map({ $0 <= now }) ?? true {
      shockOfAll = until
      begun.append(
        Shock(
          instrument: nil, why: "instruments=\(shocked) limit=\(limits[.shockCount])",
          until: until))
    }
    return begun
  }

  func isShocked(_ id: InstrumentID, _ now: WallTime) -> Bool {
    [shocks[id], shockOfAll].contains { $0.map { now < $0 } ?? false }
  }

  /// By machine time; a clock of the wall that jumps says nothing about them.
  func staleStreams(_ id: InstrumentID, _ now: MachineTime) -> [String] {
    stale.names(id, now: now)
  }

  func markMove(_ id: InstrumentID) -> Int64? { windows[id]?.move }
  func rangeRatio(_ id: InstrumentID) -> Int64? { ranges[id]?.ratio }

  /// Share of the instruments whose prices are fresh; counted anew at most ten times a second.
  mutating func healthy(_ limits: RiskLimits, _ now: WallTime) -> Int64? {
    if let health, abs(now.milliseconds - health.at.milliseconds) < Self.healthMilliseconds {
      return health.share
    }
    let fresh = readings.values.count { reading in
      instruments[reading.ticker.instrument] != nil
        && now.milliseconds - reading.readAt.milliseconds <= limits[.stale]
    }
    let share = Share.of(Int64(fresh), Int64(instruments.count), .down)
    health = (now, share)
    return share
  }
}
