import Domain
import Testing

@testable import SimulatedVenue

/// A venue with one account, whose clocks and prices the test moves.
struct VenueBench {
  static let wallStart: Int64 = 1_800_000_000_000

  var machine: VenueMachine
  let instruments: [Instrument]
  private var milliseconds: Int64 = 0
  /// Everything that was recorded, in order.
  private(set) var records: [BookRecord] = []
  private var edited: Set<VenueOrderID> = []

  /// 100,000 USD, PF_XBTUSD at 50,000 and PF_ETHUSD at 3,000.
  init(dollars: Int64 = 100_000, seed: UInt64 = 7) throws {
    instruments = [
      try MarketSample.instrument("PF_XBTUSD"), try MarketSample.instrument("PF_ETHUSD"),
    ]
    machine = VenueMachine(book: VenueBook(instruments: instruments), seed: seed)
    machine.open(balance: Money(micros: dollars * 1_000_000))
    walk([50_000])
    walk([30_000], of: "PF_ETHUSD")
    keep()
  }

  var now: VenueTime {
    VenueTime(
      wall: WallTime(milliseconds: Self.wallStart + milliseconds),
      market: MarketSample.time(0, milliseconds: milliseconds))
  }
  var book: VenueBook { machine.book }

  /// Position in lots.
  func position(_ symbol: String = "PF_XBTUSD") -> Int64 { book.position(MarketSample.id(symbol)) }

  private mutating func keep() { records += machine.takeRecords() }

  mutating func wait(_ time: Int64) { milliseconds += time }

  /// Moves the price in straight lines from tick to tick, one second each.
  mutating func walk(_ ticks: [Int64], of symbol: String = "PF_XBTUSD") {
    move(ticks, symbol, every: 1000)
  }

  /// Moves the price without anything between.
  mutating func jump(_ ticks: Int64, of symbol: String = "PF_XBTUSD") {
    if let still = machine.prices[MarketSample.id(symbol)] {
      move([still.ticks], symbol, every: 1)
    }
    move([ticks], symbol, every: 1)
  }

  private mutating func move(_ ticks: [Int64], _ symbol: String, every step: Int64) {
    for tick in ticks {
      milliseconds += step
      machine.move(
        MarketSample.id(symbol), along: [(now.market, Price(ticks: tick))], wall: now.wall)
    }
    keep()
  }

  @discardableResult
  mutating func place(
    _ side: Side, _ kind: VenueOrderKind, _ lots: Int64, limit: Int64? = nil,
    trigger: Int64? = nil, reduceOnly: Bool = false, id: String? = nil,
    symbol: String = "PF_XBTUSD", before: WallTime? = nil
  ) -> VenueResult {
    milliseconds += 1
    let result = machine.place(
      OrderRequest(
        clientOrderID: id, instrument: MarketSample.id(symbol), side: side, kind: kind,
        limit: limit.map(Price.init(ticks:)), trigger: trigger.map(Price.init(ticks:)),
        quantity: Quantity(lots: lots), reduceOnly: reduceOnly, processBefore: before), now: now)
    keep()
    return result
  }

  @discardableResult
  mutating func cancel(_ id: VenueOrderID?) -> VenueResult {
    milliseconds += 1
    let result = machine.cancel(id, now: now)
    keep()
    return result
  }

  @discardableResult
  mutating func edit(
    _ id: VenueOrderID?, lots: Int64? = nil, isRelative: Bool = false, limit: Int64? = nil,
    trigger: Int64? = nil
  ) -> VenueResult {
    milliseconds += 1
    if let id { edited.insert(id) }
    let result = machine.edit(
      id, quantity: lots.map(Quantity.init(lots:)), isRelative: isRelative,
      limit: limit.map(Price.init(ticks:)), trigger: trigger.map(Price.init(ticks:)), now: now)
    keep()
    return result
  }
}

extension VenueBench {
  /// Every law of the book that can be read from outside.
  func expectLaws(_ comment: Comment? = nil) {
    for id in instruments.map(\.id) {
      let sum = book.fills.filter { $0.instrument == id }
        .reduce(0) { $0 + $1.side.sign * $1.quantity.lots }
      #expect(sum == book.position(id), comment)
    }
    for order in book.orders.values {
      let fills = book.fills.filter { $0.order == order.id }
      #expect(fills.reduce(0) { $0 + $1.quantity.lots } == order.filled.lots, comment)
      #expect(order.filled <= order.quantity, comment)
      #expect((order.status == .open) == book.open.contains(order.id), comment)
      if order.status == .filled { #expect(order.filled == order.quantity, comment) }
      if order.status == .rejected { #expect(order.filled == .zero, comment) }
      // An edit may have set the limit after a fill.
      let isEdited = edited.contains(order.id)
      for fill in fills where order.limit != nil && !order.kind.isTrigger && !isEdited {
        let limit = order.limit ?? fill.price
        #expect(order.side == .buy ? fill.price <= limit : fill.price >= limit, comment)
      }
    }
    let taken = book.orders.values.filter { $0.status != .rejected }.compactMap(\.clientOrderID)
    #expect(Set(taken).count == taken.count, comment)
    #expect(Set(book.fills.map(\.id)).count == book.fills.count, comment)
    #expect(Set(book.received).count == book.orders.count, comment)
  }
}
