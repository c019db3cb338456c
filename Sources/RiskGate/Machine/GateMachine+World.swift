import Domain
import Wire

// What a signal is judged in, and what is judged without one.
extension GateMachine {
  static let tenSeconds: Int64 = 10_000
  static let minute: Int64 = 60_000

  mutating func world(of signal: Signal, _ time: GateTime) -> EntryWorld {
    let now = time.wall
    let id = signal.instrument
    var world = EntryWorld()
    let place = market.place(id)
    if let place {
      world.instrument = market.lanes[place].instrument
      world.margins = market.lanes[place].margins
      world.isBlocked = market.lanes[place].isBlocked
      world.reading = market.lanes[place].reading
      world.markMove = market.lanes[place].move
      if limits.sizing.isScaled { world.rangeRatio = market.lanes[place].range?.ratio }
    }
    world.staleStreams = market.staleStreams(id, time.machine)
    world.account = fold.account
    world.accountAt = fold.accountAt
    world.newestMarket = market.newest
    world.healthy = market.healthy(limits.numbers, now)
    world.isShocked = market.isShocked(place, now)
    world.occupied = occupied(without: id)
    world.portfolio = portfolio(own: id)
    world.openPositions = fold.openPositions
    world.entriesInTenSeconds = entries(within: Self.tenSeconds, now)
    world.entriesInAMinute = entries(within: Self.minute, now)
    world.state = states.state
    world.dayStartEquity = fold.dayStartEquity
    world.peakEquity = fold.peakEquity
    world.locks = fold.risk.locks(signal.strategy, id, signal.setup, now: now)
    return world
  }

  private func occupied(without id: InstrumentID) -> Int {
    if reservations.places.isEmpty { return fold.occupiedCount(without: id) }
    var all = fold.occupied
    for place in reservations.places.values { all.insert(place.intent.signal.instrument) }
    all.remove(id)
    return all.count
  }

  /// Accepted ones and those whose place is reserved.
  func entries(within milliseconds: Int64, _ now: WallTime) -> Int {
    let since = now.advanced(byMilliseconds: -milliseconds)
    let journaled = fold.risk.executions.reversed().prefix { $0.at > since }.count
    return journaled + reservations.places.values.count { $0.at > since }
  }

  /// Everything open, pending and promised; nil when something of it cannot be valued.
  func portfolio(own id: InstrumentID?) -> Portfolio? {
    var portfolio = Portfolio()
    for exposure in fold.exposures {
      guard let place = market.place(exposure.instrument) else { return nil }
      let mark = market.lanes[place].reading?.ticker.mark.ticks ?? 0
      let price = Price(ticks: max(mark, exposure.worst))
      guard let margins = market.lanes[place].margins, price.ticks > 0,
        let value = market.lanes[place].instrument?.notional(
          price, Quantity(lots: exposure.lots), rounding: .up)
      else { return nil }
      portfolio.add(value.micros, margins, isOwn: exposure.instrument == id)
    }
    for place in reservations.places.values {
      let other = place.intent.signal.instrument
      guard let margins = market.place(other).flatMap({ market.lanes[$0].margins }) else {
        return nil
      }
      portfolio.add(place.notional, margins, isOwn: other == id)
    }
    return portfolio
  }

  // MARK: - Trading state

  var stateView: StateView? {
    guard let account = fold.account else { return nil }
    let equity = account.equity.micros
    var view = StateView()
    view.drawdown = EntryMeasures.loss(from: fold.peakEquity, to: equity)
    view.dailyLoss = EntryMeasures.loss(from: fold.dayStartEquity, to: equity)
    view.marginInUse = Share.of(
      Share.difference(equity, account.availableMargin.micros), equity, .up)
    view.openPositions = Int64(fold.openPositions)
    return view
  }
}

extension Portfolio {
  mutating func add(_ value: Int64, _ margins: MarginTable, isOwn: Bool) {
    notional = Share.sum(notional, value)
    if isOwn { own = Share.sum(own, value) }
    if let known = maintenance, let more = margins.maintenance(of: value) {
      maintenance = Share.sum(known, more)
    } else {
      maintenance = nil
    }
  }
}
