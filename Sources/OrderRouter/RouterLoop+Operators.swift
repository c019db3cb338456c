import Daemon
import Domain
import Failpoint
import Ledger
import Wire

// What operators and other stages ask, and what the router says of itself.
extension RouterLoop {
  /// Some 40 kB and a few milliseconds.
  private static let eventsPerReplay = 250

  /// Returns whether the process has to end now.
  func serveHost(_ now: RouterTime) -> Bool {
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
    do {
      if query.verb == "copy" { return try startCopy(query) }
      if query.verb == "latch" { return query.answer(latchAnswer) }
      if let command = try RouterCommand(
        query.verb, try withOrder(query.verb, query.arguments), peer: query.peer)
      {
        commands[nextCommand] = query
        decide(.command(nextCommand, command), at: now)
        nextCommand += 1
      } else if let answer = try queries(now).answer(query.verb, query.arguments) {
        query.answer(answer)
      } else {
        query.refuse("\(query.verb): unknown; one of \(RouterQueries.verbs)")
      }
    } catch {
      query.refuse("\(query.verb): \(error)")
    }
  }

  private func queries(_ now: RouterTime) -> RouterQueries {
    meter.cover(uncovered: machine.uncoveredPositions, now: now.machine)
    return RouterQueries(
      machine: machine, ledger: ledger, counts: counts, meter: meter.fields(venue, now),
      wallNow: now.wall, venueNow: now.venue.now,
      protectionDeadlineMilliseconds:
        host.configuration.orderRouter.protectionDeadlineMilliseconds)
  }

  /// One listener's question in a turn, and not too much of an answer: heartbeats, stops and
  /// intents come before people who catch up.
  func serveReplay() {
    guard let request = replay.receive() else { return }
    guard case .replay(let from, let count) = request.question else {
      replay.reply(to: request, .refused("order-router answers replay only"))
      return
    }
    failpoint(.routerReplayBefore)
    do {
      let some = min(count, Self.eventsPerReplay)
      replay.reply(
        to: request,
        StreamReply(
          epoch: host.epoch, sequence: events.sequence, newestEvent: ledger.newestEvent,
          events: try ledger.events(from: from, count: some)))
    } catch {
      replay.reply(to: request, .refused("\(error)"))
    }
    failpoint(.routerReplayAfter)
  }

  func tellStatus(_ now: RouterTime) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    host.setStatus("phase", machine.phase.rawValue)
    host.setStatus("trading_state", machine.tradingState.rawValue)
    host.setStatus("latch", machine.latch.isActive ? machine.latch.text : "clear")
    host.setStatus("open_intents", "\(machine.book.open.count)")
    host.setStatus("intents", "\(counts.intents)")
    host.setStatus("orders", "\(counts.orders)")
    host.setStatus("fills", "\(counts.fills)")
    host.setStatus("events", "\(ledger.newestEvent)")
    host.setStatus("equity", machine.equity?.description ?? "unknown")
  }

  /// One line that says what this life begins with.
  func tellWhatWasLoaded(_ contents: LedgerContents) {
    host.log.info(
      "ledger loaded",
      [
        "epoch": "\(contents.epoch)", "installation": "\(contents.installation)",
        "intent_hashes": "\(contents.intentHashes)", "locks": "\(contents.locks.count)",
        "open_intents": "\(machine.book.open.count)",
        "held": "\(machine.book.liveOrders.count { $0.status == .held })",
        "frozen": "\(contents.frozen.count)",
      ])
  }
}

extension ControlQuery {
  /// The router's answer to a command.
  func answer(_ answer: CommandAnswer) {
    switch answer {
    case .done(let text): self.answer(RouterQueries.json(["done": text]) ?? "{}")
    case .refused(let why): refuse("\(verb): \(why)")
    }
  }
}

extension RouterCommand {
  /// The command of that name; nil for a name that is none.
  ///
  /// Throws what is wrong with its arguments.
  init?(_ verb: String, _ arguments: [String: String], peer: String) throws(Fatal) {
    func text(_ key: String) throws(Fatal) -> String {
      guard let text = arguments[key], (1...200).contains(text.utf8.count) else {
        throw Fatal(.misuse, "\(key) is missing or longer than 200 bytes")
      }
      return text
    }
    func order() throws(Fatal) -> ClientOrderID {
      guard let id = ClientOrderID(try text("order")) else {
        throw Fatal(.misuse, "order is not a client order id")
      }
      return id
    }
    switch verb {
    case "resolve":
      let venueID = arguments["placed"].flatMap { VenueOrderID($0) }
      guard (arguments["placed"] == nil) == (arguments["not_placed"] != nil),
        (arguments["placed"] == nil) == (venueID == nil)
      else { throw Fatal(.misuse, "either placed with the venue's order id, or not_placed") }
      self = .resolve(
        try order(), placedAs: venueID, by: try text("by"), reason: try text("reason"))
    case "pause": self = .pause(by: try text("by"), reason: try text("reason"))
    case "resume": self = .resume(by: try text("by"), reason: try text("reason"))
    case "flatten":
      let instrument = arguments["instrument"].flatMap { InstrumentID($0) }
      guard (instrument == nil) == (arguments["instrument"] == nil) else {
        throw Fatal(.misuse, "instrument is not a name of one")
      }
      self = .flatten(instrument, by: try text("by"), reason: try text("reason"))
    case "acknowledge":
      self = .acknowledge(by: try text("by"), reason: try text("reason"))
    case "cancel": self = .cancel(try order(), by: try text("by"))
    case "reconcile": self = .reconcile
    default:
      guard let command = try RouterCommand(risk: verb, arguments, peer: peer) else { return nil }
      self = command
    }
  }
}
