import Domain

/// What the router's numbered events say: intents, orders, fills, positions and the account.
///
/// Invariants: 1. Events are applied in the order of their numbers, each once. 2. Everything is
/// bounded; what falls out is the oldest that is over.
struct LedgerBook {
  struct IntentRecord {
    let hash: IntentHash
    let intent: Intent
    /// Of the signal of an entry.
    let signal: SignalID?
    let acceptedAt: Int64
    var fills = 0
  }

  struct OrderRecord {
    let id: ClientOrderID
    let intent: IntentHash
    let role: OrderRole
    let instrument: InstrumentID
    let firstAt: Int64
    var status: OrderStatus
    var cumulative: Quantity
    var text: String
    var changedAt: Int64
    /// Every status with its time, oldest first, at most 16.
    var history: [(status: OrderStatus, at: Int64)]
  }

  private static let mostIntents = 5000
  private static let mostOrders = 8000
  private static let mostFills = 5000

  /// Number of the last event that was applied.
  private(set) var last: Int64 = 0
  private(set) var intents: [IntentHash: IntentRecord] = [:]
  private var intentOrder = Ring<IntentHash>(capacity: mostIntents)
  private(set) var orders: [ClientOrderID: OrderRecord] = [:]
  private(set) var orderOrder = Ring<ClientOrderID>(capacity: mostOrders)
  private(set) var fills = Ring<Fill>(capacity: mostFills)
  private(set) var positions: [InstrumentID: Position] = [:]
  private(set) var account: AccountSnapshot?
  private(set) var routerStates = Ring<(at: Int64, text: String)>(capacity: 200)
  private(set) var counts = (orders: UInt64(0), fills: UInt64(0), exits: UInt64(0))

  /// Begins after an event that is not told; positions before it come from the router's answer.
  mutating func begin(after number: Int64) { last = max(last, number) }

  /// Whether the event was the next one.
  mutating func apply(_ event: LedgerEvent) -> Bool {
    guard event.number == last + 1 else { return false }
    last = event.number
    let at = event.time.milliseconds
    switch event.body {
    case .intentAccepted(let hash, let intent):
      keep(hash, .entry(intent), intent.signal.id, at)
    case .exitAccepted(let hash, let exit):
      keep(hash, .exit(exit), intents[exit.position]?.signal, at)
      counts.exits += 1
    case .adopted(let hash, let adoption): keep(hash, .adoption(adoption), nil, at)
    case .intentDenied: break
    case .execution(let report): record(report, at)
    case .fill(let fill):
      fills.append(fill)
      counts.fills += 1
      if let order = fill.clientOrderID.flatMap({ orders[$0] }) {
        intents[order.intent]?.fills += 1
      }
    case .position(let position): positions[position.instrument] = position
    case .account(let snapshot): account = snapshot
    case .tradeClosed, .risk: break
    case .state(let text): routerStates.append((at, text))
    }
    return true
  }

  private mutating func keep(
    _ hash: IntentHash, _ intent: Intent, _ signal: SignalID?, _ at: Int64
  ) {
    guard intents[hash] == nil else { return }
    intents[hash] = IntentRecord(hash: hash, intent: intent, signal: signal, acceptedAt: at)
    if let oldest = intentOrder.append(hash) { intents.removeValue(forKey: oldest) }
  }

  private mutating func record(_ report: ExecutionReport, _ at: Int64) {
    let id = report.clientOrderID
    if orders[id] == nil {
      orders[id] = OrderRecord(
        id: id, intent: report.intent, role: report.role, instrument: report.instrument,
        firstAt: at, status: report.status, cumulative: report.cumulativeQuantity,
        text: report.text, changedAt: at, history: [])
      counts.orders += 1
      if let oldest = orderOrder.append(id) { orders.removeValue(forKey: oldest) }
    }
    orders[id]?.status = report.status
    orders[id]?.cumulative = report.cumulativeQuantity
    orders[id]?.text = report.text
    orders[id]?.changedAt = at
    if let count = orders[id]?.history.count, count < 16 {
      orders[id]?.history.append((report.status, at))
    }
  }

  /// The intent to which an order belongs.
  func intent(of id: ClientOrderID?) -> IntentRecord? {
    id.flatMap { orders[$0] }.flatMap { intents[$0.intent] }
  }

  /// Everything that is known of the orders of these intents, in the order they began.
  func orders(of hashes: Set<IntentHash>) -> [OrderRecord] {
    orderOrder.all.compactMap { orders[$0] }.filter { hashes.contains($0.intent) }
  }

  /// The entry of a signal and the exits of its position.
  func hashes(of signal: SignalID) -> Set<IntentHash> {
    Set(intents.values.filter { $0.signal == signal }.map(\.hash))
  }

  var newestIntents: [IntentRecord] { intentOrder.newest(200).compactMap { intents[$0] } }
}
