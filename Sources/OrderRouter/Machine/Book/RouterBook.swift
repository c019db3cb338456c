package import Domain
package import Ledger

/// What the router knows of what is not over, as a fold over its ledger records; never a second
/// list that can drift.
///
/// Invariants:
/// 1. `apply` has the same meaning as the ledger's write of the same record: a book that applied a
///    ledger's records equals the book read from that ledger.
/// 2. Orders move only as `OrderLife` allows.
/// 3. An intent that is closed leaves memory with its orders: memory is bounded by what is open.
package struct RouterBook: Equatable, Sendable {
  package private(set) var intents: [IntentHash: IntentRow] = [:]
  package private(set) var orders: [ClientOrderID: OrderRow] = [:]
  package private(set) var positions: [InstrumentID: PositionRow] = [:]
  package private(set) var locks: [InstrumentID: IntentHash] = [:]
  package private(set) var frozen: [InstrumentID: String] = [:]
  package private(set) var executions: RecentExecutions
  package private(set) var properties: [String: String] = [:]
  package private(set) var risk = RiskBook()
  private(set) var retired = RetiredIntents()
  private(set) var agenda = BookAgenda()

  // Derived from the above, so that no question walks over everything.
  private(set) var intentOfSignal: [SignalID: IntentHash] = [:]
  private(set) var ordersOfIntent: [IntentHash: [ClientOrderID]] = [:]
  private(set) var intentsOn: [InstrumentID: [IntentHash]] = [:]

  package init(_ contents: LedgerContents) {
    executions = RecentExecutions(contents.executions)
    for row in contents.intents { add(row) }
    for row in contents.orders { add(row) }
    for row in contents.positions { add(row) }
    locks = contents.locks
    frozen = contents.frozen
    properties = contents.properties
    risk = contents.risk
  }

  /// Moves the book on by one record that was, or is about to be, committed at `now`.
  package mutating func apply(_ record: LedgerRecord, now: WallTime) {
    switch record {
    case .intentAccepted(let row):
      add(row)
      if let entry = row.entry {
        locks[row.instrument] = row.hash
        risk.accepted(entry.signal.strategy, at: row.acceptedAt)
      }
    case .intentState(let hash, let state): setState(state, of: hash)
    case .intentClosed(let hash): close(hash, now: now)
    case .orderSending(let row):
      add(row)
      followEntry(row)
    case .orderDenied(let id, let denial): deny(id, denial, now: now)
    case .orderStatus(let id, let status, let venueOrderID, let text):
      update(id) { row in
        row.status = status
        row.venueOrderID = venueOrderID ?? row.venueOrderID
        row.text = text
      }
    case .changeSending(let id, let change):
      update(id) { row in
        invariant(row.change == nil, "order \(id) has one change at a time")
        row.change = change
      }
    case .changeDoubtful(let id): update(id) { $0.change?.isDoubtful = true }
    case .changeEnded(let id, let taken): update(id) { $0.endChange(taken: taken) }
    case .fill(let fill, let id):
      invariant(executions.insert(fill.id), "fill \(fill.id) is counted once")
      update(id) { row in row.filled = row.filled + fill.quantity }
    case .position(let row): add(row)
    case .frozen(let instrument, let why): frozen[instrument] = why
    case .property(let key, let value): properties[key] = value
    case .tradeClosed(let trade): risk.apply(trade)
    case .risk(let change): risk.apply(change)
    case .intentDenied, .adjustment, .account, .state, .resolution: break
    }
  }

  private mutating func add(_ row: IntentRow) {
    intents[row.hash] = row
    intentOfSignal[row.name] = row.hash
    intentsOn[row.instrument, default: []].append(row.hash)
    agenda.file(row)
  }

  private mutating func setState(_ state: IntentState, of hash: IntentHash) {
    intents[hash]?.state = state
    if let row = intents[hash] { agenda.file(row) }
  }

  private mutating func add(_ row: OrderRow) {
    orders[row.id] = row
    ordersOfIntent[row.intent, default: []].append(row.id)
    agenda.file(row)
  }

  private mutating func add(_ row: PositionRow) {
    positions[row.instrument] = row
    agenda.file(row)
  }

  private mutating func close(_ hash: IntentHash, now: WallTime) {
    guard let row = intents.removeValue(forKey: hash) else {
      fatalError("invariant broken: intent \(hash) is open when it is closed")
    }
    let traded = orders(of: hash, role: .entry).contains { $0.filled > .zero }
    retired.insert(row, traded: traded, closedAt: now)
    agenda.remove(hash)
    intentOfSignal[row.name] = nil
    intentsOn[row.instrument]?.removeAll { $0 == hash }
    if intentsOn[row.instrument]?.isEmpty == true { intentsOn[row.instrument] = nil }
    for id in ordersOfIntent.removeValue(forKey: hash) ?? [] {
      let order = orders.removeValue(forKey: id)
      invariant(order?.status.isTerminal == true, "order \(id) is over when its intent is closed")
    }
  }

  /// A denied entry ends its intent; any other order just ends.
  private mutating func deny(_ id: ClientOrderID, _ denial: Denial, now: WallTime) {
    update(id) { row in
      row.status = .denied
      row.text = denial.description
    }
    guard let row = orders[id], row.role == .entry else { return }
    intents[row.intent]?.denial = denial
    close(row.intent, now: now)
  }

  private mutating func update(_ id: ClientOrderID, _ change: (inout OrderRow) -> Void) {
    guard var row = orders[id] else { fatalError("invariant broken: order \(id) is in the book") }
    let before = row.status
    change(&row)
    invariant(
      OrderLife.allows(before, row.status),
      "order \(id) goes from \(before.rawValue) to \(row.status.rawValue)")
    if row.status.isTerminal { row.change = nil }
    orders[id] = row
    agenda.file(row)
    followEntry(row)
  }

  /// An intent's state is that of its entry; a terminal entry gives the symbol lock back.
  private mutating func followEntry(_ row: OrderRow) {
    guard row.role == .entry else { return }
    setState(IntentState(entry: row.status), of: row.intent)
    if row.status.isTerminal, locks[row.instrument] == row.intent { locks[row.instrument] = nil }
  }
}

extension OrderRow {
  fileprivate mutating func endChange(taken: Bool) {
    if taken, case .amend(let quantity, let trigger) = change?.what {
      placement = placement.with(quantity: quantity, trigger: trigger)
    }
    change = nil
  }
}

extension OrderPlacement {
  /// The same order with another total quantity, and another trigger if one is given.
  func with(quantity: Quantity, trigger: Price?) -> OrderPlacement {
    var type = type
    if let trigger {
      switch type {
      case .stop: type = .stop(trigger: trigger)
      case .takeProfit: type = .takeProfit(trigger: trigger)
      case .immediateOrCancel, .limit, .postOnly, .market: break
      }
    }
    return OrderPlacement(
      clientOrderID: clientOrderID, instrument: instrument, side: side, quantity: quantity,
      type: type, reduceOnly: reduceOnly, processBefore: processBefore)
  }
}
