import Domain
import Wire

/// Measures a signal in its world: fills a `RiskView`, one reading a control.
struct EntryMeasures {
  let signal: Signal
  let world: EntryWorld
  let limits: GateLimits
  let now: WallTime
  var view: RiskView
  private(set) var sizing: Sizing?

  init(_ signal: Signal, _ world: EntryWorld, _ limits: GateLimits, now: WallTime) {
    self.signal = signal
    self.world = world
    self.limits = limits
    self.now = now
    view = RiskView(limits.numbers)
    measureSignal()
    measureData()
    measureState()
    guard signal.isCoherent else { return }
    measurePrices()
    guard let instrument = world.instrument else { return }
    measureWorth()
    if let account = world.account {
      let size = Sizing(
        signal, instrument, account: account, mark: world.reading?.ticker.mark, limits: limits,
        rangeRatio: world.rangeRatio)
      sizing = size
      measureSize(size, instrument, account)
    }
  }

  private mutating func measureSignal() {
    view.set(.coherentPrices, is: !signal.isCoherent)
    view.set(
      .validity, Share.difference(signal.validUntil.milliseconds, now.milliseconds))
    view.set(.strategy, is: limits.strategies?.contains(signal.strategy) ?? true)
    view[.instrument] = world.instrument == nil ? .unknown : .value(1)
    if let instrument = world.instrument { view.set(.tradeable, is: instrument.tradeable) }
    view.set(.blocklist, is: world.isBlocked ?? limits.isBlocked(signal.instrument))
    view.set(.tradingState, world.state.severity)
  }

  private mutating func measureData() {
    let readAt = world.reading?.readAt
    view.set(.marketAge, readAt.map { age($0) })
    view.set(.staleStreams, Int64(world.staleStreams.count))
    view.set(.accountAge, world.account == nil ? nil : world.accountAt.map { age($0) })
    let ages = [readAt, world.accountAt].compactMap { $0 }.map { age($0) }
    view.set(.clockSkew, ages.min().map { max(0, Share.difference(0, $0)) })
    view.set(
      .signalAge,
      world.newestMarket.map {
        Share.difference($0.milliseconds, signal.decidedAt.milliseconds)
      })
    view.set(
      .signalAhead,
      world.newestMarket.map {
        Share.difference(signal.decidedAt.milliseconds, $0.milliseconds)
      })
    view.set(.healthyData, world.healthy)
  }

  private func age(_ time: WallTime) -> Int64 {
    Share.difference(now.milliseconds, time.milliseconds)
  }

  private mutating func measureState() {
    view.set(.positions, Int64(world.occupied) + 1)
    view.set(.entriesPerTenSeconds, Int64(world.entriesInTenSeconds) + 1)
    view.set(.entriesPerMinute, Int64(world.entriesInAMinute) + 1)
    view.set(.positionCount, Int64(world.openPositions))
    if let account = world.account {
      let equity = account.equity.micros
      view.set(.equity, equity)
      view.set(.dailyLoss, Self.loss(from: world.dayStartEquity, to: equity))
      view.set(.drawdown, Self.loss(from: world.peakEquity, to: equity))
      view.set(
        .marginUtilisation,
        Share.of(Share.difference(equity, account.availableMargin.micros), equity, .up))
    }
    for id in Self.locks { view[id] = .value(0) }
    for lock in world.locks { view[Control.lock(lock.kind)] = .value(1) }
  }

  private static let locks = RiskLock.Kind.allCases.map(Control.lock)

  /// Share of `start` that is lost; 0 for a gain.
  static func loss(from start: Int64?, to equity: Int64) -> Int64? {
    guard let start else { return nil }
    return Share.of(max(0, Share.difference(start, equity)), start, .up)
  }

  private mutating func measurePrices() {
    let worst = signal.worstPrice.ticks
    view.set(.stopDistance, Share.of(abs(worst - signal.stop.ticks), worst, .down))
    view[.collarWindow] = RiskView.Reading(world.markMove)
    view.set(.shock, is: world.isShocked)
    guard let ticker = world.reading?.ticker else { return }
    let mark = ticker.mark.ticks
    view.set(.crossedBook, is: ticker.bid > ticker.ask)
    view.set(.spread, Share.of(max(0, ticker.ask.ticks - ticker.bid.ticks), ticker.bid.ticks, .up))
    view.set(
      .basis, ticker.figures.flatMap { Share.of(abs(mark - $0.index.ticks), $0.index.ticks, .up) })
    view.set(.collar, Share.of(abs(worst - mark), mark, .up))
    let sign: Int64 = signal.direction == .long ? 1 : -1
    view.set(.stopPassed, is: (mark - signal.stop.ticks) * sign <= 0)
  }

  private mutating func measureWorth() {
    let worst = signal.worstPrice.ticks
    let risk = abs(worst - signal.stop.ticks)
    let reward = signal.takeProfits.first.map { abs($0.ticks - worst) }
    let setups = SetupClass(signal.setup)
    let cost = EntryCost(setups, limits.numbers).share
    let isTight = setups == .tight
    view[.costCap] = isTight ? .value(cost) : .notApplicable
    view[.rewardRisk] =
      isTight
      ? reward.map { RiskView.Reading(Share.of($0, risk, .down)) } ?? .notApplicable
      : .notApplicable
    view[.distortion] =
      isTight
      ? .notApplicable
      : RiskView.Reading(
        Share.of(risk, worst, .down).flatMap { Share.of(cost, $0, .up) })
    view[.edge] =
      reward.map { reward in
        guard cost > 0 else { return .notApplicable }
        return RiskView.Reading(
          Share.of(reward, worst, .down).flatMap { Share.of($0, cost, .down) })
      } ?? .notApplicable
  }
}

extension TradingState {
  /// 0, 1 and 2: the higher, the less may be done.
  package var severity: Int64 {
    switch self {
    case .active: 0
    case .reducing: 1
    case .halted: 2
    }
  }
}
