import Domain
import Ledger

// What a complete reading proves about the orders that are or may be alive.
extension RouterMachine {
  /// Positions, others' orders, and orders that should not be.
  mutating func notice(_ done: VenueReading, now: RouterTime) {
    venuePositions = Dictionary((done.positions ?? []).map { ($0.instrument, $0) }) { one, _ in one
    }
    foreignStops = [:]
    foreignOrders = [:]
    drifted = [:]
    for instrument in book.instruments.union(venuePositions.keys) {
      let flat = venuePositions[instrument]?.isFlat ?? true
      flatReadings[instrument] = flat ? flatReadings[instrument, default: 0] + 1 : 0
    }
    forgetZombies(but: done.openOrders ?? [])
    for order in done.openOrders ?? [] {
      if let id = order.clientOrderID, let row = book.orders[id] {
        if !row.status.isTerminal { lastSeenOpen[id] = done.begun }
        if row.status.isTerminal { bury(row, now) }
        noticeDrift(row, order, done)
      } else if let id = order.clientOrderID, done.endedOrders.contains(id) {
        suspect(id, "order \(id) rests, and its intent is closed", now)
      } else if let id = order.clientOrderID, id.isMarked(by: installation) {
        halt("open order \(id), which this ledger never sent: a second router?", now)
      } else {
        foreignOrders[order.instrument, default: 0] += 1
        let exitSide = venuePositions[order.instrument]?.direction?.exitSide
        if order.isStop, order.reduceOnly, order.side == exitSide {
          foreignStops[order.instrument, default: 0] += order.unfilled.lots
        }
      }
    }
  }

  private mutating func noticeDrift(_ row: OrderRow, _ shown: OpenOrder, _ done: VenueReading) {
    guard touched[row.id, default: 0] < done.number, !recounted.contains(row.instrument)
    else { return }
    if let drift = StopDrift(of: row, shown: shown) {
      drifted[row.id] = drift
      alert("stop \(row.id) rests otherwise than the ledger has it (\(drift)); it is put right")
    } else {
      mendings[row.id] = nil
    }
  }

  mutating func resolve(_ order: OrderRow, by done: VenueReading, now: RouterTime) {
    guard order.status != .sending else { return }
    let settled = settledAt(order)
    let report = done.orderStatus?.first { $0.clientOrderID == order.id }
    if case .unrecognised(let word)? = report?.status {
      alert("the venue calls order \(order.id) \(word), which nobody here knows: it may be alive")
    }
    let evidence = OrderResolution.Evidence(
      open: done.openOrders?.first { $0.clientOrderID == order.id },
      report: report,
      lookupRead: done.orderStatus != nil,
      history: done.history.map { $0.filter { $0.clientOrderID == order.id } }
        ?? heardHistory(of: order),
      fillsReachBack: done.fillsReachBack,
      positionsAgree: isExplained(order.instrument),
      begun: done.begun, settledAt: settled,
      heldAt: isNewlyUnseen(order, now)
        ? WallTime(milliseconds: .max)
        : settled.advanced(byMilliseconds: settings.contradictionMilliseconds))
    conclude(order, OrderResolution.resolve(order, evidence), now: now)
  }

  /// Whether an order that rested is in doubt for less than a reading can be behind, however long
  /// ago its deadline was.
  private func isNewlyUnseen(_ order: OrderRow, _ now: RouterTime) -> Bool {
    unseenSince[order.id].map { since in
      now.machine.milliseconds(since: since) < settings.contradictionMilliseconds
    } ?? false
  }

  /// What the newest history that was read says of an order, if it had settled by then and nothing
  /// was seen or done of it since: what can no longer happen to it is in there.
  func heardHistory(of order: OrderRow) -> [OrderHistoryEvent]? {
    guard let last = lastHistory, let since = last.historySince else { return nil }
    guard last.begun > settledAt(order), last.begun > seenFrom(order), since <= historyFrom(order),
      touched[order.id, default: 0] < last.number
    else { return nil }
    return last.history?.filter { $0.clientOrderID == order.id }
  }

  private mutating func conclude(
    _ order: OrderRow, _ resolution: OrderResolution, now: RouterTime
  ) {
    func set(_ status: OrderStatus, _ venueID: VenueOrderID? = nil, _ text: String = "") {
      guard status != order.status else { return }
      record(.orderStatus(order.id, status, venueID, text: String(text.prefix(256))), now)
    }
    switch resolution {
    case .stays: break
    case .working(let venueID): set(.working, venueID)
    case .filled: set(.filled)
    case .cancelled(let text): set(.cancelled, nil, text)
    case .rejected(let word):
      set(.rejected, nil, word)
      if order.role == .entry { countRejection(word, now) }
    case .notPlaced: set(.notPlaced, nil, "shown by status, orders, fills, history, position")
    case .vanished:
      set(.unknown, nil, "no longer among the open orders")
      wantReading(now)
    case .held(let why):
      set(.held, nil, why)
      alert("order \(order.id) is held: \(why); an operator has to resolve it")
    }
  }

  /// A cancel or an amendment in doubt: what the resting order shows once its deadline is over.
  mutating func resolveChange(_ id: ClientOrderID, by done: VenueReading, now: RouterTime) {
    guard let order = book.orders[id], order.status == .working, let change = order.change,
      change.isDoubtful, let open = done.openOrders?.first(where: { $0.clientOrderID == id })
    else { return }
    let isSettled =
      done.begun > settled(after: change.processBefore, on: order.instrument)
    switch change.what {
    case .cancel:
      if isSettled { record(.changeEnded(id, taken: false), now) }
    case .amend(let quantity, let trigger):
      // The venue may leave the amount out of trigger orders that nothing has touched: then it is
      // asked for once more, as totals may be, and the answer tells.
      guard open.unfilled > .zero else {
        guard isSettled else { return }
        record(.changeEnded(id, taken: false), now)
        if let again = book.orders[id], !book.position(order.instrument).isFlat {
          sendAmendment(again, quantity: quantity, trigger: trigger, now)
        }
        return
      }
      let total = open.unfilled + open.filled
      let moved = trigger == nil || open.trigger == trigger
      if total == quantity, moved {
        record(.changeEnded(id, taken: true), now)
      } else if isSettled {
        // It can arrive no more; how the order rests instead is put right like any other drift.
        record(.changeEnded(id, taken: false), now)
      }
    }
  }
}
