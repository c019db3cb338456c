import Daemon
import Domain
import Exchange
import Ledger
import Wire

/// The shell around `RouterMachine`: reads sockets and the venue, commits, then acts.
///
/// Invariants:
/// 1. All records of a turn are durable before anything else the turn decided is performed: no byte
///    leaves and nothing is acknowledged from an uncommitted state.
/// 2. A failed commit ends the process: whether it became durable is read by the next life.
final class RouterLoop {
  /// How long a drain waits for answers that are under way; what is left is looked up after the
  /// next start.
  private static let drainLimitMilliseconds: Int64 = 4000

  private let host: StageHost
  private let context: ZMQContext
  private let poller = Poller()
  private let intents: LinkServer
  private let events: Publisher
  private let replay: RequestServer
  private let venue: KrakenFutures
  private let ledger: Ledger
  private var machine: RouterMachine
  private var offers: [UInt64: LinkDelivery.Key] = [:]
  private var nextOffer: UInt64 = 1
  private var effects: [RouterEffect] = []
  private var draining: MachineTime?
  private var nextStatus = MachineTime(nanoseconds: 0)

  init(_ host: StageHost) throws {
    self.host = host
    let state = try host.options.requireStateDirectory()
    let run = try RunDirectory(host.options.requireRunDirectory())
    let account = AccountID(unchecked: host.options.account)
    ledger = try Self.openLedger(
      "\(state)/ledger.sqlite", account: account, profile: host.options.profile.rawValue,
      settings: LedgerSettings(host.configuration.ledger))
    let contents = try ledger.beginEpoch()
    machine = RouterMachine(
      account: account, settings: RouterSettings(host.configuration.orderRouter),
      contents: contents)
    host.log.info(
      "ledger loaded",
      [
        "epoch": "\(contents.epoch)", "installation": "\(contents.installation)",
        "intent_hashes": "\(contents.intents.count)", "locks": "\(contents.locks.count)",
        "open_intents": "\(machine.book.open.count)",
        "held": "\(machine.book.liveOrders.count { $0.status == .held })",
      ])
    context = try ZMQContext()
    intents = try LinkServer(
      context: context, endpoint: run.intents, epoch: host.epoch, token: host.token,
      build: host.build)
    events = try Publisher(
      context: context, endpoint: run.events, source: host.stage, epoch: host.epoch)
    replay = try RequestServer(context: context, endpoint: run.replay)
    venue = try KrakenFutures(
      host: host, credentialsPath: host.options.secretFile ?? "\(state)/venue-credentials")
    try host.openControlSocket()
  }

  private static func openLedger(
    _ path: String, account: AccountID, profile: String, settings: LedgerSettings
  ) throws(Fatal) -> Ledger {
    do {
      return try Ledger(
        path: path, account: account, profile: profile,
        now: WallTime(milliseconds: Clock.wallMilliseconds()), settings: settings)
    } catch {
      let code: ExitCode =
        switch error {
        case .owned: .tryAgain
        case .foreign, .newerSchema: .badConfiguration
        case .outcomeUnknown, .lawBroken, .unusable: .internalError
        }
      throw Fatal(code, "unable to open ledger: \(error)")
    }
  }

  func run() throws {
    decide(.started, at: clock())
    while true {
      let before = clock()
      let until = min(
        machine.wake(now: before), MachineTime(nanoseconds: host.deadline), nextStatus,
        venue.deadline ?? before.machine.advanced(byMilliseconds: 1000))
      // While it drains no intent is read, so none may wake the loop either.
      let open = draining == nil ? [intents.handle] : []
      let ready = try poller.wait(
        sockets: open + [replay.handle, events.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) } + venue.descriptors,
        until: effects.isEmpty ? until : before.machine, now: before.machine)
      let now = clock()
      if serveHost(now) { return }
      takeIntents(now)
      for report in venue.advance(ready: ready.descriptors, now: now.machine) {
        decide(.report(report), at: now)
      }
      decide(.tick, at: now)
      try commitThenAct(now)
      serveReplay()
      events.service()
      tellStatus(now)
    }
  }

  private func clock() -> RouterTime {
    RouterTime(
      wall: WallTime(milliseconds: Clock.wallMilliseconds()),
      machine: MachineTime(nanoseconds: Clock.machineNanoseconds()))
  }

  private func decide(_ event: RouterEvent, at now: RouterTime) {
    effects += machine.step(event, now: now)
  }

  private func takeIntents(_ now: RouterTime) {
    guard draining == nil else { return }
    for delivery in intents.service(now: now.machine) {
      do {
        let intent = try Codec.decodeIntent(delivery.payload)
        offers[nextOffer] = delivery.key
        decide(.offer(nextOffer, intent), at: now)
        nextOffer += 1
      } catch {
        host.log.warning("intent refused", ["reason": "\(error)"])
        intents.acknowledge(delivery.key, .denied([Denial(.malformed, "\(error)")]))
      }
    }
  }

  private func commitThenAct(_ now: RouterTime) throws(Fatal) {
    let decided = effects
    effects = []
    let records = decided.compactMap { effect -> LedgerRecord? in
      if case .record(let record) = effect { record } else { nil }
    }
    do {
      for event in try ledger.commit(records, now: now.wall) {
        events.publish(.event(event))
      }
    } catch {
      throw Fatal(
        .internalError,
        "unable to commit \(records.count) records: \(error): the next start reads what is there")
    }
    for effect in decided { perform(effect) }
  }

  private func perform(_ effect: RouterEffect) {
    switch effect {
    case .record(let record): log(record)
    case .request(let request, let tag): venue.start(request, tag: tag)
    case .acknowledge(let offer, let verdict):
      if let key = offers.removeValue(forKey: offer) { intents.acknowledge(key, verdict) }
    case .ready: host.ready()
    case .alert(let text): host.log.error("alert", ["text": text])
    }
  }

  private func log(_ record: LedgerRecord) {
    switch record {
    case .intentAccepted(let row):
      host.log.info(
        "intent accepted", ["intent": "\(row.hash)", "signal": "\(row.intent.signal.id)"])
    case .intentDenied(_, let signal, let denial):
      host.log.info("intent denied", ["signal": "\(signal)", "denial": "\(denial)"])
    case .orderSending(let row):
      host.log.info(
        "order sent",
        [
          "id": "\(row.id)", "role": row.role.rawValue,
          "instrument": "\(row.placement.instrument)",
        ])
    case .orderStatus(let id, let status, _, let text):
      host.log.info("order", ["id": "\(id)", "status": status.rawValue, "text": text])
    case .fill(let fill, let id):
      host.log.info(
        "fill", ["id": "\(fill.id)", "order": "\(id)", "lots": "\(fill.quantity.lots)"])
    case .state(let text): host.log.notice("state", ["text": text])
    case .intentClosed, .orderAmended, .position, .account: break
    }
  }

  private func serveReplay() {
    while let request = replay.receive() {
      guard case .replay(let from, let count) = request.question else {
        replay.reply(to: request, .refused("order-router answers replay only"))
        continue
      }
      do {
        replay.reply(
          to: request,
          StreamReply(
            epoch: host.epoch, sequence: events.sequence, newestEvent: ledger.newestEvent,
            events: try ledger.events(from: from, count: count)))
      } catch {
        replay.reply(to: request, .refused("\(error)"))
      }
    }
  }
}

// MARK: - Operators

extension RouterLoop {
  /// Returns whether the process has to end now.
  private func serveHost(_ now: RouterTime) -> Bool {
    for command in host.service(now: now.machine.nanoseconds) {
      switch command {
      case .stop: return true
      case .drain:
        host.log.info("draining", ["in_flight": "\(machine.ordersInFlight)"])
        draining = draining ?? now.machine.advanced(byMilliseconds: Self.drainLimitMilliseconds)
      case .query(let query): answer(query, now)
      }
    }
    guard let draining else { return false }
    return machine.ordersInFlight == 0 || draining <= now.machine
  }

  private func answer(_ query: ControlQuery, _ now: RouterTime) {
    let queries = RouterQueries(
      machine: machine, venueNow: now.wall,
      protectionDeadlineMilliseconds:
        host.configuration.orderRouter.protectionDeadlineMilliseconds)
    do {
      let answer =
        switch query.verb {
        case "events": try queries.events(of: ledger, query.arguments)
        case "fills": try queries.fills(of: ledger)
        default: queries.answer(query.verb)
        }
      if let answer {
        query.answer(answer)
      } else {
        query.refuse("\(query.verb): unknown; one of intents orders positions fills events status")
      }
    } catch {
      query.refuse("\(query.verb): \(error)")
    }
  }

  private func tellStatus(_ now: RouterTime) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    host.setStatus("phase", machine.phase.rawValue)
    host.setStatus("trading_state", machine.tradingState.rawValue)
    host.setStatus("open_intents", "\(machine.book.open.count)")
    host.setStatus("intents", "\(machine.book.intents.count)")
    host.setStatus("orders", "\(machine.book.orders.count)")
    host.setStatus("fills", "\(machine.book.executions.count)")
    host.setStatus("events", "\(ledger.newestEvent)")
    host.setStatus("equity", machine.equity?.description ?? "unknown")
  }
}
