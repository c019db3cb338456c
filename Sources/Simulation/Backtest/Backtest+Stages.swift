import Domain
import Ledger
import RiskGate
import SignalService
import SimulatedVenue
import Wire

// The signal service's and the gate's shells.
extension Backtest {
  private var signalTime: SignalTime { SignalTime(machine: machineTime, wall: wall) }
  private var gateTime: GateTime { GateTime(machine: machineTime, wall: wall) }

  /// Strategies hear what has closed.
  func hear(_ closed: [Candle]) throws {
    var told: InstrumentID?
    for candle in closed {
      guard let index = laneOf[candle.instrument] else { continue }
      if told != candle.instrument {
        told = candle.instrument
        try think(.heard(.ticker(ticker(candle), readAt: wall)))
      }
      lanes[index].heard[candle.timeframe] = candle
      tally.candles += 1
      try think(.heard(.candle(candle)))
    }
  }

  /// Only its age is looked at; the gate is told the venue's own prices.
  private func ticker(_ candle: Candle) -> Ticker {
    Ticker(
      instrument: candle.instrument, time: candle.closeTime, bid: candle.close,
      ask: candle.close, last: candle.close, mark: candle.close)
  }

  func think(_ event: SignalEvent) throws {
    for effect in signals.step(event, now: signalTime) {
      switch effect {
      case .ask:
        let newest = lanes.flatMap { lane in
          lane.heard.values.sorted { $0.timeframe.milliseconds < $1.timeframe.milliseconds }
        }
        if !newest.isEmpty {
          try think(.snapshot(StreamReply(epoch: 1, sequence: 0, candles: newest)))
        }
      case .propose(let signal): try propose(signal)
      case .proposeExit(let exit): try propose(exit)
      case .explain(let explanation):
        if isTrading { tally.explain(explanation) }
      case .alert: tally.holes += 1
      }
    }
  }

  private func propose(_ signal: Signal) throws {
    guard isTrading else { return }
    tally.signals += 1
    try wakeRouter()
    for lane in lanes { try tellGate(of: lane) }
    let offer = nextOffer
    nextOffer += 1
    try judge(.offer(offer, signal))
  }

  private func propose(_ exit: ExitProposal) throws {
    guard isTrading else { return }
    tally.exits += 1
    let offer = nextOffer
    nextOffer += 1
    try judge(.offerExit(offer, exit))
  }

  /// The venue's prices of now.
  private func tellGate(of lane: BacktestLane) throws {
    refresh(lane.id)
    guard let point = desk.machine.markets[lane.id], let depth = desk.machine.depth(lane.id) else {
      return
    }
    let ticker = Ticker(
      instrument: lane.id, time: point.time, bid: depth.bid, ask: depth.ask, last: point.last,
      mark: point.mark,
      figures: TickerFigures(
        index: point.index,
        relativeFundingRate: lane.market.fundingRate(at: point.time).decimal))
    try judge(.market(.ticker(ticker, readAt: wall)))
  }

  // MARK: - The gate

  func judge(_ event: GateEvent) throws {
    for effect in gate.step(event, now: gateTime) {
      switch effect {
      case .forward(let intent):
        queue.schedule(.offer(intent), at: now + settings.latency.decision)
      case .forwardExit(let exit):
        queue.schedule(.offerExit(exit), at: now + settings.latency.decision)
      case .decide(_, let decision, _):
        tally.decide(decision)
        let contract = desk.book.contracts[decision.signal.instrument]
        if settings.keepsJournal, let contract { journal.add(decision, contract.instrument) }
      case .decideExit(_, let decision): tally.decide(decision)
      case .report(let report): try think(.report(report))
      case .propose(let proposal):
        queue.schedule(.offerRisk(proposal), at: now + settings.latency.decision)
      case .answer: break
      case .askMarket:
        try judge(
          .marketSnapshot(
            StreamReply(epoch: 1, sequence: 0, instruments: lanes.map(\.contract.told))))
      case .askLedger:
        // It has been told every event there is.
        try judge(
          .replay(StreamReply(epoch: 1, sequence: 0, newestEvent: ledger.newestEvent)))
      case .alert(let text): tally.alert("gate: \(text)")
      }
    }
  }
}

extension VenueContract {
  /// The contract as market data tells it, with the tiers of its margin.
  fileprivate var told: Instrument {
    let tiers = marginLevels.compactMap { level -> MarginTier? in
      guard let initial = ExactDecimal(mantissa: level.initial, exponent: -6),
        let maintenance = ExactDecimal(mantissa: level.maintenance, exponent: -6)
      else { return nil }
      return MarginTier(
        threshold: level.from.decimal, initialMargin: initial, maintenanceMargin: maintenance)
    }
    return Instrument(
      id: id, tickSize: instrument.tickSize, lotSize: instrument.lotSize,
      maxPosition: instrument.maxPosition, initialMargin: instrument.initialMargin,
      marginTiers: tiers, makerProtectionMilliseconds: instrument.makerProtectionMilliseconds,
      tradeable: instrument.tradeable) ?? instrument
  }
}
