import Domain
import OrderRouter
import SimulatedVenue

// The network between router and venue.
extension Simulator {
  /// What the router's door does with a request that leaves at `departure`.
  func send(_ request: VenueRequest, tag: UInt64, _ life: RouterLife, departure: Int64) {
    judge.sees(request, at: now)
    if !request.onlyReads { noteChange(request) }
    life.underWay[tag] = (request, departure)
    let fate = drawFate(request, departure)
    let sending = Sending(life: life.number, tag: tag, request: request, fate: fate)
    if let said = fate.said {
      let outcome: VenueOutcome =
        switch said.word {
        case .refused(let word): .refused(word: word)
        case .ambiguous(let why): .ambiguous(why: why)
        }
      queue.schedule(
        .report(life: life.number, tag: tag, outcome, stamp: nil), at: departure + said.after)
    }
    if let there = fate.there {
      queue.schedule(.arrival(sending, isRepeat: false), at: departure + there)
      if let again = fate.again {
        queue.schedule(.arrival(sending, isRepeat: true), at: departure + there + again)
      }
    }
    let longest = (fate.there ?? Self.requestTimeout) + (fate.back ?? Self.requestTimeout)
    if fate.said == nil, longest > Self.requestTimeout - 200 {
      queue.schedule(
        .report(life: life.number, tag: tag, .ambiguous(why: "timed out"), stamp: nil),
        at: departure + Self.requestTimeout)
    }
  }

  private func noteChange(_ request: VenueRequest) {
    lastChangeAt = now
    switch request {
    case .place: tally.orders += 1
    case .amend: tally.amendments += 1
    case .cancel: tally.cancels += 1
    default: break
    }
    if isWatchingIdle {
      judge.find("an idle restart sent \(Self.text(request))", at: now)
    }
  }

  private func drawFate(_ request: VenueRequest, _ departure: Int64) -> RequestFate {
    var fate = RequestFate(
      there: Int64(chance.whole(3...40)), back: Int64(chance.whole(3...40)))
    if departure < outageUntil {
      if chance.oneIn(2) {
        fate = RequestFate(said: (.refused("NOT_SENT: connection refused"), 2))
      } else {
        fate = RequestFate()
      }
      return fate
    }
    let kinds = FaultKind.ofRequests.filter(scenario.faults.contains)
    guard !isHealed, !kinds.isEmpty, chance.whole(0...999) < Int(scenario.requestFaults) else {
      return fate
    }
    let kind = kinds[chance.whole(0...kinds.count - 1)]
    apply(kind, to: &fate, request)
    count(kind)
    say("FAULT \(kind.rawValue) of \(Self.text(request))")
    return fate
  }

  private func apply(_ kind: FaultKind, to fate: inout RequestFate, _ request: VenueRequest) {
    var cost: Int64 = 2500
    let delay = Int64(chance.whole(200...6000))
    switch kind {
    case .requestLost:
      fate = RequestFate()
      cost = 4500
    case .answerLost:
      fate.back = nil
      cost = 4500
    case .requestLate:
      fate.there = delay
      cost = min(delay, 3000) + 2500
    case .answerLate:
      fate.back = delay
      cost = min(delay, 3000) + 2500
    case .requestRepeated:
      // A venue that takes the id of a finished order again executes a repetition: no client can
      // help that, and TLS lets none happen.
      guard request.onlyReads || scenario.policies.clientOrderID == .forever else { return }
      fate.again = Int64(chance.whole(1...3000))
    case .serverError: fate = RequestFate(said: (.ambiguous("HTTP 503"), 30))
    case .serverErrorDone: fate.said = (.ambiguous("HTTP 502"), 90)
    case .rateLimit: fate = RequestFate(said: (.refused("apiLimitExceeded"), 20))
    case .connectionRefused:
      fate = RequestFate(said: (.refused("NOT_SENT: connection refused"), 2))
    case .oddWord:
      fate = RequestFate(
        said: (request.onlyReads ? .refused("Unavailable") : .ambiguous("perhaps"), 30))
    default: break
    }
    judge.excuse(cost, at: now)
  }

  // MARK: - At the venue

  func arrive(_ sending: Sending, isRepeat: Bool) {
    if now < outageUntil {
      if !isRepeat { timeOut(sending) }
      return
    }
    advanceVenue()
    // What was refused is not tried again by a repetition: its nonce is spent.
    if isRepeat, case .place(let placement) = sending.request,
      desk.machine.book.order(named: placement.clientOrderID.text).map({ $0.status == .rejected })
        ?? true
    {
      return
    }
    let (reply, ticket) = desk.handle(sending.request, venueTime)
    observe()
    switch reply {
    case .held:
      heldFor[ticket] = sending
      scheduleVenue()
    case .now(let outcome): answer(sending, outcome)
    }
  }

  /// Nothing comes of it any more: the router hears so when its patience ends.
  private func timeOut(_ sending: Sending) {
    guard let sent = life?.underWay[sending.tag]?.at else { return }
    queue.schedule(
      .report(life: sending.life, tag: sending.tag, .ambiguous(why: "timed out"), stamp: nil),
      at: max(now, sent + Self.requestTimeout))
  }

  private func answer(_ sending: Sending, _ outcome: VenueOutcome) {
    var outcome = outcome
    if let stale, stale.request == sending.request, !isHealed { outcome = stale.outcome }
    if !sending.request.onlyReads {
      say("venue: \(Self.text(sending.request)) -> \(Self.text(outcome))")
    }
    guard sending.fate.said == nil, let back = sending.fate.back else { return }
    queue.schedule(
      .report(life: sending.life, tag: sending.tag, outcome, stamp: venueTime.wall),
      at: now + back)
  }

  func releaseHeld() {
    venueDueAt = nil
    advanceVenue()
    scheduleVenue()
  }

  private func advanceVenue() {
    for (ticket, outcome) in desk.advance(venueTime) {
      if let sending = heldFor.removeValue(forKey: ticket) { answer(sending, outcome) }
    }
    observe()
  }

  func scheduleVenue() {
    guard let due = desk.machine.nextDeadline else { return }
    let at = max(now, due.milliseconds - Self.epoch)
    if let known = venueDueAt, known <= at { return }
    venueDueAt = at
    queue.schedule(.venueDue, at: at)
  }

  /// Hands what the venue recorded to the judge, and fills to the account's stream.
  func observe() {
    let records = desk.takeRecords()
    guard !records.isEmpty else { return }
    judge.sees(
      records, desk.book, decisions: decisions,
      cooldown: scenario.settings.rearmCooldownMilliseconds, at: now)
    for record in records {
      mix(UInt64(bitPattern: record.number))
      switch record.change {
      case .fill(let fill, let settlement, _):
        tally.fills += 1
        say(
          "venue: fill \(fill.instrument) \(fill.side.rawValue) \(fill.quantity.lots) at "
            + "\(fill.price.ticks) of \(fill.clientOrderID?.prefix(13) ?? "stranger") -> "
            + "\(settlement.lotsAfter)")
        tell(VenueDesk.fill(fill))
      case .order(let order, let reason, _):
        say(
          "venue: order \(order.clientOrderID?.prefix(13) ?? "stranger") \(order.kind.rawValue) "
            + "\(order.instrument) \(order.quantity.lots) trigger \(order.trigger?.ticks ?? 0) "
            + "\(order.status.rawValue) \(reason?.rawValue ?? "")")
      default: break
      }
    }
  }

  private func tell(_ fill: Fill) {
    guard scenario.hasStream, let life, fill.clientOrderID != nil, now >= outageUntil else {
      return
    }
    var delay = Int64(chance.whole(2...60))
    if scenario.faults.contains(.streamDisorder), !isHealed, chance.oneIn(4) {
      count(.streamDisorder)
      if chance.oneIn(2) {
        queue.schedule(
          .hears(life: life.number, .stream(.disconnected(why: "lost"))), at: now + delay)
        return
      }
      delay = Int64(chance.whole(60...4000))
    }
    queue.schedule(.hears(life: life.number, .stream(.fill(fill))), at: now + delay)
  }

  /// The outcome of a request reaches the router, the first one of each tag.
  func report(_ number: Int, _ tag: UInt64, _ outcome: VenueOutcome, _ stamp: WallTime?) {
    guard let life, life.number == number, let sent = life.underWay.removeValue(forKey: tag)
    else { return }
    if let stamp {
      life.clock.hear(
        VenueClock.Reading(
          sent: MachineTime(nanoseconds: sent.at * 1_000_000), received: machineTime,
          stamp: stamp))
    }
    hear(life, .report(VenueReport(tag: tag, outcome: outcome, serverTime: stamp)))
  }
}
