import Domain
import Ledger
import OrderRouter
import SimulatedVenue
import Wire

// The router's shell: one turn gathers what came, decides, commits, then acts; and may die at any
// point of it.
extension Simulator {
  func startRouter() {
    lives += 1
    var contents = disk.beginEpoch()
    if let database {
      let read = database.open(at: wall)
      read.objections.forEach { judge.find($0, at: now) }
      if let found = read.contents, RouterBook(found) != disk.book {
        judge.find("the ledger is not what was committed to it", at: now)
      }
      contents = read.contents ?? contents
    }
    if RouterBook(contents) != disk.book {
      judge.find("a book read anew is not the fold of its records", at: now)
    }
    let account =
      sabotage == .wrongHash ? AccountID(unchecked: "account-\(lives)") : Self.account
    let machine = RouterMachine(
      account: account, settings: scenario.settings, installation: disk.installation,
      book: RouterBook(contents))
    let life = RouterLife(number: lives, machine: machine, startedAt: now)
    self.life = life
    say("router: life \(lives) begins")
    let first = life.machine.step(.latch(latchFile), now: routerTime(life))
    act(first + life.machine.step(.started, now: routerTime(life)), life)
  }

  func hear(_ life: RouterLife, _ input: RouterLife.Input) {
    life.inputs.append(input)
    scheduleTurn(life, at: now)
  }

  func scheduleTurn(_ life: RouterLife, at: Int64) {
    let due = max(at, life.busyUntil, now)
    if let known = life.turnAt, known <= due { return }
    life.turnAt = due
    queue.schedule(.turn(life: life.number), at: due)
  }

  func turn(_ life: RouterLife) {
    life.turnAt = nil
    let time = routerTime(life)
    var effects: [RouterEffect] = []
    if latchFile != life.machine.latch {
      effects += life.machine.step(.latch(latchFile), now: time)
    }
    let inputs = life.inputs
    life.inputs = []
    let events = inputs.flatMap { take($0, life) }
    effects += life.machine.step(events + [.tick], now: time)
    act(effects, life)
  }

  private func take(_ input: RouterLife.Input, _ life: RouterLife) -> [RouterEvent] {
    switch input {
    case .report(let report):
      let known = disk.recall(life.machine.unexplained(in: report))
      return [.report(report, known: known)]
    case .stream(let event): return [.stream(event)]
    case .tickers(let tickers): return [.tickers(tickers)]
    case .command(let command): return [.command(0, command)]
    case .frame(let frame, let peer):
      return life.receiver.receive(frame, from: peer).flatMap { effect -> [RouterEvent] in
        switch effect {
        case .send(_, let frame):
          carry(frame, toRouter: false, departure: now)
          return []
        // This proposer hears of its orders by the books alone.
        case .greeted: return []
        case .deliver(let delivery): return offer(delivery, life)
        }
      }
    }
  }

  private func offer(_ delivery: LinkDelivery, _ life: RouterLife) -> [RouterEvent] {
    let intent: OrderIntent
    do {
      intent = try Codec.decodeIntent(delivery.payload)
    } catch {
      judge.find("an intent cannot be read: \(error)", at: now)
      return []
    }
    let number = life.nextOffer
    life.nextOffer += 1
    life.offers[number] = delivery.key
    var past = database?.past(of: intent.signal) ?? disk.past(of: intent.signal)
    if sabotage == .wrongHash { past.sameSignal = nil }
    return [.offer(number, intent, past: past, refusal: nil)]
  }

  // MARK: - Commit, then act

  private func act(_ effects: [RouterEffect], _ life: RouterLife) {
    mix(UInt64(effects.count))
    let records = effects.compactMap { effect -> LedgerRecord? in
      if case .record(let record) = effect { record } else { nil }
    }
    let crash = dueCrash(effects, life)
    if crash?.place == .beforeCommit, chance.oneIn(2) { return die(life, crash) }
    for case .request(let request, let tag) in effects where request.onlyReads {
      send(request, tag: tag, life, departure: now)
    }
    if crash?.place == .beforeCommit || crash?.place == .commitTorn { return die(life, crash) }
    var cost: Int64 = 0
    if !records.isEmpty {
      guard commit(records, life) else { return }
      cost = commitTime()
    }
    if crash?.place == .commitKept { return die(life, crash) }
    life.busyUntil = now + cost
    let others = effects.filter { effect in
      if case .request(let request, _) = effect { !request.onlyReads } else { true }
    }
    let most =
      crash?.place == .betweenEffects
      ? Int(Int64(others.count) * (crash?.depth ?? 0) / 1000) : others.count
    for effect in others.prefix(most) { perform(effect, life, at: now + cost) }
    if crash != nil || hasForgotten {
      hasForgotten = false
      return die(life, crash)
    }
    let wake = life.machine.wake(now: routerTime(life)).nanoseconds
    scheduleTurn(life, at: max(now + 1, (wake + 999_999) / 1_000_000))
  }

  /// False when the process ends over it.
  private func commit(_ records: [LedgerRecord], _ life: RouterLife) -> Bool {
    let failures = [FaultKind.commitLost, .commitResurrected].filter(scenario.faults.contains)
    let fails =
      !isHealed && !failures.isEmpty && chance.whole(0...9999) < Int(scenario.commitFaults)
    let failure = fails ? failures[chance.whole(0...failures.count - 1)] : nil
    commits += 1
    hasForgotten = sabotage == .forgetsCommits && !isHealed && commits % 20 == 0
    if failure != .commitLost, !hasForgotten {
      for record in records { note(record) }
      disk.commit(records, now: wall)
      if let objection = database?.commit(records, now: wall) { judge.find(objection, at: now) }
    }
    guard let failure else { return true }
    count(failure)
    die(life, nil)
    return false
  }

  private func commitTime() -> Int64 {
    guard scenario.faults.contains(.slowDisk), !isHealed, chance.oneIn(60) else { return 1 }
    count(.slowDisk)
    let cost = Int64(chance.whole(20...2000))
    judge.excuse(cost, at: now)
    return cost
  }

  private func perform(_ effect: RouterEffect, _ life: RouterLife, at departure: Int64) {
    switch effect {
    case .record, .ready, .answer: break
    case .request(let request, let tag): start(request, tag, life, departure)
    case .acknowledge(let offer, let verdict):
      guard let key = life.offers.removeValue(forKey: offer) else { return }
      note(verdict)
      for case .send(_, let frame) in life.receiver.acknowledge(key, verdict) {
        carry(frame, toRouter: false, departure: departure)
      }
    case .pressLatch(let why):
      tally.halts += 1
      // The end of the ladder, where the venue refuses to let a position go; a market that is
      // suspended is no reason.
      let refuses = scenario.faults.contains(.rateLimit)
      if !(refuses && why.contains("cannot be closed")) { judge.find("halted: \(why)", at: now) }
      latchFile = LatchView(scopes: [.everything], flattens: false, text: why)
    case .clearLatch(_, let acknowledged):
      if latchFile == acknowledged { latchFile = .clear }
    case .alert(let text): say("router: ALERT \(text)")
    }
  }

  /// The last look at the latch is here, as in the shell.
  private func start(
    _ request: VenueRequest, _ tag: UInt64, _ life: RouterLife, _ departure: Int64
  ) {
    say("router: sends \(Self.text(request))")
    if sabotage == .dropsStops, case .place(let stop) = request, case .stop = stop.type {
      life.underWay[tag] = (request, departure)
      return queue.schedule(
        .report(life: life.number, tag: tag, .ambiguous(why: "dropped"), stamp: nil),
        at: departure + 50)
    }
    if case .place(let placement) = request { judgeLocks(placement) }
    guard case .place(let placement) = request, placement.stopsForKill else {
      return send(request, tag: tag, life, departure: departure)
    }
    let strategy = life.machine.book.orders[placement.clientOrderID]
      .flatMap { life.machine.book.intents[$0.intent]?.entry?.signal.strategy }
    if life.machine.latch.covers(strategy, placement.instrument) {
      judge.find("sends \(Self.text(request)) after the latch was read as set", at: now)
    }
    guard latchFile.covers(strategy, placement.instrument) else {
      return send(request, tag: tag, life, departure: departure)
    }
    life.underWay[tag] = (request, departure)
    queue.schedule(
      .report(life: life.number, tag: tag, .refused(word: "NOT_SENT: latched"), stamp: nil),
      at: departure)
  }

  // MARK: - Death

  private func dueCrash(_ effects: [RouterEffect], _ life: RouterLife) -> CrashPlan? {
    guard !isHealed, nextCrash < scenario.crashes.count else { return nil }
    let plan = scenario.crashes[nextCrash]
    guard plan.at <= now, Self.isMoment(plan, effects, life, now) || now - plan.at > 6000 else {
      return nil
    }
    nextCrash += 1
    return plan
  }

  private static func isMoment(
    _ plan: CrashPlan, _ effects: [RouterEffect], _ life: RouterLife, _ now: Int64
  ) -> Bool {
    switch plan.moment {
    case .any: true
    case .starting: now - life.startedAt < 700
    case .placing: effects.contains { if case .request(.place, _) = $0 { true } else { false } }
    case .changing:
      effects.contains { effect in
        switch effect {
        case .request(.amend, _), .request(.cancel, _): true
        default: false
        }
      }
    case .acknowledging: effects.contains { if case .acknowledge = $0 { true } else { false } }
    case .counting: effects.contains { if case .record(.fill) = $0 { true } else { false } }
    }
  }

  /// SIGKILL: what it knew and what was on its way to it is gone; the next life begins soon.
  func die(_ life: RouterLife, _ plan: CrashPlan?) {
    let place = plan?.place.rawValue ?? "commit_failed"
    say("router: life \(life.number) dies at \(place)")
    tally.crashes += 1
    tally.crashes_by_place[place, default: 0] += 1
    tally.crashes_by_moment[plan?.moment.rawValue ?? "commit_failed", default: 0] += 1
    if !disk.book.liveOrders.isEmpty { tally.crashes_in_flight += 1 }
    let downtime = plan?.downtime ?? 300
    // The deadline has room for two deaths in a row, not for any number.
    if crashTimes.filter({ now - $0 < 8000 }).count >= 2 { judge.excuse(downtime + 2500, at: now) }
    crashTimes.append(now)
    database?.close()
    self.life = nil
    queue.schedule(.routerStart, at: now + downtime)
  }
}
