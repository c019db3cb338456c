package import Domain
import Wire

/// Turns the market stream into candles for strategies, and what they decide into signals.
///
/// Invariants:
/// 1. A strategy sees each closed candle once and in order; what was missed on the stream is asked
///    for and fed before what follows it.
/// 2. A signal is made only on the newest closed candle, while that is current; on everything older
///    a strategy only warms up.
/// 3. The name of a signal or exit is a function of strategy, instrument, candle and direction: one
///    made again after a restart has the same name.
package struct SignalMachine: Sendable {
  static let askAgainMilliseconds: Int64 = 500
  static let mostInstruments = 512

  private let kinds: [StrategyKind]
  private let timeframes: Set<Timeframe>
  private let validForMilliseconds: Int64
  private var tracks: [InstrumentID: InstrumentTrack] = [:]
  /// When the snapshot that is needed is asked for (again); nil while none is.
  private var askAt: MachineTime? = MachineTime(nanoseconds: 0)
  private var effects: [SignalEffect] = []

  /// Candles fed to strategies that were closed while this process listened.
  package private(set) var candles: UInt64 = 0
  package private(set) var signals: UInt64 = 0
  package private(set) var exits: UInt64 = 0
  package private(set) var repeated: UInt64 = 0
  package private(set) var losses: UInt64 = 0

  package init(kinds: [StrategyKind], validForMilliseconds: Int64) {
    self.kinds = kinds
    timeframes = Set(kinds.flatMap(\.timeframes))
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
    case .report(let report): hear(report, now)
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
      learn(TickerReading(ticker: ticker, readAt: readAt), now)
    case .candle(let candle) where timeframes.contains(candle.timeframe):
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
    case .candle, .trade, .instrument, .signal, .decision, .exitDecision, .explanation, .event,
      .control, .relayed:
      break
    }
  }

  private mutating func merge(_ reply: StreamReply, _ now: SignalTime) {
    // Not one candle yet: its publisher has only begun.
    guard reply.refusal == nil, !reply.candles.isEmpty else { return }
    askAt = nil
    for reading in reply.tickers { learn(reading, now) }
    let bars = Dictionary(grouping: reply.candles.filter { timeframes.contains($0.timeframe) }) {
      $0.instrument
    }
    for id in bars.keys.sorted() where known(id) {
      guard var track = tracks[id] else { continue }
      let isFirst = !track.isWarm
      let (decisions, fed) = track.merge(bars[id] ?? [])
      if track.holes > (tracks[id]?.holes ?? 0), !isFirst {
        effects.append(.alert("\(id): candles are missing before what was heard last"))
      }
      tracks[id] = track
      if !isFirst { candles += UInt64(fed) }
      decide(decisions, now)
    }
  }

  /// Readings from further in our future were made before the wall clock was set back.
  private static let mostAhead: Int64 = 2000

  private mutating func learn(_ reading: TickerReading, _ now: SignalTime) {
    let id = reading.ticker.instrument
    guard known(id) else { return }
    // A snapshot may be older than what the stream has said since.
    let latest = now.wall.advanced(byMilliseconds: Self.mostAhead)
    if let earlier = tracks[id]?.reading, earlier.readAt > reading.readAt,
      earlier.readAt <= latest
    {
      return
    }
    tracks[id]?.reading = reading
  }

  private mutating func known(_ id: InstrumentID) -> Bool {
    if tracks[id] != nil { return true }
    guard tracks.count < Self.mostInstruments else { return false }
    tracks[id] = InstrumentTrack(id, kinds.filter { $0.runs(on: id) })
    return true
  }

  private mutating func hear(_ report: StrategyReport, _ now: SignalTime) {
    let runs = kinds.contains { $0.id == report.strategy && $0.runs(on: report.instrument) }
    guard runs, known(report.instrument) else { return }
    decide(tracks[report.instrument]?.hear(report) ?? [], now)
  }

  private mutating func decide(_ decisions: [InstrumentTrack.Decision], _ now: SignalTime) {
    for made in decisions {
      let candle = made.decision.candle
      guard
        tracks[candle.instrument]?.isFresh(
          candle, wall: now.wall, validFor: validForMilliseconds) == true
      else { continue }
      switch made.decision.outcome {
      case .noSignal(let why): explain(made, why.reason, nil)
      case .entry(let proposal): propose(made, proposal, now)
      case .exit(let demand): propose(made, demand, now)
      }
    }
  }

  private mutating func explain(
    _ made: InstrumentTrack.Decision, _ reason: String, _ signal: SignalID?
  ) {
    let candle = made.decision.candle
    effects.append(
      .explain(
        Explanation(
          strategy: made.strategy, instrument: candle.instrument, timeframe: candle.timeframe,
          decidedAt: candle.closeTime, reason: reason, signal: signal,
          values: made.decision.values)))
  }

  private mutating func propose(
    _ made: InstrumentTrack.Decision, _ proposal: Proposal, _ now: SignalTime
  ) {
    let signal = Self.signal(made, proposal, validUntil: validUntil(now))
    explain(made, signal?.isCoherent == true ? "SIGNAL" : "INCOHERENT_PRICES", signal?.id)
    guard let signal else { return }
    guard signal.isCoherent else {
      effects.append(.alert("\(signal.id): its prices contradict each other; not offered"))
      return
    }
    signals += 1
    effects.append(.propose(signal))
  }

  private mutating func propose(
    _ made: InstrumentTrack.Decision, _ demand: ExitDemand, _ now: SignalTime
  ) {
    let candle = made.decision.candle
    let id = Self.name(made.strategy, candle, "exit")
    explain(made, "EXIT", id)
    guard let id else { return }
    exits += 1
    effects.append(
      .proposeExit(
        ExitProposal(
          id: id, strategy: made.strategy, instrument: candle.instrument, signal: demand.signal,
          reason: demand.reason, decidedAt: candle.closeTime, validUntil: validUntil(now))))
  }

  private func validUntil(_ now: SignalTime) -> WallTime {
    now.wall.advanced(byMilliseconds: validForMilliseconds)
  }

  /// The one place where what a strategy wants becomes what the pipeline carries.
  private static func signal(
    _ made: InstrumentTrack.Decision, _ proposal: Proposal, validUntil: WallTime
  ) -> Signal? {
    let candle = made.decision.candle
    guard let id = name(made.strategy, candle, proposal.direction.rawValue) else { return nil }
    return Signal(
      id: id, strategy: made.strategy, instrument: candle.instrument,
      direction: proposal.direction, setup: proposal.setup, worstPrice: proposal.worstPrice,
      stop: proposal.stop, takeProfits: Array(proposal.takeProfits.prefix(Signal.mostTakeProfits)),
      decidedAt: candle.closeTime,
      validUntil: validUntil)
  }

  static func name(
    _ strategy: StrategyID, _ candle: Candle, _ what: String
  ) -> SignalID? {
    SignalID(
      "\(strategy)/\(candle.instrument)/\(candle.timeframe.rawValue)/"
        + "\(candle.closeTime.milliseconds)/\(what)")
  }
}
