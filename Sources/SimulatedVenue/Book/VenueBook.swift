package import Domain

/// The venue's book: open orders, the newest finished ones, positions and money.
///
/// Invariants:
/// 1. A fold: the same records in the same order give the same book, in this life or another;
///    records are numbered from 1 without a gap.
/// 2. A client order id that was taken is never forgotten.
/// 3. The signed sum of a contract's fills is its position; an order fills at most its quantity.
/// 4. What it holds has a bound, whatever was traded (client order ids apart, 16 bytes each):
///    everything ever is in the records, which the shell keeps.
package struct VenueBook: Hashable, Sendable {
  package static let mostFills = 100
  /// Repeats and exposures that are listed; their number goes on being counted.
  package static let mostFindings = 1000
  /// Milliseconds; shorter ones are how a stop is placed after a fill.
  static let shortestExposure: Int64 = 1000

  package let contracts: [InstrumentID: VenueContract]
  package private(set) var recordCount: Int64 = 0
  package private(set) var orders: [VenueOrderID: VenueOrder] = [:]
  /// The newest order of each client order id in `orders`.
  private var named: [String: VenueOrderID] = [:]
  private var reserved = ReservedIDs()
  private var finished = FinishedOrders()
  package private(set) var lanes: [InstrumentID: InstrumentBook] = [:]
  package private(set) var openCount = 0
  /// Contracts in which there is a position, by name.
  package private(set) var held: [InstrumentID] = []
  /// Number of the newest order received.
  package private(set) var lastOrderNumber: Int64 = 0
  package private(set) var fillCount: Int64 = 0
  /// The newest `mostFills`, oldest first.
  package private(set) var fills: [VenueFill] = []
  /// Client order ids that came again, in order: each was an attempt at a second order.
  package private(set) var repeats: [Repeat] = []
  /// Times of at least `shortestExposure` in which a position was without its full stop.
  package private(set) var exposures: [Exposure] = []
  package private(set) var findingCount: Int64 = 0
  package private(set) var startBalance = Money.zero
  /// Of USD, the only currency that is settled.
  package private(set) var balance = Money.zero
  /// Other currencies, in millionths of a unit.
  package private(set) var collateral: [CollateralCurrency: Int64] = [:]
  package private(set) var deadMan: WallTime?
  package private(set) var policies = VenuePolicies()
  package private(set) var preferences = AccountPreferences()
  package private(set) var conditions: [InstrumentID: MarketCondition] = [:]
  package private(set) var lastMarketTime: MarketTime?
  /// Wall time of the newest record.
  package private(set) var lastWallTime: WallTime?

  package init(contracts: [VenueContract]) {
    self.contracts = Dictionary(contracts.map { ($0.instrument.id, $0) }) { first, _ in first }
  }

  /// Moves the book on by one record.
  package mutating func apply(_ record: BookRecord) {
    invariant(
      record.number == recordCount + 1, "record \(record.number) follows record \(recordCount)")
    recordCount = record.number
    lastWallTime = max(lastWallTime ?? record.wall, record.wall)
    lastMarketTime = max(lastMarketTime ?? record.market, record.market)
    switch record.change {
    case .deposit(let money, let before):
      invariant(before == balance, "record \(record.number) adds to the balance there is")
      startBalance = startBalance + money
      balance = balance + money
    case .collateral(let deposit):
      startBalance = startBalance + deposit.value
      collateral[deposit.currency, default: 0] += deposit.quantity
    case .order(let order, _, _):
      put(order)
      judgeCover(of: order.instrument, at: record.wall)
    case .fill(let fill, let settlement, let order):
      add(fill, settlement, record)
      put(order)
      judgeCover(of: fill.instrument, at: record.wall)
    case .cash(let flow):
      balance = balance + flow.amount
      // As what came in does: what was earned is the difference to what was given.
      if flow.kind == .withdrawal { startBalance = startBalance + flow.amount }
      if flow.kind == .funding, let id = flow.instrument {
        lanes[id, default: InstrumentBook()].fundedUntil = record.market
      }
    case .trailed(let id, let trigger): trail(id, trigger)
    case .repeated(let client):
      find { $0.repeats.append(Repeat(clientOrderID: client, time: record.wall)) }
    case .reopened:
      for id in lanes.keys where lanes[id]?.uncoveredSince != nil {
        lanes[id]?.uncoveredSince = record.wall
      }
    case .deadMan(let time): deadMan = time
    case .policies(let new): policies = new
    case .preferences(let new): preferences = new
    case .condition(let id, let condition): conditions[id] = condition
    }
  }

  // MARK: - Orders

  /// Enters the order or its new form.
  private mutating func put(_ order: VenueOrder) {
    let old = orders[order.id]
    invariant(order.filled <= order.quantity, "order \(order.id) fills at most its quantity")
    invariant(old == nil || old?.status == .open, "order \(order.id) does not change once it ended")
    lastOrderNumber = max(lastOrderNumber, order.number)
    orders[order.id] = order
    if let client = order.clientOrderID {
      if order.status != .rejected { reserved.insert(client) }
      // A refused repetition does not hide the order that has the name.
      if order.status != .rejected || named[client] == nil { named[client] = order.id }
    }
    if order.status == .open {
      lanes[order.instrument, default: InstrumentBook()].place(order, over: old)
      if old == nil { openCount += 1 }
    } else {
      if let old {
        lanes[order.instrument]?.remove(old)
        openCount -= 1
      }
      if let oldest = finished.insert(order.id) { forget(oldest) }
    }
  }

  private mutating func trail(_ id: VenueOrderID, _ trigger: Price) {
    guard let old = orders[id], old.status == .open else { return }
    var order = old
    order.trigger = trigger
    orders[id] = order
    lanes[order.instrument]?.place(order, over: old)
  }

  private mutating func forget(_ id: VenueOrderID) {
    guard let order = orders.removeValue(forKey: id) else { return }
    if let client = order.clientOrderID, named[client] == id { named[client] = nil }
  }

  // MARK: - Fills

  private mutating func add(_ fill: VenueFill, _ settlement: Settlement, _ record: BookRecord) {
    var lane = lanes[fill.instrument] ?? InstrumentBook()
    let expected = settle(fill, lane)
    invariant(
      expected == settlement, "fill \(fill.id) settles as it was recorded: \(expected)")
    lane.signedLots = settlement.lotsAfter
    lane.cost = settlement.costAfter
    lane.filledAt = fill.time
    lane.fundedUntil = record.market
    lanes[fill.instrument] = lane
    hold(fill.instrument, settlement.lotsAfter != 0)
    balance = settlement.balanceAfter
    fillCount += 1
    if fills.count == Self.mostFills { fills.removeFirst() }
    fills.append(fill)
  }

  private mutating func hold(_ id: InstrumentID, _ isHeld: Bool) {
    let index = held.firstIndex { $0 >= id } ?? held.endIndex
    let isKnown = index < held.endIndex && held[index] == id
    if isHeld && !isKnown { held.insert(id, at: index) }
    if !isHeld && isKnown { held.remove(at: index) }
  }

  /// What the fill does to an account that stands as this one does.
  private func settle(_ fill: VenueFill, _ lane: InstrumentBook) -> Settlement {
    let signed = fill.side.sign * fill.quantity.lots
    let before = lane.signedLots
    var cost = lane.cost
    let closing = before.signum() == -signed.signum() ? min(abs(before), abs(signed)) : 0
    var earned = Money.zero
    if closing > 0 {
      let share = Rounding.nearest.divide(
        Int128(cost.micros) * Int128(closing), by: Int128(abs(before)))
      let spent = Money(micros: Int64(share))
      let proceeds = value(fill.instrument, fill.price, closing)
      earned = before > 0 ? proceeds - spent : spent - proceeds
      cost = cost - spent
    }
    let opening = abs(signed) - closing
    if opening > 0 { cost = cost + value(fill.instrument, fill.price, opening) }
    return Settlement(
      lotsBefore: before, lotsAfter: before + signed, realised: earned, balanceBefore: balance,
      balanceAfter: balance + earned - fill.fee, costBefore: lane.cost, costAfter: cost)
  }

  /// What `fill` would do to the account as it stands.
  package func settlement(of fill: VenueFill) -> Settlement {
    settle(fill, lanes[fill.instrument] ?? InstrumentBook())
  }

  // MARK: - Cover

  private mutating func judgeCover(of instrument: InstrumentID, at time: WallTime) {
    guard var lane = lanes[instrument] else { return }
    let isCovered = stopCover(instrument).lots >= abs(lane.signedLots)
    if isCovered, let since = lane.uncoveredSince,
      time.milliseconds - since.milliseconds >= Self.shortestExposure
    {
      find {
        $0.exposures.append(Exposure(instrument: instrument, since: since, until: time))
      }
    }
    lane.uncoveredSince = isCovered ? nil : lane.uncoveredSince ?? time
    lanes[instrument] = lane
  }

  private mutating func find(_ append: (inout VenueBook) -> Void) {
    findingCount += 1
    if repeats.count + exposures.count < Self.mostFindings { append(&self) }
  }
}

// MARK: - Names

extension VenueBook {
  /// The order a client gave this id, as far back as it is remembered.
  package func order(named client: String) -> VenueOrder? {
    named[client].flatMap { orders[$0] }
  }

  /// Whether an order with this client order id would be a second one.
  package func isTaken(_ client: String) -> Bool {
    switch policies.clientOrderID {
    case .forever: reserved.contains(client)
    case .open: order(named: client)?.status == .open
    }
  }

  /// Orders that are over, newest first, as far back as they are remembered.
  package var finishedOrders: some Sequence<VenueOrder> {
    finished.newestFirst.lazy.compactMap { orders[$0] }
  }
}
