import Domain
import OrderRouter
import SimulatedVenue

// The market and what others do in it.
extension Simulator {
  static let startTicks: [String: Int64] = [
    "PF_XBTUSD": 95_000, "PF_ETHUSD": 32_000, "PF_SOLUSD": 16_000, "PF_XRPUSD": 220_000,
    "PF_LTCUSD": 9000,
  ]
  private static let step: Int64 = 250

  func moveMarket() {
    for (index, contract) in scenario.contracts.enumerated() {
      if !isFrozen, now > 0 { prices[index] = nextPrice(index) }
      let point = MarketPoint(
        time: venueTime.market, last: prices[index], mark: prices[index], index: prices[index])
      desk.play { $0.move(contract.id, along: [point], wall: venueTime.wall) }
    }
    observe()
    judge.watch(desk.book, epoch: Self.epoch, at: now)
    tellPrices()
    queue.schedule(.market, at: now + Self.step)
  }

  private func nextPrice(_ index: Int) -> Price {
    let ticks = prices[index].ticks
    let drift = Double(driven[index] ?? 0)
    let share = chance.bell() * scenario.volatility * (drift == 0 ? 1 : 0.2) + drift
    let moved = Double(ticks) * (1 + share / 1_000_000)
    let start = Self.startTicks[scenario.contracts[index].symbol, default: 20_000]
    return Price(ticks: min(max(Int64(moved.rounded()), start / 3), start * 3))
  }

  private func tellPrices() {
    guard let life, now % 500 == 0 else { return }
    let tickers = scenario.contracts.indices.map { index in
      Ticker(
        instrument: scenario.contracts[index].id, time: venueTime.market, bid: prices[index],
        ask: prices[index], last: prices[index], mark: prices[index])
    }
    queue.schedule(
      .hears(life: life.number, .tickers(tickers.sorted { $0.instrument < $1.instrument })),
      at: now + 3)
  }

  // MARK: - Disturbances

  func begin(_ disturbance: Scenario.Disturbance) {
    guard !isHealed else { return }
    count(disturbance.kind)
    say("FAULT \(disturbance.kind.rawValue) until \(disturbance.until) ms")
    let id = scenario.contracts[disturbance.instrument].id
    let length = disturbance.until - now
    switch disturbance.kind {
    case .outage:
      outageUntil = max(outageUntil, disturbance.until)
      judge.excuse(length + 4500, at: now)
    case .marketSuspended:
      setSuspended(id, true)
      judge.excuse(length + 4500, at: now)
    case .stranger: trade(on: id, lots: disturbance.amount * 3, isBuy: disturbance.amount % 2 == 0)
    case .fillFlood: flood(disturbance.instrument, left: 75)
    case .priceJump:
      let sign: Int64 = disturbance.amount % 2 == 0 ? 1 : -1
      let ticks = prices[disturbance.instrument].ticks
      prices[disturbance.instrument] = Price(ticks: ticks + sign * ticks * 3 / 200)
    case .staleReading:
      let request: VenueRequest =
        [.openOrders, .openPositions, .fills][Int(disturbance.amount % 3)]
      if case .now(let outcome) = desk.handle(request, venueTime).0 {
        stale = (request, outcome)
        judge.excuse(length + 3000, at: now)
      }
    case .wallJump: wallOffset += (disturbance.amount - 500) * 16
    case .gateCrash:
      gate.restart(now: now)
      scheduleGate()
    case .latch: latchFile = view(disturbance)
    default: break
    }
  }

  func finish(_ disturbance: Scenario.Disturbance) {
    switch disturbance.kind {
    case .marketSuspended: setSuspended(scenario.contracts[disturbance.instrument].id, false)
    case .staleReading: stale = nil
    case .latch: latchFile = .clear
    default: break
    }
  }

  private func view(_ disturbance: Scenario.Disturbance) -> LatchView {
    let scope: LatchView.Scope =
      switch disturbance.amount % 3 {
      case 0: .everything
      case 1: .strategy(Self.strategy)
      default: .instrument(scenario.contracts[disturbance.instrument].id)
      }
    return LatchView(scopes: [scope], flattens: disturbance.amount % 2 == 0, text: "operator")
  }

  func setSuspended(_ id: InstrumentID, _ isSuspended: Bool) {
    var condition = MarketCondition()
    condition.isSuspended = isSuspended
    desk.play { $0.setCondition(id, condition, now: venueTime) }
    observe()
  }

  /// There and back, again and again; not all in one moment, behind which no page of fills leads.
  func flood(_ instrument: Int, left: Int) {
    let id = scenario.contracts[instrument].id
    guard left > 0, !isHealed else { return }
    trade(on: id, lots: 1, isBuy: true)
    trade(on: id, lots: 1, isBuy: false)
    queue.schedule(.flood(instrument, left: left - 1), at: now + 2)
  }

  /// Somebody else's market order on the account.
  private func trade(on id: InstrumentID, lots: Int64, isBuy: Bool) {
    judge.expectStranger(on: id)
    let request = OrderRequest(
      instrument: id, side: isBuy ? .buy : .sell, kind: .market, quantity: Quantity(lots: lots))
    desk.play { _ = $0.place(request, ticket: 0, now: venueTime) }
    observe()
    scheduleVenue()
  }
}
