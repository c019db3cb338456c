import Domain
import Ledger

// Layer 4: a committed entry leaves when a complete reading of the venue, begun after its
// acceptance, shows nothing on its instrument, and while there is room for its stop; or it is
// withdrawn before its first byte.
extension RouterMachine {
  mutating func releaseEntries(_ done: VenueReading, now: RouterTime) {
    for id in withheld.keys.sorted() where withheld[id, default: .max] < done.number {
      guard let order = book.orders[id], let intent = book.intents[order.intent]?.entry else {
        fatalError("invariant broken: withheld order \(id) is in the book")
      }
      if let denial = objection(to: order, intent, done, now) {
        withdraw(order, denial, now)
      } else if lackOfRoom(now) == nil {
        invariant(
          book.locks[order.instrument] == order.intent, "an entry leaves under its symbol lock")
        if let denial = traffic.send(order.intent, order.placement.quantity) {
          withdraw(order, denial, now)
          // A count that does not add up means that something else sends: nothing more leaves.
          halt("entry \(id) is one too many: \(denial)", now)
          continue
        }
        withheld[id] = nil
        touch(id)
        request(.place(order.placement), for: .place(id))
      }
    }
  }

  private func objection(
    to order: OrderRow, _ intent: OrderIntent, _ done: VenueReading, _ now: RouterTime
  ) -> Denial? {
    let instrument = order.instrument
    let strange = strangeFills(done, on: instrument, since: order.sentAt)
    let asked: [Denial?] = [
      phase == .ready ? nil : Denial(.routerNotReady, "phase=\(phase.rawValue)"),
      Layers.venueCheck(
        instrument, openOrders: done.openOrders ?? [], positions: done.positions ?? [],
        strangeFills: strange),
      Layers.pyramiding(instrument, in: book, venue: nil),
      settings.needsMirror ? mirror.denial(instrument) : nil,
      tradingState == .active ? nil : Denial(.routerHalted, tradingState.rawValue),
      latch.covers(intent.signal.strategy, instrument) ? Denial(.killLatch, latch.text) : nil,
      recounted.contains(instrument)
        ? Denial(.instrumentFrozen, "the venue has changed its steps") : nil,
      now.venue.objection.map { Denial(.clockUntrusted, $0) },
      margins.denial(instrument, now: now.machine),
      lockDenial(intent.signal, isAccepted: true, now),
    ]
    return asked.compactMap { $0 }.first
  }

  /// Fills on the instrument from just before the acceptance on that are none of ours.
  private func strangeFills(
    _ done: VenueReading, on instrument: InstrumentID, since: WallTime
  ) -> Int {
    let from = since.advanced(byMilliseconds: -settings.requestDeadlineMilliseconds)
    return done.fills.count { fill in
      fill.instrument == instrument && fill.time > from && !book.executions.contains(fill.id)
    }
  }

  mutating func withdraw(_ order: OrderRow, _ denial: Denial, _ now: RouterTime) {
    invariant(
      withheld.removeValue(forKey: order.id) != nil && order.status == .sending,
      "only an order of which no byte left is withdrawn")
    traffic.withdraw(order.intent)
    record(.orderDenied(order.id, denial), now)
  }

  /// A withheld entry whose time is over, or whose kill has come, never leaves.
  mutating func expireWithheld(_ now: RouterTime) {
    guard latch.isActive || now.venue.now >= withheldUntil else { return }
    defer {
      let deadlines = withheld.keys.compactMap { book.orders[$0]?.placement.processBefore }
      withheldUntil = deadlines.min() ?? WallTime(milliseconds: .max)
    }
    for id in withheld.keys.sorted() {
      guard let order = book.orders[id] else { continue }
      let strategy = book.intents[order.intent]?.entry?.signal.strategy
      if latch.covers(strategy, order.instrument) {
        withdraw(order, Denial(.killLatch, latch.text), now)
      } else if now.venue.now >= order.placement.processBefore {
        withdraw(order, lateness(of: id, now), now)
      }
    }
  }

  /// Why it has not left in its time.
  private func lateness(of id: ClientOrderID, _ now: RouterTime) -> Denial {
    guard withheld[id, default: .max] < readingsCompleted, let lack = lackOfRoom(now) else {
      return Denial(.venueUnreadable, "no complete reading of the venue in time")
    }
    return lack
  }
}
