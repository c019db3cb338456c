package import Domain
package import Ledger

/// What the router knows, as a fold over its ledger records; never a second list that can drift.
///
/// Invariants:
/// 1. `apply` has the same meaning as the ledger's write of the same record: a book that applied a
///    ledger's records equals the book read from that ledger.
/// 2. Orders, intents and fills are only ever added; their states only move on.
package struct RouterBook: Equatable, Sendable {
  package private(set) var intents: [IntentHash: IntentRow] = [:]
  package private(set) var orders: [ClientOrderID: OrderRow] = [:]
  package private(set) var positions: [InstrumentID: PositionRow] = [:]
  package private(set) var locks: [InstrumentID: IntentHash] = [:]
  package private(set) var executions: Set<ExecutionID> = []

  // Derived from the above, so that no question walks over what is long over.
  private var intentOfSignal: [SignalID: IntentHash] = [:]
  private var ordersOfIntent: [IntentHash: [ClientOrderID]] = [:]
  private var openIntents: Set<IntentHash> = []
  private var intentsOfSetup: [SetupKey: [IntentHash]] = [:]

  package init(_ contents: LedgerContents) {
    for row in contents.intents { add(row) }
    for row in contents.orders { add(row) }
    for row in contents.positions { positions[row.position.instrument] = row }
    locks = contents.locks
    executions = contents.executions
  }

  /// Moves the book on by one record that was, or is about to be, committed at `now`.
  package mutating func apply(_ record: LedgerRecord, now: WallTime) {
    switch record {
    case .intentAccepted(let row):
      add(row)
      locks[row.intent.signal.instrument] = row.hash
    case .intentDenied(let hash, _, let denial): deny(hash, denial, now: now)
    case .intentClosed(let hash):
      intents[hash]?.closedAt = now
      openIntents.remove(hash)
    case .orderSending(let row):
      add(row)
      followEntry(row)
    case .orderStatus(let id, let status, let venueOrderID, let text):
      update(id) { row in
        row.status = status
        row.venueOrderID = venueOrderID ?? row.venueOrderID
        row.text = text
      }
    case .orderAmended(let id, let total):
      update(id) { row in row.placement = row.placement.with(quantity: total) }
    case .fill(let fill, let id):
      invariant(executions.insert(fill.id).inserted, "fill \(fill.id) is counted once")
      update(id) { row in row.filled = row.filled + fill.quantity }
    case .position(let row): positions[row.position.instrument] = row
    case .account, .state: break
    }
  }

  private mutating func add(_ row: IntentRow) {
    let signal = row.intent.signal
    intents[row.hash] = row
    intentOfSignal[signal.id] = row.hash
    intentsOfSetup[SetupKey(signal), default: []].append(row.hash)
    if row.closedAt == nil { openIntents.insert(row.hash) }
  }

  private mutating func add(_ row: OrderRow) {
    orders[row.id] = row
    ordersOfIntent[row.intent, default: []].append(row.id)
  }

  private mutating func deny(_ hash: IntentHash, _ denial: Denial, now: WallTime) {
    guard var row = intents[hash], row.state == .accepted else { return }
    row.state = .denied
    row.denial = denial
    row.closedAt = now
    intents[hash] = row
    openIntents.remove(hash)
    locks[row.intent.signal.instrument] = nil
  }

  private mutating func update(_ id: ClientOrderID, _ change: (inout OrderRow) -> Void) {
    guard var row = orders[id] else { fatalError("invariant broken: order \(id) is in the book") }
    let before = row.status
    change(&row)
    invariant(
      !before.isTerminal || row.status == before,
      "order \(id) is \(before.rawValue) and stays so, not \(row.status.rawValue)")
    orders[id] = row
    followEntry(row)
  }

  /// An intent's state is that of its entry; a terminal entry gives the symbol lock back.
  private mutating func followEntry(_ row: OrderRow) {
    guard row.role == .entry else { return }
    intents[row.intent]?.state = IntentState(entry: row.status)
    let instrument = row.placement.instrument
    if row.status.isTerminal, locks[instrument] == row.intent { locks[instrument] = nil }
  }
}

// MARK: - Questions

extension RouterBook {
  package func intent(of signal: SignalID) -> IntentRow? {
    intentOfSignal[signal].flatMap { intents[$0] }
  }

  /// Intents of which something may still be at the venue, oldest first.
  package var open: [IntentRow] {
    openIntents.compactMap { intents[$0] }.sorted {
      ($0.acceptedAt, $0.hash) < ($1.acceptedAt, $1.hash)
    }
  }

  package func orders(of intent: IntentHash, role: OrderRole? = nil) -> [OrderRow] {
    (ordersOfIntent[intent] ?? []).compactMap { orders[$0] }.filter {
      role == nil || $0.role == role
    }
  }

  /// Orders that are or may be alive at the venue, in a fixed order.
  package var liveOrders: [OrderRow] {
    open.flatMap { orders(of: $0.hash) }.filter { !$0.status.isTerminal }
  }

  package func liveOrders(on instrument: InstrumentID) -> [OrderRow] {
    liveOrders.filter { $0.placement.instrument == instrument }
  }

  package func position(_ instrument: InstrumentID) -> Position {
    positions[instrument]?.position ?? Position(instrument: instrument, signedLots: 0)
  }

  /// How many positions of this setup have been closed for at least `cooldown` milliseconds.
  package func rearmGeneration(_ signal: Signal, now: WallTime, cooldown: Int64) -> Int {
    (intentsOfSetup[SetupKey(signal)] ?? []).count { hash in
      guard let closedAt = intents[hash]?.closedAt else { return false }
      let traded = orders(of: hash, role: .entry).contains { $0.filled > .zero }
      return traded && closedAt.advanced(byMilliseconds: cooldown) <= now
    }
  }
}

/// What a re-arm generation counts: the setup without the generation.
private struct SetupKey: Hashable, Sendable {
  let instrument: InstrumentID
  let strategy: StrategyID
  let direction: Direction
  let setup: SetupID

  init(_ signal: Signal) {
    instrument = signal.instrument
    strategy = signal.strategy
    direction = signal.direction
    setup = signal.setup
  }
}

extension OrderPlacement {
  /// The same order with another total quantity.
  func with(quantity: Quantity) -> OrderPlacement {
    OrderPlacement(
      clientOrderID: clientOrderID, instrument: instrument, side: side, quantity: quantity,
      type: type, reduceOnly: reduceOnly, processBefore: processBefore)
  }
}
