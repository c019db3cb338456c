package import Domain
import Wire

/// Turns the market stream into candles for strategies, and what they decide into signals.
///
/// Invariants:
/// 1. A strategy sees each closed candle once and in order; what was missed on the stream is asked
///    for and fed before what follows it.
/// 2. A signal is made only on the newest closed candle, while that is current; on everything older
///    a strategy only warms up.
/// 3. The name of a signal is a function of strategy, instrument, candle and direction: a decision
///    made again after a restart has the same name.
package struct SignalMachine: Sendable {
  static let askAgainMilliseconds: Int64 = 500
  static let mostInstruments = 64

  private let kinds: [StrategyKind]
  private let timeframe: Timeframe
  private let validForMilliseconds: Int64
  private var tracks: [InstrumentID: InstrumentTrack] = [:]
  /// When the snapshot that is needed is asked for (again); nil while none is.
  private var askAt: MachineTime? = MachineTime(nanoseconds: 0)
  private var effects: [SignalEffect] = []

  /// Candles fed to strategies that were closed while this process listened.
  package private(set) var candles: UInt64 = 0
  package private(set) var signals: UInt64 = 0
  package private(set) var repeated: UInt64 = 0
  package private(set) var losses: UInt64 = 0

  package init(kinds: [StrategyKind], timeframe: Timeframe, validForMilliseconds: Int64) {
    self.kinds = kinds
    self.timeframe = timeframe
    self.validForMilliseconds = validForMilliseconds
  }

  package mutating func step(_ event: SignalEvent, now: SignalTime) -> [SignalEffect] {
    effects = []
    switch event {
    case .tick: break
    case .lost:
      losses += 1
      askAt = now.machine
    case .heard(let body): hear(body, now)
    case .snapshot(let reply): merge(reply, now)
    }
    if let due = askAt, due <= now.machine {
      askAt = now.machine.advanced(byMilliseconds: Self.askAgainMilliseconds)
      effects.append(.ask(candles: Question.most))
    }
    return effects
  }

  /// When `step` is due though nothing has been heard; nil when that is never.
  package var wake: MachineTime? { askAt }

  private mutating func hear(_ body: StreamBody, _ now: SignalTime) {
    switch body {
    case .ticker(let ticker, let readAt):
      learn(TickerReading(ticker: ticker, readAt: readAt))
    case .candle(let candle) where candle.timeframe == timeframe:
      guard known(candle.instrument) else { return }
      switch tracks[candle.instrument]?.hear(candle) {
      case .decided(let decisions, let fed):
        candles += UInt64(fed)
        decide(decisions, now)
      case .early: askAt = askAt ?? now.machine
      case .repeated: repeated += 1
      case nil: break
      }
    case .control(let note) where note.state == "market-went-back": askAt = now.machine
    case .candle, .trade, .instrument, .signal, .decision, .event, .control, .relayed: break
    }
  }

  private mutating func merge(_ reply: StreamReply, _ now: SignalTime) {
    // Not one candle yet: its publisher has only begun.
    guard reply.refusal == nil, !reply.candles.isEmpty else { return }
    askAt = nil
    for reading in reply.tickers { learn(reading) }
    let bars = Dictionary(grouping: reply.candles.filter { $0.timeframe == timeframe }) {
      $0.instrument
    }
    for id in bars.keys.sorted() where known(id) {
      guard var track = tracks[id] else { continue }
      let isFirst = track.last == nil
      let (decisions, fed) = track.merge(
        (bars[id] ?? []).sorted { $0.openTime < $1.openTime })
      if track.holes > (tracks[id]?.holes ?? 0), !isFirst {
        effects.append(.alert("\(id): candles are missing before what was heard last"))
      }
      tracks[id] = track
      if !isFirst { candles += UInt64(fed) }
      decide(decisions, now)
    }
  }

  private mutating func learn(_ reading: TickerReading) {
    let id = reading.ticker.instrument
    guard known(id) else { return }
    // A snapshot may be older than what the stream has said since.
    if let earlier = tracks[id]?.reading, earlier.readAt > reading.readAt { return }
    tracks[id]?.reading = reading
  }

  private mutating func known(_ id: InstrumentID) -> Bool {
    if tracks[id] != nil { return true }
    guard tracks.count < Self.mostInstruments else { return false }
    tracks[id] = InstrumentTrack(id, timeframe, kinds)
    return true
  }

  private mutating func decide(_ decisions: [InstrumentTrack.Decision], _ now: SignalTime) {
    for decision in decisions {
      let (candle, proposal) = (decision.candle, decision.proposal)
      guard
        tracks[candle.instrument]?.isFresh(
          candle, wall: now.wall, validFor: validForMilliseconds) == true
      else { continue }
      guard let id = Self.name(decision) else { continue }
      let signal = Signal(
        id: id, strategy: decision.strategy, instrument: candle.instrument,
        direction: proposal.direction, setup: proposal.setup, worstPrice: proposal.worstPrice,
        stop: proposal.stop, takeProfits: proposal.takeProfit.map { [$0] } ?? [], decidedAt: candle.closeTime,
        validUntil: now.wall.advanced(byMilliseconds: validForMilliseconds))
      guard signal.isCoherent else {
        effects.append(.alert("\(id): its prices contradict each other; not offered"))
        continue
      }
      signals += 1
      effects.append(.propose(signal))
    }
  }

  static func name(_ decision: InstrumentTrack.Decision) -> SignalID? {
    let candle = decision.candle
    return SignalID(
      "\(decision.strategy)/\(candle.instrument)/\(candle.timeframe.rawValue)/"
        + "\(candle.closeTime.milliseconds)/\(decision.proposal.direction.rawValue)")
  }
}
