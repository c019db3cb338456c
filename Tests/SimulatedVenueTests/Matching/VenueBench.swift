import Domain
import Testing

@testable import SimulatedVenue

/// A venue with one account, whose clocks and prices the test moves.
///
/// It folds every record into a second book as it comes, as a later life of the venue would.
struct VenueBench {
  static let wallStart: Int64 = 1_800_000_000_000
  static let bitcoin = MarketSample.id("PF_XBTUSD")
  static let ether = MarketSample.id("PF_ETHUSD")

  var machine: VenueMachine
  let contracts: [VenueContract]
  private(set) var milliseconds: Int64 = 0
  /// Everything that was recorded, in order.
  private(set) var records: [BookRecord] = []
  /// The book that the records make.
  private(set) var folded: VenueBook
  private(set) var edited: Set<VenueOrderID> = []
  /// Answers to requests that were held, in order.
  private(set) var released: [ReleasedResult] = []

  /// PF_XBTUSD at 50,000 and PF_ETHUSD at 3,000; both begin at 50 times leverage.
  init(
    dollars: Int64 = 100_000, seed: UInt64 = 7, hold: Int64? = nil, isReversed: Bool = false
  ) throws {
    let contracts = [try Self.contract("PF_XBTUSD"), try Self.contract("PF_ETHUSD")]
    self.contracts = isReversed ? contracts.reversed() : contracts
    let book = VenueBook(contracts: self.contracts)
    folded = book
    machine = VenueMachine(book: book, seed: seed)
    machine.deposit(Money(micros: dollars * 1_000_000), now: now)
    walk([50_000])
    walk([30_000], of: Self.ether)
    if let hold { change { $0.holdMilliseconds = hold } }
    keep()
  }

  /// A listed contract with two margin tiers.
  static func contract(_ symbol: String) throws -> VenueContract {
    VenueContract(
      instrument: try MarketSample.instrument(symbol),
      marginLevels: [
        MarginLevel(from: .zero, initial: 20_000, maintenance: 10_000),
        MarginLevel(from: Money(micros: 2_000_000_000_000), initial: 40_000, maintenance: 20_000),
      ])
  }

  var now: VenueTime {
    VenueTime(
      wall: WallTime(milliseconds: Self.wallStart + milliseconds),
      market: MarketSample.time(0, milliseconds: milliseconds))
  }
  var book: VenueBook { machine.book }
  /// Every fill there was, in order.
  var fills: [VenueFill] {
    records.compactMap { if case .fill(let fill, _, _) = $0.change { fill } else { nil } }
  }
  /// Every payment without a trade, in order.
  var flows: [CashFlow] {
    records.compactMap { if case .cash(let flow) = $0.change { flow } else { nil } }
  }

  /// Position in lots.
  func position(_ id: InstrumentID = bitcoin) -> Int64 { book.position(id) }

  /// Why the order changed last.
  func lastReason(_ id: VenueOrderID?) -> OrderReason? {
    for record in records.reversed() {
      if case .order(let order, let reason, _) = record.change, order.id == id { return reason }
    }
    return nil
  }

  /// Takes over what the machine has recorded.
  mutating func keep() {
    for record in machine.takeRecords() {
      folded.apply(record)
      records.append(record)
    }
  }

  // MARK: - Time and prices

  mutating func wait(_ time: Int64) { milliseconds += time }

  /// Wall and market go on, and what is due is done.
  mutating func advance(_ time: Int64 = 0) {
    milliseconds += time
    released += machine.advance(now: now)
    keep()
  }

  /// Moves every price of a contract in straight lines from tick to tick.
  mutating func walk(_ ticks: [Int64], of id: InstrumentID = bitcoin, every step: Int64 = 1000) {
    for tick in ticks { move(last: tick, mark: tick, index: tick, of: id, in: step) }
  }

  /// Moves the price without anything between.
  mutating func jump(_ ticks: Int64, of id: InstrumentID = bitcoin) {
    move(last: ticks, mark: ticks, index: ticks, of: id, in: 1)
  }

  /// Moves the prices of a contract to this point; the ones that are not named stay.
  mutating func move(
    last: Int64? = nil, mark: Int64? = nil, index: Int64? = nil, of id: InstrumentID = bitcoin,
    in time: Int64 = 1000
  ) {
    // The market is where it was until the move begins.
    if let still = machine.markets[id],
      time == 1 || now.market.milliseconds - still.time.milliseconds > 100
    {
      machine.move(
        id,
        along: [
          MarketPoint(time: now.market, last: still.last, mark: still.mark, index: still.index)
        ], wall: now.wall)
    }
    milliseconds += time
    let still = machine.markets[id]
    func price(_ ticks: Int64?, _ old: Price?) -> Price {
      ticks.map(Price.init(ticks:)) ?? old ?? Price(ticks: 1)
    }
    let point = MarketPoint(
      time: now.market, last: price(last, still?.last), mark: price(mark, still?.mark),
      index: price(index, still?.index))
    machine.move(id, along: [point], wall: now.wall)
    keep()
  }

  // MARK: - Requests

  /// Asks for an order; nil when it is held.
  @discardableResult
  mutating func submit(_ request: OrderRequest, ticket: Int64 = 0) -> VenueResult? {
    milliseconds += 1
    let result = machine.place(request, ticket: ticket, now: now)
    keep()
    return result
  }

  /// Asks for an order that is answered at once.
  @discardableResult
  mutating func place(
    _ side: Side, _ kind: VenueOrderKind, _ lots: Int64, limit: Int64? = nil,
    trigger: Int64? = nil, reduceOnly: Bool = false, id: String? = nil,
    of instrument: InstrumentID = bitcoin, _ adjust: (inout OrderRequest) -> Void = { _ in }
  ) -> VenueResult {
    var request = OrderRequest(
      clientOrderID: id, instrument: instrument, side: side, kind: kind,
      limit: limit.map(Price.init(ticks:)), trigger: trigger.map(Price.init(ticks:)),
      quantity: Quantity(lots: lots), reduceOnly: reduceOnly)
    adjust(&request)
    return submit(request) ?? VenueResult(word: "held", order: nil)
  }

  @discardableResult
  mutating func cancel(_ name: OrderName?) -> VenueResult {
    milliseconds += 1
    let result = machine.cancel(name ?? .client("nothing"), now: now)
    keep()
    return result
  }

  @discardableResult
  mutating func cancel(_ id: VenueOrderID?) -> VenueResult { cancel(id.map(OrderName.venue)) }

  @discardableResult
  mutating func edit(
    _ id: VenueOrderID?, lots: Int64? = nil, isRelative: Bool = false, limit: Int64? = nil,
    trigger: Int64? = nil, trailing: PriceOffset? = nil, ticket: Int64 = 0
  ) -> VenueResult {
    milliseconds += 1
    if let id { edited.insert(id) }
    let request = EditRequest(
      order: id.map(OrderName.venue) ?? .client("nothing"),
      quantity: lots.map(Quantity.init(lots:)), isRelative: isRelative,
      limit: limit.map(Price.init(ticks:)), trigger: trigger.map(Price.init(ticks:)),
      trailing: trailing)
    let result = machine.edit(request, ticket: ticket, now: now)
    keep()
    return result ?? VenueResult(word: "held", order: nil)
  }

  // MARK: - Switches

  mutating func change(_ adjust: (inout VenuePolicies) -> Void) {
    var policies = book.policies
    adjust(&policies)
    machine.setPolicies(policies, now: now)
    keep()
  }

  mutating func prefer(_ adjust: (inout AccountPreferences) -> Void) {
    var preferences = book.preferences
    adjust(&preferences)
    machine.setPreferences(preferences, now: now)
    keep()
  }

  mutating func set(
    of id: InstrumentID = bitcoin, _ adjust: (inout MarketCondition) -> Void
  ) {
    var condition = book.conditions[id] ?? MarketCondition()
    adjust(&condition)
    machine.setCondition(id, condition, now: now)
    keep()
  }
}
