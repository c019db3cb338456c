package import Domain

/// Feeds closed candles to strategies and turns their proposals into signals.
///
/// Invariants:
/// 1. A strategy sees the candles of its instrument once each and in order, whatever is repeated,
///    lost or late on the stream.
/// 2. History warms a strategy up and proposes nothing, but for the newest closed candle: what a
///    previous life decided on it is decided again, under the same id.
/// 3. The id of a signal is a function of strategy, instrument, direction and candle.
package struct SignalMachine: Sendable {
  /// What the loop has to do.
  package enum Effect: Hashable, Sendable {
    case propose(Signal)
    /// Candles were missed; ask for a snapshot.
    case askSnapshot
  }

  private struct Follower: Sendable {
    var instrument: Instrument
    var strategies: [(id: StrategyID, strategy: any Strategy)]
    var lastOpen: MarketTime?
  }

  private let catalogue: StrategyCatalogue
  private let strategies: [StrategyID]
  private let validForMilliseconds: Int64
  private var followers: [InstrumentID: Follower] = [:]
  /// Candles that were fed to strategies.
  package private(set) var candles = 0
  package private(set) var holes = 0

  /// `strategies` are names the catalogue knows.
  package init(
    strategies: [StrategyID], catalogue: StrategyCatalogue, validForMilliseconds: Int64
  ) {
    self.strategies = strategies
    self.catalogue = catalogue
    self.validForMilliseconds = validForMilliseconds
  }

  /// Instruments and candles as they stand; what was missed is made up for.
  package mutating func snapshot(
    instruments: [Instrument], candles: [Candle], now: WallTime
  ) -> [Effect] {
    for instrument in instruments { follow(instrument) }
    var effects: [Effect] = []
    for (_, list) in Dictionary(grouping: candles, by: \.instrument).sorted(by: { $0.key < $1.key })
    {
      let ordered = list.sorted { $0.openTime < $1.openTime }
      for candle in ordered where isNew(candle) {
        noteHole(before: candle)
        let signals = feed(candle, now: now)
        // Everything before the newest candle is over: only the last may still be acted on.
        if candle == ordered.last { effects += signals.map { .propose($0) } }
      }
    }
    return effects
  }

  package mutating func follow(_ instrument: Instrument) {
    if followers[instrument.id] != nil {
      followers[instrument.id]?.instrument = instrument
      return
    }
    followers[instrument.id] = Follower(
      instrument: instrument,
      strategies: strategies.compactMap { id in catalogue.make(id).map { (id, $0) } })
  }

  /// A candle that has just closed.
  package mutating func candle(_ candle: Candle, now: WallTime) -> [Effect] {
    guard let follower = followers[candle.instrument], let last = follower.lastOpen else {
      return [.askSnapshot]
    }
    guard isNew(candle) else { return [] }
    guard candle.openTime == last.advanced(byMilliseconds: candle.timeframe.milliseconds) else {
      // The snapshot has what is missing, and this one.
      return [.askSnapshot]
    }
    return feed(candle, now: now).map { .propose($0) }
  }

  private func isNew(_ candle: Candle) -> Bool {
    guard let follower = followers[candle.instrument] else { return false }
    return follower.lastOpen.map { candle.openTime > $0 } ?? true
  }

  private mutating func noteHole(before candle: Candle) {
    guard let last = followers[candle.instrument]?.lastOpen else { return }
    if candle.openTime > last.advanced(byMilliseconds: candle.timeframe.milliseconds) {
      holes += 1
    }
  }

  private mutating func feed(_ candle: Candle, now: WallTime) -> [Signal] {
    guard var follower = followers[candle.instrument] else { return [] }
    invariant(
      follower.lastOpen.map { candle.openTime > $0 } ?? true,
      "a strategy sees each candle once and in order")
    follower.lastOpen = candle.openTime
    candles += 1
    var signals: [Signal] = []
    for index in follower.strategies.indices {
      let id = follower.strategies[index].id
      if let proposal = follower.strategies[index].strategy.next(candle, of: follower.instrument),
        let signal = signal(proposal, id, candle, now)
      {
        signals.append(signal)
      }
    }
    followers[candle.instrument] = follower
    return signals
  }

  /// Nil when the proposal contradicts itself, which is a bug of the strategy and no order.
  private func signal(
    _ proposal: Proposal, _ strategy: StrategyID, _ candle: Candle, _ now: WallTime
  ) -> Signal? {
    let decidedAt = candle.closeTime
    guard
      let id = SignalID(
        "\(strategy).\(candle.instrument).\(decidedAt.milliseconds).\(proposal.direction.rawValue)")
    else { return nil }
    let signal = Signal(
      id: id, strategy: strategy, instrument: candle.instrument, direction: proposal.direction,
      setup: proposal.setup, worstPrice: proposal.worstPrice, stop: proposal.stop,
      takeProfit: proposal.takeProfit, decidedAt: decidedAt,
      validUntil: now.advanced(byMilliseconds: validForMilliseconds))
    return signal.isCoherent ? signal : nil
  }
}
