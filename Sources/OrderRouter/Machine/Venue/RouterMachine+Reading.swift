import Domain
import Ledger

// Asking the venue, and taking its answers apart.
extension RouterMachine {
  /// The most readings under way: one that was begun in time, one for entries that came since.
  static let readingBound = 3

  mutating func receive(_ report: VenueReport, known: Recalled, now: RouterTime) {
    guard let purpose = purposes.removeValue(forKey: report.tag) else {
      fatalError("invariant broken: tag \(report.tag) is answered once")
    }
    switch purpose {
    case .instruments: loaded(report.outcome, now: now)
    case .account: counted(report.outcome, now: now)
    case .marginModes:
      if let asked = marginsAsked { margins.heard(report.outcome, asked: asked) }
      marginsAsked = nil
    case .marks: heardMarks(report.outcome, now)
    case .place(let id): placed(id, report.outcome, now: now)
    case .cancel(let id), .amend(let id): changed(id, report.outcome, now: now)
    case .zombie: break
    case .reading(let number, let source):
      guard var reading = readings[number] else { return }
      let more = reading.take(source, report.outcome)
      reading.endedOrders.formUnion(known.orders)
      readings[number] = reading
      if case .answer(.orderHistory) = report.outcome { lastHistory = reading }
      if let more { request(more, for: .reading(number, .fills)) }
      if case .answer(.fills(let fills)) = report.outcome {
        // Fills are facts, whatever else of the reading fails; oldest first.
        for fill in fills.reversed() { attribute(fill, known: known, now: now) }
      }
      if reading.awaited.isEmpty { finish(reading, now: now) }
    }
  }

  private mutating func loaded(_ outcome: VenueOutcome, now: RouterTime) {
    guard case .answer(.instruments(let list)) = outcome, !list.isEmpty else {
      nextInstruments = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
      return
    }
    exposureMemo = nil
    instruments = Dictionary(list.map { ($0.id, $0) }) { first, _ in first }
    nextInstruments = now.machine.advanced(byMilliseconds: settings.instrumentsMilliseconds)
    checkSteps(now)
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
    measure(account, now)
    nextAccount = now.machine.advanced(byMilliseconds: settings.accountMilliseconds)
  }

  /// Begins whatever is due.
  mutating func startWhatIsDue(_ now: RouterTime) {
    paceEnds = nil
    if let due = nextInstruments, due <= now.machine {
      nextInstruments = nil
      request(.instruments, for: .instruments)
    }
    guard phase != .loadingInstruments else { return }
    if let due = nextAccount, due <= now.machine {
      nextAccount = nil
      request(.account, for: .account)
      // With the account, so that a venue that does not answer is not asked in every turn.
      if marginsAsked == nil, margins.isDue(now.machine) {
        marginsAsked = now.machine
        request(.marginModes, for: .marginModes)
      }
    }
    // An entry that no reading was begun for since it was accepted cannot wait for its turn.
    let isWanted = withheld.values.contains { $0 == readingsStarted }
    let isDue = nextReading.map { $0 <= now.machine } ?? false
    guard readings.isEmpty ? isDue || isWanted : isWanted && readings.count < Self.readingBound
    else { return }
    let earliest = pace.earliest(for: need(isWanted, now), now: now.machine)
    guard earliest <= now.machine else {
      // What is wanted stays wanted: a step in which more depends on it asks the pace anew.
      paceEnds = earliest
      return
    }
    startReading(now)
  }

  private func need(_ isWanted: Bool, _ now: RouterTime) -> ReadingPace.Need {
    // Nor does whoever pressed the kill switch wait for less.
    if isNaked(now) || latchReading >= readingsCompleted { return .urgent }
    if isWanted { return .entry }
    return isCalm ? .calm : .doubt
  }

  /// Whether nothing is in doubt and nothing under way: what rests, rests.
  private var isCalm: Bool {
    phase == .ready && differences.isEmpty && latchReading < readingsCompleted
      && book.liveOrders.allSatisfy { $0.status == .working && isSettled($0) }
  }

  /// As soon as possible, whatever the clock says.
  mutating func wantReading(_ now: RouterTime) {
    nextReading = now.machine
  }

  private mutating func startReading(_ now: RouterTime) {
    readingsStarted += 1
    pace.began(now.machine)
    nextReading = nil
    let live = book.liveOrders
    let doubtful = live.filter { $0.status == .unknown || $0.status == .held }
    var requests: [(VenueReading.Source, VenueRequest)] = [
      (.openOrders, .openOrders), (.positions, .openPositions), (.fills, .fills),
    ]
    if !doubtful.isEmpty {
      let ids = Array(doubtful.map(\.id).prefix(Self.lookupBound))
      requests.append((.orderStatus, .orderStatus(ids)))
    }
    let settled = doubtful.filter { now.venue.earliest > settledAt($0) }
    var historySince: WallTime?
    let asking = settled.filter { $0.role != .stop }
    if !asking.isEmpty, let first = settled.map(historyFrom).min(),
      historyPace.take(now.wall, again: asking.allSatisfy { heardHistory(of: $0) != nil })
    {
      let since = first.advanced(byMilliseconds: -settings.skewMarginMilliseconds)
      let before = now.venue.now.advanced(byMilliseconds: settings.skewMarginMilliseconds)
      requests.append((.history, .orderHistory(since: since, before: before)))
      historySince = since
    }
    let orders = live.map { ($0.id, FillReach.Order(since: seenFrom($0), filled: $0.filled)) }
    let margin = settings.skewMarginMilliseconds
    readings[readingsStarted] = VenueReading(
      number: readingsStarted, sources: Set(requests.map(\.0)), begun: now.venue.earliest,
      reach: FillReach(
        orders: Dictionary(uniqueKeysWithValues: orders), unexplained: unexplainedSince,
        latest: now.venue.now.advanced(byMilliseconds: -margin), margin: margin,
        known: knownFills))
    readings[readingsStarted]?.historySince = historySince
    for (source, request) in requests {
      self.request(request, for: .reading(readingsStarted, source))
    }
  }

  /// Orders that are looked up in one request.
  private static let lookupBound = 20

  /// What happened to an order happened after this moment of the venue's clock.
  ///
  /// `sentAt` is our own wall clock's, which may be ahead of the venue's; the deadline is not.
  /// Nothing did before it was sent: the first reading of a life, begun before the venue's clock is
  /// known, would else ask for everything since 1970.
  func seenFrom(_ order: OrderRow) -> WallTime {
    let birth = birth(order)
    return max(birth, lastSeenOpen[order.id] ?? birth)
  }

  /// From here on the venue's records are asked for the end of an order.
  ///
  /// The reading that showed it last may have been behind, and then its end is older than that. One
  /// that is held has nothing to lose.
  func historyFrom(_ order: OrderRow) -> WallTime {
    let birth = birth(order)
    guard order.status != .held, let seen = lastSeenOpen[order.id] else { return birth }
    return max(birth, seen.advanced(byMilliseconds: -settings.contradictionMilliseconds))
  }

  /// Nothing of an order happened before this moment of the venue's clock.
  func birth(_ order: OrderRow) -> WallTime { min(order.sentAt, leftAt(order)) }

  /// What the venue's clock most likely said as the order was sent.
  func leftAt(_ order: OrderRow) -> WallTime {
    let lifetime =
      order.role == .entry
      ? settings.requestDeadlineMilliseconds : settings.stopDeadlineMilliseconds
    return order.placement.processBefore.advanced(byMilliseconds: -lifetime)
  }

  /// From here on it counts that an order is nowhere to be seen.
  ///
  /// A stop's absence counts sooner: the position is naked meanwhile, and a second stop that the
  /// first one's late arrival would make one too many only reduces, and is taken away.
  func settledAt(_ order: OrderRow) -> WallTime {
    settled(
      after: order.placement.processBefore, on: order.instrument,
      margin: order.role == .stop ? settings.stopMarginMilliseconds : nil)
  }

  /// When the absence of what is in doubt begins to count, if it did not count in `done`; nil when
  /// nothing waits for that, or the venue's clock is not known.
  private func nextSettled(_ done: VenueReading, _ now: RouterTime) -> MachineTime? {
    let doubts = book.liveOrders.compactMap { order -> WallTime? in
      if order.status == .unknown { return settledAt(order) }
      guard let change = order.change, change.isDoubtful else { return nil }
      return settled(after: change.processBefore, on: order.instrument)
    }
    guard now.venue.earliest.milliseconds > 0,
      let first = doubts.filter({ $0 >= done.begun }).min()
    else { return nil }
    let wait = first.milliseconds - now.venue.earliest.milliseconds + 1
    return now.machine.advanced(byMilliseconds: max(0, wait))
  }

  private mutating func finish(_ done: VenueReading, now: RouterTime) {
    readings[done.number] = nil
    let busy = book.intents.values.contains { !$0.state.isTerminal } || !book.liveOrders.isEmpty
    var pause = busy ? settings.pollMilliseconds : settings.idlePollMilliseconds
    // A reading that failed is begun again soon while a stop may depend on it.
    if !done.isComplete, isNaked(now) { pause = min(pause, settings.nakedPollMilliseconds) }
    let next = now.machine.advanced(byMilliseconds: pause)
    nextReading = [nextReading, nextSettled(done, now)].compactMap { $0 }.reduce(next, min)
    rememberFills(done)
    guard done.isComplete else {
      alert("venue unreadable: \(done.failures.joined(separator: "; "))")
      return
    }
    // One that was overtaken shows an older world.
    guard done.number > readingsCompleted else { return }
    readingsCompleted = done.number
    notice(done, now: now)
    settleOthers(done, now)
    for order in book.liveOrders where touched[order.id, default: 0] < done.number {
      resolve(order, by: done, now: now)
      resolveChange(order.id, by: done, now: now)
    }
    compare(done, now: now)
    followUnexplained(done)
    becomeReady(now)
    releaseEntries(done, now: now)
  }

  /// READY is when every instrument is classified; a difference that waits for its second look is
  /// not.
  private mutating func becomeReady(_ now: RouterTime) {
    guard phase == .reconciling, differences.isEmpty || readingsCompleted > 8 else { return }
    phase = .ready
    record(.state("ready"), now)
    effects.append(.ready)
  }
}
