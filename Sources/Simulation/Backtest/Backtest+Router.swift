import Domain
import Ledger
import OrderRouter
import RiskGate
import SimulatedVenue

// The router's shell: decide, commit, act; and leave out the polls that find nothing new.
extension Backtest {
  /// Looks at the venue that have to find nothing new before the next ones are left out: two of
  /// them judge a difference or a flat position.
  private static let enoughReadings = 2

  func happen(_ happening: Happening) throws {
    switch happening {
    // What comes to the router in one moment is taken in one step, as one turn of its loop does.
    case .report(let report):
      underWay -= 1
      note(report)
    case .stream(let event):
      quietReadings = 0
      isAwake = true
      inbox.append(.stream(event))
    // The venue is another place: it does not matter to it what the router has heard.
    case .arrival(let request, let tag): try arrive(request, tag)
    case .release: try release()
    default:
      try hearInbox()
      try go(happening)
    }
  }

  func hearInbox() throws {
    guard !inbox.isEmpty else { return }
    let events = inbox
    inbox.removeAll(keepingCapacity: true)
    try act(router.step(events, now: routerTime))
    scheduleTurn()
  }

  private func go(_ happening: Happening) throws {
    switch happening {
    case .report, .stream, .arrival, .release: break
    case .offer(let intent): try offer(intent)
    case .offerExit(let exit):
      let number = nextRouterOffer
      nextRouterOffer += 1
      routerExits[number] = exit.id
      trades.remember(exit)
      try route(.offerExit(number, exit))
    case .offerRisk(let proposal):
      // The gate hears of it by the ledger.
      let number = nextRouterOffer
      nextRouterOffer += 1
      try route(.offerRisk(number, proposal))
    case .turn: try turn()
    }
  }

  private func offer(_ intent: OrderIntent) throws {
    let number = nextRouterOffer
    nextRouterOffer += 1
    routerOffers[number] = intent.signal.id
    let past = ledger.past(of: intent.signal)
    try route(.offer(number, intent, past: past, refusal: nil))
  }

  /// One event, and from now on the router looks at the venue until nothing changes any more.
  private func route(_ event: RouterEvent) throws {
    isAwake = true
    quietReadings = 0
    try act(router.step(event, now: routerTime))
    scheduleTurn()
  }

  private func note(_ report: VenueReport) {
    if case .answer(.openPositions) = report.outcome { quietReadings += 1 }
    inbox.append(.report(report, known: ledger.recall(router.unexplained(in: report))))
  }

  private func turn() throws {
    guard turnAt == now else { return }
    turnAt = nil
    guard !isQuiet else {
      isAwake = false
      return
    }
    try act(router.step(.tick, now: routerTime))
    scheduleTurn()
  }

  private func scheduleTurn() {
    guard isAwake else { return }
    let wake = max(now + 1, (router.wake(now: routerTime).nanoseconds + 999_999) / 1_000_000)
    if let turnAt, turnAt > now, turnAt <= wake { return }
    turnAt = wake
    queue.schedule(.turn, at: wake)
  }

  /// Whether everything of ours rests as it should, and has been seen to.
  private var isQuiet: Bool {
    guard router.phase == .ready, underWay == 0, quietReadings >= Self.enoughReadings else {
      return false
    }
    let isResting = router.book.orders.values.allSatisfy { order in
      order.status.isTerminal
        || order.status == .working && order.change == nil && order.role != .entry
    }
    let isKnown = lanes.allSatisfy { lane in
      desk.book.position(lane.id) == router.book.position(lane.id).signedLots
        && (router.book.frozen[lane.id] == nil || desk.book.position(lane.id) != 0)
    }
    return isResting && isKnown && router.book.intents.values.allSatisfy { $0.state.isTerminal }
  }

  /// Makes up for the polls that were left out, when what the router knows of the account is older
  /// than it would be with them.
  func wakeRouter() throws {
    if !tally.begun {
      tally.begun = true
      isCatchingUp = true
      try act(router.step(.latch(.clear), now: routerTime))
      for event in Self.streamBegins { try act(router.step(.stream(event), now: routerTime)) }
      try act(router.step(.started, now: routerTime))
    } else {
      guard !isAwake, now - accountAt >= settings.router.accountMilliseconds else { return }
      isCatchingUp = true
      try act(router.step(.tick, now: routerTime))
    }
    while !owed.isEmpty {
      let (request, tag) = owed.removeFirst()
      let (reply, _) = desk.handle(request, venueTime)
      guard case .now(let outcome) = reply else { continue }
      note(VenueReport(tag: tag, outcome: outcome, serverTime: wall))
      if owed.isEmpty { try hearInbox() }
    }
    try hearInbox()
    isCatchingUp = false
  }

  private static let streamBegins: [StreamEvent] = [
    .connected, .began(StreamID(.orders), .fromNow), .orders([]),
    .began(StreamID(.fills), .fromNow), .fills([]), .began(StreamID(.positions), .fromNow),
    .positions([]),
  ]

  // MARK: - Commit, then act

  func act(_ effects: [RouterEffect]) throws {
    guard !effects.isEmpty else { return }
    var records: [LedgerRecord] = []
    for case .record(let record) in effects { records.append(record) }
    let events = try ledger.commit(records, now: wall)
    onCommit?(records, wall)
    for record in records { note(record) }
    for event in events {
      toldEvent = event.number
      try judge(.ledger(event))
    }
    for effect in effects { try perform(effect) }
  }

  private func note(_ record: LedgerRecord) {
    switch record {
    case .account: accountAt = now
    case .property: break
    default:
      quietReadings = 0
      tally.note(record)
    }
  }

  private func perform(_ effect: RouterEffect) throws {
    switch effect {
    case .record, .answer, .ready, .clearLatch: break
    case .request(let request, let tag):
      if request.onlyReads, isCatchingUp {
        owed.append((request, tag))
      } else {
        underWay += 1
        if !request.onlyReads { quietReadings = 0 }
        queue.schedule(.arrival(request, tag: tag), at: now + settings.latency.network)
      }
    case .acknowledge(let offer, let verdict):
      if let id = routerOffers.removeValue(forKey: offer) {
        try judge(.verdict(id, verdict))
      } else if let id = routerExits.removeValue(forKey: offer) {
        try judge(.exitVerdict(id, verdict))
      }
    case .pressLatch(let why):
      tally.alert("halted: \(why)")
      latch = LatchView(scopes: [.everything], flattens: false, text: why)
      try act(router.step(.latch(latch), now: routerTime))
    case .alert(let text): tally.alert("router: \(text)")
    }
  }

  // MARK: - Prices

  /// Whether the router does something by the mark alone.
  var needsPrices: Bool {
    settings.router.breakEvenAfterRungs > 0 || settings.router.entryOrder != .immediateOrCancel
      || latch != .clear || !router.book.frozen.isEmpty
  }

  /// The router hears the marks of what it holds.
  func tellPrices() throws {
    guard needsPrices else { return }
    let tickers = lanes.compactMap { lane -> Ticker? in
      guard desk.book.watches(lane.id), let point = desk.machine.markets[lane.id] else {
        return nil
      }
      return Ticker(
        instrument: lane.id, time: point.time, bid: point.last, ask: point.last, last: point.last,
        mark: point.mark)
    }
    guard !tickers.isEmpty else { return }
    let effects = router.step(.tickers(tickers), now: routerTime)
    if effects.contains(where: { if case .record = $0 { true } else { false } }) {
      isAwake = true
    }
    try act(effects)
    scheduleTurn()
  }
}
