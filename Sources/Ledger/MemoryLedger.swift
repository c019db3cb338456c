package import Domain

/// The ledger without its file: the same laws, the same numbered events, the same hash chain.
///
/// For worlds that end with their process, such as a backtest. Nothing survives it, so it must
/// never stand where an order can reach a real venue.
///
/// Invariants:
/// 1. What `Ledger` refuses as a broken law is refused here: hashes, signals, order ids, order
///    names and execution ids are unique for ever, one entry, one exit and one of each protection
///    is alive per instrument, an order ends once, an entry fills at most its quantity.
/// 2. The same records at the same times give the events and the hashes that a new `Ledger` would.
package struct MemoryLedger: Sendable {
  /// The name under which an order is one of its kind.
  private struct Place: Hashable {
    let instrument: InstrumentID
    let role: OrderRole
    let rung: Int
    init(_ row: OrderRow) {
      instrument = row.instrument
      role = row.role
      // The law on entries knows no rungs.
      rung = row.role == .entry ? 0 : row.rung
    }
  }

  package let account: AccountID
  package let installation: InstallationMark
  private var chain = EventChain()
  private var intents: [IntentHash: IntentRow] = [:]
  private var hashOfSignal: [SignalID: IntentHash] = [:]
  private var setups: [SetupKey: [PastIntent]] = [:]
  /// Orders of intents that are not closed.
  private var orders: [ClientOrderID: OrderRow] = [:]
  private var ordersOfIntent: [IntentHash: [ClientOrderID]] = [:]
  private var orderIDs: Set<ClientOrderID> = []
  private var executions: Set<ExecutionID> = []
  private var live: [Place: ClientOrderID] = [:]
  private var openExits: [InstrumentID: IntentHash] = [:]

  package init(account: AccountID, installation: InstallationMark) {
    self.account = account
    self.installation = installation
  }

  /// Number of the newest event; 0 when there is none.
  package var newestEvent: Int64 { chain.number }
  /// Hash of the newest event; 32 zero bytes when there is none.
  package var chainHash: [UInt8] { chain.hash }
  package var counts: (intents: Int, orders: Int, fills: Int) {
    (intents.count, orderIDs.count, executions.count)
  }

  /// Takes `records` in order and returns the events they became.
  package mutating func commit(
    _ records: [LedgerRecord], now: WallTime
  ) throws(LedgerError) -> [LedgerEvent] {
    var events: [LedgerEvent] = []
    events.reserveCapacity(records.count)
    for record in records {
      try write(record, now)
      do {
        let body = try LedgerEvent.Body(record) { try report($0) }
        guard let body else { continue }
        let (type, text) = EventText.encode(body)
        chain.append(type: type, text: text, milliseconds: now.milliseconds)
        events.append(LedgerEvent(number: chain.number, time: now, body: body))
        if case .orderDenied(let id, _) = record { forget(denied: id) }
      } catch let error as LedgerError {
        throw error
      } catch {
        throw .lawBroken("\(error)")
      }
    }
    return events
  }

  private func report(_ id: ClientOrderID) throws(LedgerError) -> ExecutionReport {
    guard let order = orders[id], let intent = intents[order.intent] else {
      throw .lawBroken("no order \(id)")
    }
    return ExecutionReport(
      intent: order.intent, signal: intent.name, clientOrderID: id, role: order.role,
      instrument: order.instrument, status: order.status, cumulativeQuantity: order.filled,
      text: order.text)
  }

  // MARK: - Laws

  private mutating func write(_ record: LedgerRecord, _ now: WallTime) throws(LedgerError) {
    switch record {
    case .intentAccepted(let row): try insert(row)
    case .intentState(let hash, let state):
      guard intents[hash] != nil else { throw .lawBroken("no intent \(hash)") }
      intents[hash]?.state = state
    case .intentClosed(let hash): try close(hash, now)
    case .orderSending(let row): try insert(row)
    case .orderDenied(let id, let denial): try deny(id, denial, now)
    case .orderStatus(let id, let status, let venueOrderID, let text):
      try update(id) { row in
        row.status = status
        row.venueOrderID = venueOrderID ?? row.venueOrderID
        row.text = text
      }
    case .changeSending(let id, let change): try update(id) { $0.change = change }
    case .changeDoubtful(let id): try update(id) { $0.change?.isDoubtful = true }
    case .changeEnded(let id, let taken):
      try update(id) { row in
        if taken, case .amend(let quantity, _) = row.change?.what {
          row.placement = row.placement.resized(quantity)
        }
        row.change = nil
      }
    case .fill(let fill, let id):
      guard executions.insert(fill.id).inserted else {
        throw .lawBroken("fill \(fill.id) was counted before")
      }
      try update(id) { $0.filled = $0.filled + fill.quantity }
    case .position(let row):
      guard intents[row.intent] != nil, row.stop.ticks > 0, row.openedLots >= 0, row.exits >= 0
      else { throw .lawBroken("position on \(row.instrument) has no owner or no stop") }
    case .adjustment(let one):
      guard one.from != one.to else { throw .lawBroken("\(one.instrument): no adjustment") }
    case .intentDenied, .frozen, .account, .tradeClosed, .risk, .state, .resolution, .property:
      break
    }
  }

  private mutating func insert(_ row: IntentRow) throws(LedgerError) {
    guard intents[row.hash] == nil, hashOfSignal[row.name] == nil else {
      throw .lawBroken("intent \(row.hash) of \(row.name) was accepted before")
    }
    if case .exit = row.intent {
      guard openExits.updateValue(row.hash, forKey: row.instrument) == nil else {
        throw .lawBroken("two exits are open on \(row.instrument)")
      }
    }
    intents[row.hash] = row
    hashOfSignal[row.name] = row.hash
  }

  private mutating func insert(_ row: OrderRow) throws(LedgerError) {
    let siblings = ordersOfIntent[row.intent] ?? []
    let isTaken = siblings.contains { id in
      guard let other = orders[id] else { return false }
      return other.role == row.role && other.rung == row.rung && other.attempt == row.attempt
    }
    let place = Place(row)
    guard intents[row.intent] != nil, !isTaken, orderIDs.insert(row.id).inserted,
      row.placement.quantity > .zero, row.placement.reduceOnly == (row.role != .entry),
      live[place] == nil
    else { throw .lawBroken("order \(row.id): \(row.role.rawValue) \(row.rung)/\(row.attempt)") }
    live[place] = row.id
    orders[row.id] = row
    ordersOfIntent[row.intent, default: []].append(row.id)
    followEntry(row)
  }

  private mutating func update(
    _ id: ClientOrderID, _ change: (inout OrderRow) -> Void
  ) throws(LedgerError) {
    guard var row = orders[id] else { throw .lawBroken("no order \(id)") }
    let before = row.status
    change(&row)
    guard !before.isTerminal || row.status == before else {
      throw .lawBroken("order \(id) ended as \(before.rawValue)")
    }
    guard row.role != .entry || row.filled <= row.placement.quantity else {
      throw .lawBroken("entry \(id) fills more than its quantity")
    }
    if row.status.isTerminal {
      row.change = nil
      if live[Place(row)] == id { live[Place(row)] = nil }
    }
    orders[id] = row
    followEntry(row)
  }

  private mutating func deny(
    _ id: ClientOrderID, _ denial: Denial, _ now: WallTime
  ) throws(LedgerError) {
    try update(id) { row in
      row.status = .denied
      row.text = denial.description
    }
    guard let row = orders[id], row.role == .entry else { return }
    intents[row.intent]?.denial = denial
    retire(row.intent, now)
  }

  /// A withdrawn entry leaves with its intent.
  private mutating func forget(denied id: ClientOrderID) {
    guard let row = orders[id], row.role == .entry else { return }
    for order in ordersOfIntent.removeValue(forKey: row.intent) ?? [] { orders[order] = nil }
  }

  private mutating func close(_ hash: IntentHash, _ now: WallTime) throws(LedgerError) {
    guard intents[hash]?.closedAt == nil, intents[hash] != nil else {
      throw .lawBroken("intent \(hash) is closed already")
    }
    retire(hash, now)
    for id in ordersOfIntent.removeValue(forKey: hash) ?? [] { orders[id] = nil }
  }

  private mutating func retire(_ hash: IntentHash, _ now: WallTime) {
    guard var row = intents[hash] else { return }
    row.closedAt = now
    intents[hash] = row
    if openExits[row.instrument] == hash { openExits[row.instrument] = nil }
    guard let signal = row.entry?.signal else { return }
    let traded = (ordersOfIntent[hash] ?? []).contains { id in
      orders[id].map { $0.role == .entry && $0.filled > .zero } ?? false
    }
    setups[SetupKey(signal), default: []].append(
      PastIntent(
        hash: hash, generation: row.rearmGeneration, closedAt: now, state: row.state,
        traded: traded))
  }

  private mutating func followEntry(_ row: OrderRow) {
    if row.role == .entry { intents[row.intent]?.state = IntentState(entry: row.status) }
  }
}

// MARK: - Questions

extension MemoryLedger {
  /// What a router that begins with it reads: nothing.
  package var contents: LedgerContents { LedgerContents(installation: installation, epoch: 1) }

  /// What was ever decided about this signal and its setup.
  package func past(of signal: Signal) -> SetupPast {
    SetupPast(
      sameSignal: hashOfSignal[signal.id].flatMap { intents[$0] },
      closed: setups[SetupKey(signal)] ?? [])
  }

  /// Those of `names` that this ledger holds.
  package func recall(_ names: Unexplained) -> Recalled {
    Recalled(
      executions: Set(names.executions.filter(executions.contains)),
      orders: Set(names.orders.filter(orderIDs.contains)))
  }

  /// The intent of that hash, as it stands.
  package func intent(of hash: IntentHash) -> IntentRow? { intents[hash] }
}

extension OrderPlacement {
  fileprivate func resized(_ quantity: Quantity) -> OrderPlacement {
    OrderPlacement(
      clientOrderID: clientOrderID, instrument: instrument, side: side, quantity: quantity,
      type: type, reduceOnly: reduceOnly, processBefore: processBefore)
  }
}
