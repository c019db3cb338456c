import Domain
import Wire

/// One instrument as the strategies see it: closed candles of each timeframe in order, each once.
struct InstrumentTrack: Sendable {
  private let instrument: InstrumentID
  private let kinds: [StrategyKind]
  private var strategies: [any Strategy]
  private var lanes: [CandleLane]
  var reading: TickerReading?
  /// Each strategy's own position, as it was told last.
  private var positions: [StrategyID: StrategyReport] = [:]

  /// A decision and whose it is.
  struct Decision {
    let strategy: StrategyID
    let decision: StrategyDecision
  }

  init(_ instrument: InstrumentID, _ kinds: [StrategyKind]) {
    self.instrument = instrument
    self.kinds = kinds
    strategies = kinds.map { $0.make(instrument) }
    lanes = Self.lanes(kinds)
  }

  private static func lanes(_ kinds: [StrategyKind]) -> [CandleLane] {
    Set(kinds.flatMap(\.timeframes)).sorted { $0.milliseconds < $1.milliseconds }
      .map { CandleLane($0) }
  }

  /// Bars that were missing between two candles, in all.
  var holes: Int { lanes.reduce(0) { $0 + $1.holes } }
  var isWarm: Bool { lanes.contains { $0.last != nil } }

  enum Taken {
    case repeated
    /// Candles before it are missing; it waits for them.
    case early
    case decided([Decision], fed: Int)
  }

  /// A candle of the stream, of a timeframe that is listened to.
  mutating func hear(_ candle: Candle) -> Taken {
    guard let index = lanes.firstIndex(where: { $0.timeframe == candle.timeframe }) else {
      return .repeated
    }
    switch lanes[index].hear(candle) {
    case .repeated: return .repeated
    case .early: return .early
    case .next: return .decided(feed(candle, lane: index), fed: 1)
    }
  }

  /// The newest candles there are; with those that wait they are fed in order.
  mutating func merge(_ snapshot: [Candle]) -> (decisions: [Decision], fed: Int) {
    let parts = Dictionary(grouping: snapshot.sorted { $0.openTime < $1.openTime }) {
      $0.timeframe
    }
    if lanes.contains(where: { $0.wentBack(parts[$0.timeframe] ?? []) }) { startOver() }
    var fresh: [Candle] = []
    for index in lanes.indices {
      fresh += lanes[index].fresh(parts[lanes[index].timeframe] ?? [])
    }
    fresh.sort {
      ($0.closeTime, $0.timeframe.milliseconds) < ($1.closeTime, $1.timeframe.milliseconds)
    }
    return (feed(fresh), fresh.count)
  }

  /// Tells the strategy what became of its own decision.
  mutating func hear(_ report: StrategyReport) -> [Decision] {
    if case .position = report.body { positions[report.strategy] = report }
    var decisions: [Decision] = []
    for index in strategies.indices where kinds[index].id == report.strategy {
      decisions += strategies[index].on(report.event)
        .map { Decision(strategy: report.strategy, decision: $0) }
    }
    return decisions
  }

  /// Whether what was decided on `candle` may still be acted upon: it is the newest there can be,
  /// and was seen to be so just now.
  func isFresh(_ candle: Candle, wall: WallTime, validFor: Int64) -> Bool {
    guard let reading, lanes.contains(where: { $0.last == candle }) else { return false }
    let over = candle.closeTime.advanced(byMilliseconds: candle.timeframe.milliseconds)
    return reading.ticker.time < over && wall < reading.readAt.advanced(byMilliseconds: validFor)
  }

  private mutating func feed(_ candle: Candle, lane: Int) -> [Decision] {
    lanes[lane].fed(candle)
    var decided: [Decision] = []
    for index in strategies.indices where kinds[index].timeframes.contains(candle.timeframe) {
      for decision in strategies[index].on(.candle(candle)) {
        decided.append(Decision(strategy: kinds[index].id, decision: decision))
      }
    }
    return decided
  }

  /// What each strategy decided last; what it decided before that is history.
  private mutating func feed(_ candles: [Candle]) -> [Decision] {
    var newest: [[Decision]] = kinds.map { _ in [] }
    for candle in candles {
      guard let lane = lanes.firstIndex(where: { $0.timeframe == candle.timeframe }) else {
        continue
      }
      lanes[lane].fed(candle)
      for index in strategies.indices where kinds[index].timeframes.contains(candle.timeframe) {
        let decisions = strategies[index].on(.candle(candle))
        guard !decisions.isEmpty else { continue }
        newest[index] = decisions.map { Decision(strategy: kinds[index].id, decision: $0) }
      }
    }
    return newest.flatMap { $0 }
  }

  /// The market went back: nothing that was seen is before what comes.
  private mutating func startOver() {
    strategies = kinds.map { $0.make(instrument) }
    lanes = Self.lanes(kinds)
    for report in positions.values { _ = hear(report) }
  }
}

extension StrategyReport {
  fileprivate var event: StrategyEvent {
    switch body {
    case .fill(let fill): .fill(fill, of: signal)
    case .position(let position): .position(position, of: signal)
    }
  }
}
