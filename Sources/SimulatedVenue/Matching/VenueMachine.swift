package import Domain

/// The matching engine: takes orders, moves prices, fills, and says what was recorded.
///
/// Invariants:
/// 1. Everything it does is a record that was applied to its book; `takeRecords` hands them over
///    and the shell writes them before any answer leaves.
/// 2. A reduce-only order never enlarges or reverses a position: a surplus is cut.
/// 3. The same seed, contracts, records, prices and requests give the same records, byte for byte.
/// 4. Only a request that is held in the gateway is outside the book; there are at most
///    `mostHeld` of them, and each is answered once.
package struct VenueMachine: Sendable {
  package private(set) var book: VenueBook
  /// Where each contract's market is.
  package internal(set) var markets: [InstrumentID: MarketPoint] = [:]
  /// Relative funding rate of the current hour, in 10⁻¹²; positive when longs pay.
  package private(set) var fundingRates: [InstrumentID: Int64] = [:]
  var taken: [InstrumentID: TakenDepth] = [:]
  /// The orders of others where they are known.
  var offers: [InstrumentID: MarketOffers] = [:]
  /// Contracts whose prices are not those of now.
  var halted: Set<InstrumentID> = []
  var held: [HeldRequest] = []
  var rough = RoughMargin()
  /// Number of the newest order received, held ones included.
  var lastNumber: Int64 = 0
  private let seed: UInt64
  private var records: [BookRecord] = []

  package static let longestClientOrderID = 100
  package static let mostOpenOrders = 500
  package static let mostHeld = 250
  /// Seconds; what the venue's unsigned number of 32 bits can say.
  package static let longestDeadMan = Int64(UInt32.max)

  package init(book: VenueBook, seed: UInt64) {
    self.book = book
    self.seed = seed
    lastNumber = book.lastOrderNumber
  }

  /// The records since the last call, in order.
  package mutating func takeRecords() -> [BookRecord] {
    defer { records = [] }
    return records
  }

  mutating func record(_ change: BookChange, _ now: VenueTime) {
    let record = BookRecord(
      number: book.recordCount + 1, wall: now.wall, market: now.market, change: change)
    book.apply(record)
    records.append(record)
  }

  // MARK: - The venue's own doings

  /// Gives money to the account.
  package mutating func deposit(_ money: Money, now: VenueTime) {
    record(.deposit(money, balanceBefore: book.balance), now)
  }

  /// Takes money out; the record of it, or nil when that much is not free.
  package mutating func withdraw(_ money: Money, now: VenueTime) -> BookRecord? {
    guard money > .zero, money <= min(availableMargin, book.balance) else { return nil }
    let flow = CashFlow(
      kind: .withdrawal, instrument: nil, amount: .zero - money, balanceBefore: book.balance)
    record(.cash(flow), now)
    return records.last
  }

  /// Goes on with a book that an earlier life of the venue has written.
  package mutating func reopen(now: VenueTime) { record(.reopened, now) }

  package mutating func setPolicies(_ policies: VenuePolicies, now: VenueTime) {
    if policies != book.policies { record(.policies(policies), now) }
  }

  package mutating func setCondition(
    _ id: InstrumentID, _ condition: MarketCondition, now: VenueTime
  ) {
    record(.condition(id, condition), now)
  }

  package mutating func setPreferences(_ preferences: AccountPreferences, now: VenueTime) {
    record(.preferences(preferences), now)
  }

  /// The rate that holds from now on; what was due at the old one has been paid when this returns.
  package mutating func setFundingRate(_ id: InstrumentID, _ rate: Int64, now: VenueTime) {
    guard fundingRates[id] != rate else { return }
    // Without a rate yet, in a new life, the time since the last payment is due at this one.
    if fundingRates[id] != nil { settleFunding(id, isFinal: true, now) }
    fundingRates[id] = rate
  }

  // MARK: - Money

  /// What the account is worth.
  package var equity: Money { collateral.reduce(settled) { $0 + $1.value } }

  /// What of that counts as margin.
  package var marginEquity: Money { collateral.reduce(settled) { $0 + $1.margin } }

  private var settled: Money {
    book.positions.reduce(book.balance) { sum, entry in
      sum + unrealised(entry.id) + unrealisedFunding(entry.id)
    }
  }

  /// What margin may be taken from: what counts as margin less what its orders and positions bind.
  package var availableMargin: Money {
    book.lanes.keys.reduce(marginEquity) { sum, id in
      guard let mark = markets[id]?.mark else { return sum }
      return sum - book.initialMarginWithOrders(id, at: mark)
    }
  }

  package var maintenanceMargin: Money {
    book.positions.reduce(.zero) { sum, entry in
      guard let mark = markets[entry.id]?.mark else { return sum }
      return sum
        + book.maintenanceMargin(entry.id, lots: abs(entry.lane.signedLots), at: mark)
    }
  }

  package func unrealised(_ id: InstrumentID) -> Money {
    markets[id].map { book.unrealised(id, at: $0.mark) } ?? .zero
  }

  // MARK: - Depth

  /// The market's side of the book, without the account's own orders.
  package func depth(_ id: InstrumentID) -> Depth? {
    guard let contract = book.contracts[id], let point = markets[id] else { return nil }
    let gone = taken[id]?.lots(at: point) ?? LotsBySide()
    return Depth(
      instrument: contract.instrument, last: point.last, taken: gone, known: offers[id])
  }

  /// The book as the public sees it: the market's offers and the account's resting orders; price,
  /// best first, and quantity.
  package func levels(_ id: InstrumentID, _ side: Side) -> [(price: Price, quantity: Quantity)] {
    guard let depth = depth(id) else { return [] }
    var lots: [Price: Int64] = [:]
    for (price, quantity) in depth.shown(to: side.opposite) {
      lots[price, default: 0] += quantity.lots
    }
    for order in book.openOrders(of: id) where order.side == side && !order.isWaiting {
      if let limit = order.limit { lots[limit, default: 0] += order.unfilled.lots }
    }
    return lots.sorted { side == .buy ? $0.key > $1.key : $0.key < $1.key }
      .map { ($0.key, Quantity(lots: $0.value)) }
  }

  // MARK: - Ids

  /// A version 8 UUID, a function of seed, kind and number.
  func identifier(_ kind: UInt64, _ number: Int64) -> String {
    let high = SplitMix.mixed(seed &+ kind &* 0x9E37_79B9_7F4A_7C15)
    let low = SplitMix.mixed(high ^ UInt64(bitPattern: number))
    let digits = Array(
      Self.hexadecimal(high &+ UInt64(bitPattern: number)) + Self.hexadecimal(low))
    let parts = [digits[0..<8], digits[8..<12], digits[13..<16], digits[17..<20], digits[20..<32]]
      .map { String($0) }
    return "\(parts[0])-\(parts[1])-8\(parts[2])-8\(parts[3])-\(parts[4])"
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  mutating func nextOrder() -> (id: VenueOrderID, number: Int64) {
    lastNumber += 1
    return (VenueOrderID(unchecked: identifier(1, lastNumber)), lastNumber)
  }
}

/// Lots that were taken from the synthetic book and have not come back yet.
struct TakenDepth: Hashable, Sendable {
  /// Market milliseconds after which the book is whole again.
  private static let recovery: Int64 = 1000

  private var lots = LotsBySide()
  private var price: Price
  private var since: MarketTime

  init(at point: MarketPoint) {
    price = point.last
    since = point.time
  }

  func lots(at point: MarketPoint) -> LotsBySide {
    let isWhole =
      point.last != price || point.time.milliseconds - since.milliseconds > Self.recovery
    return isWhole ? LotsBySide() : lots
  }

  mutating func take(_ side: Side, _ quantity: Quantity, at point: MarketPoint) {
    var gone = lots(at: point)
    gone[side] += quantity.lots
    if lots(at: point) == LotsBySide() { since = point.time }
    price = point.last
    lots = gone
  }
}
