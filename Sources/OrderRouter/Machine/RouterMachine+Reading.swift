import Domain
import Ledger

// Asking the venue, and what its answers change.
extension RouterMachine {
  mutating func receive(_ report: VenueReport, now: RouterTime) {
    guard let purpose = purposes.removeValue(forKey: report.tag) else {
      fatalError("invariant broken: tag \(report.tag) is answered once")
    }
    if let serverTime = report.serverTime {
      clockOffset = serverTime.milliseconds - now.wall.milliseconds
    }
    switch purpose {
    case .instruments: loaded(report.outcome, now: now)
    case .account: counted(report.outcome, now: now)
    case .place(let id): placed(id, report.outcome, now: now)
    case .cancel(let id): touch(id)
    case .amend(let id, let total):
      touch(id)
      if case .answer(.amended) = report.outcome { record(.orderAmended(id, total: total), now) }
    case .reading(let number, let source):
      guard var current = reading, current.number == number else { return }
      current.take(source, report.outcome)
      reading = current
      if current.awaited.isEmpty { finish(current, now: now) }
    }
  }

  private mutating func loaded(_ outcome: VenueOutcome, now: RouterTime) {
    guard case .answer(.instruments(let list)) = outcome, !list.isEmpty else {
      nextInstruments = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
      return
    }
    instruments = Dictionary(list.map { ($0.id, $0) }) { first, _ in first }
    nextInstruments = now.machine.advanced(byMilliseconds: settings.instrumentsMilliseconds)
    guard phase == .loadingInstruments else { return }
    phase = .reconciling
    nextReading = now.machine
  }

  private mutating func counted(_ outcome: VenueOutcome, now: RouterTime) {
    guard case .answer(.account(let account)) = outcome else {
      nextAccount = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
      return
    }
    equity = account.equity
    record(.account(account), now)
    nextAccount = now.machine.advanced(byMilliseconds: settings.accountMilliseconds)
  }

  /// Begins whatever reading is due; one at a time.
  mutating func startWhatIsDue(_ now: RouterTime) {
    if let due = nextInstruments, due <= now.machine {
      nextInstruments = nil
      request(.instruments, for: .instruments)
    }
    guard phase != .loadingInstruments else { return }
    if let due = nextAccount, due <= now.machine {
      nextAccount = nil
      request(.account, for: .account)
    }
    guard reading == nil, let due = nextReading, due <= now.machine else { return }
    startReading(now)
  }

  private mutating func startReading(_ now: RouterTime) {
    readingsStarted += 1
    nextReading = nil
    let doubtful = book.liveOrders.filter { $0.status == .unknown || $0.status == .held }
    var requests: [(VenueReading.Source, VenueRequest)] = [
      (.openOrders, .openOrders), (.positions, .openPositions), (.fills, .fills),
    ]
    if !doubtful.isEmpty { requests.append((.orderStatus, .orderStatus(doubtful.map(\.id)))) }
    let settled = doubtful.filter { venueNow(now) > settledAt($0) }
    if let since = settled.map(\.sentAt).min(), historyBudget.spend(now.machine) {
      let window = VenueRequest.orderHistory(
        since: since.advanced(byMilliseconds: clockOffset - 60_000), before: venueNow(now))
      requests.append((.history, window))
    }
    reading = VenueReading(number: readingsStarted, sources: Set(requests.map(\.0)))
    for (source, ask) in requests { request(ask, for: .reading(readingsStarted, source)) }
  }

  /// From this moment of venue time on, an order that shows nowhere never got there.
  func settledAt(_ order: OrderRow) -> WallTime {
    let hold = instruments[order.placement.instrument]?.makerProtectionMilliseconds ?? 0
    return order.placement.processBefore.advanced(
      byMilliseconds: hold + settings.skewMarginMilliseconds)
  }

  private mutating func finish(_ done: VenueReading, now: RouterTime) {
    reading = nil
    let busy = !book.open.isEmpty || phase != .ready
    let pause = settings.pollMilliseconds * (busy ? 1 : 4)
    nextReading = now.machine.advanced(byMilliseconds: pause)
    // Fills are facts, whatever else of the reading failed; oldest first.
    for fill in (done.fills ?? []).reversed() { attribute(fill, now: now) }
    guard done.isComplete else {
      alert("venue unreadable: \(done.failures.joined(separator: "; "))")
      return
    }
    readingsCompleted = done.number
    notice(done, now: now)
    for order in book.liveOrders where touched[order.id, default: 0] < done.number {
      resolve(order, by: done, now: now)
    }
    for hash in checking.keys.sorted() where checking[hash, default: 0] < done.number {
      if let row = book.intents[hash], phase == .ready { check(row, against: done, now: now) }
    }
    if checking.isEmpty == false { nextReading = now.machine }
    guard phase == .reconciling else { return }
    phase = .ready
    record(.state("ready"), now)
    effects.append(.ready)
  }

  /// Counts a fill of ours; a fill with our mark that the ledger cannot explain is a second router.
  private mutating func attribute(_ fill: Fill, now: RouterTime) {
    guard let id = fill.clientOrderID, !book.executions.contains(fill.id) else { return }
    if book.orders[id] != nil {
      apply(fill, to: id, now: now)
    } else if id.isMarked(by: installation) {
      halt("fill \(fill.id) of order \(id), which this ledger never sent: a second router?", now)
    }
  }

  /// Positions and strangers.
  private mutating func notice(_ done: VenueReading, now: RouterTime) {
    venuePositions = Dictionary((done.positions ?? []).map { ($0.instrument, $0) }) { one, _ in one
    }
    for instrument in Set(book.positions.keys).union(venuePositions.keys) {
      let flat = venuePositions[instrument]?.isFlat ?? true
      flatReadings[instrument] = flat ? flatReadings[instrument, default: 0] + 1 : 0
    }
    for order in done.openOrders ?? [] {
      guard let id = order.clientOrderID, book.orders[id] == nil, id.isMarked(by: installation)
      else { continue }
      halt("open order \(id), which this ledger never sent: a second router?", now)
    }
  }

  private mutating func resolve(_ order: OrderRow, by done: VenueReading, now: RouterTime) {
    guard order.status != .sending else { return }
    let instrument = order.placement.instrument
    let settled = settledAt(order)
    let theirs = venuePositions[instrument]?.signedLots ?? 0
    let evidence = OrderResolution.Evidence(
      open: done.openOrders?.first { $0.clientOrderID == order.id },
      report: done.orderStatus?.first { $0.clientOrderID == order.id },
      lookupRead: done.orderStatus != nil,
      history: done.history.map { events in events.filter { $0.clientOrderID == order.id } },
      positionsAgree: book.position(instrument).signedLots == theirs, venueNow: venueNow(now),
      settledAt: settled,
      heldAt: settled.advanced(byMilliseconds: settings.contradictionMilliseconds))
    conclude(order, OrderResolution.resolve(order, evidence), now: now)
  }

  private mutating func conclude(
    _ order: OrderRow, _ resolution: OrderResolution, now: RouterTime
  ) {
    func set(_ status: OrderStatus, _ venueID: VenueOrderID? = nil, _ text: String = "") {
      guard status != order.status else { return }
      record(.orderStatus(order.id, status, venueID, text: text), now)
    }
    switch resolution {
    case .stays: break
    case .working(let venueID): set(.working, venueID)
    case .filled: set(.filled)
    case .cancelled(let text): set(.cancelled, nil, text)
    case .rejected(let word): set(.rejected, nil, word)
    case .notPlaced: set(.notPlaced, nil, "shown by status, orders, fills, history, position")
    case .vanished:
      set(.unknown, nil, "no longer among the open orders")
      nextReading = now.machine
    case .held(let why):
      set(.held, nil, why)
      alert("order \(order.id) is held: \(why); an operator has to resolve it")
    }
  }
}
