package import Domain

/// The matching engine: takes orders, moves prices, fills, and says what was recorded.
///
/// Invariants:
/// 1. Everything it does is a record that was applied to its book; `takeRecords` hands them over
///    and the shell writes them before any answer leaves.
/// 2. A reduce-only order never enlarges or reverses a position: a surplus is cut.
/// 3. The same records, prices and requests give the same ids and the same book.
package struct VenueMachine: Sendable {
  package private(set) var book: VenueBook
  /// The last price of each instrument; also its mark.
  package private(set) var prices: [InstrumentID: Price] = [:]
  private var times: [InstrumentID: MarketTime] = [:]
  private let seed: UInt64
  private var records: [BookRecord] = []

  /// Taker and maker fees in millionths of notional: 0.05 % and 0.02 %.
  private static let takerFee: Int128 = 500
  private static let makerFee: Int128 = 200
  static let longestClientOrderID = 100
  static let mostOpenOrders = 500

  package init(book: VenueBook, seed: UInt64) {
    self.book = book
    self.seed = seed
  }

  /// The records since the last call, in order.
  package mutating func takeRecords() -> [BookRecord] {
    defer { records = [] }
    return records
  }

  mutating func record(_ record: BookRecord) {
    book.apply(record)
    records.append(record)
  }

  /// Sets the price of an instrument of which no order waits: the way there does not matter.
  package mutating func jump(_ id: InstrumentID, to price: Price, at time: MarketTime) {
    prices[id] = price
    times[id] = time
  }

  /// Opens the account of an empty book.
  package mutating func open(balance: Money) {
    record(.account(balance))
  }

  /// Goes on with a book that an earlier life of the venue has written.
  package mutating func reopen(at time: WallTime) {
    record(.reopened(time))
  }

  package var equity: Money { book.balance + book.unrealised(at: prices) }
  package var availableMargin: Money { equity - book.margin(at: prices) }

  // MARK: - Prices

  /// Moves the price of one instrument along `path`; orders that it reaches execute on the way.
  ///
  /// Between two points the price passes every price in between, so a trigger executes around its
  /// own price; points at most a millisecond apart are a jump, and it executes at the new price.
  package mutating func move(
    _ id: InstrumentID, along path: [(MarketTime, Price)], wall: WallTime
  ) {
    for (time, price) in path {
      let before = prices[id]
      let isJump = times[id].map { time.milliseconds - $0.milliseconds <= 1 } ?? true
      if let before {
        executeReached(
          id, from: before, to: price, isJump: isJump, VenueTime(wall: wall, market: time))
      }
      prices[id] = price
      times[id] = time
    }
  }

  private mutating func executeReached(
    _ id: InstrumentID, from: Price, to: Price, isJump: Bool, _ now: VenueTime
  ) {
    // Each execution ends its order, so this ends too.
    while let (order, price) = nextReached(id, from: from, to: to, isJump: isJump) {
      prices[id] = price
      if order.kind.isTrigger {
        let fills = executeAsTaker(order, limit: order.limit, now)
        let filled = fills.reduce(Quantity.zero) { $0 + $1.quantity }
        record(.ended(order.id, filled == order.quantity ? .filled : .cancelled, now.wall))
      } else {
        executeAsMaker(order, now)
      }
    }
  }

  /// The open order that the price meets first between `from` and `to`, and where.
  private func nextReached(
    _ id: InstrumentID, from: Price, to: Price, isJump: Bool
  ) -> (VenueOrder, Price)? {
    book.openOrders.compactMap { order -> (order: VenueOrder, price: Price)? in
      guard order.instrument == id, let level = order.kind.isTrigger ? order.trigger : order.limit
      else { return nil }
      // Whether the order waits for a price at or below its level.
      let isBelow =
        (order.kind == .stop) == (order.side == .sell) && order.kind.isTrigger
        || !order.kind.isTrigger && order.side == .buy
      func isReached(_ price: Price) -> Bool { isBelow ? price <= level : price >= level }
      if isReached(from) { return (order, from) }
      return isReached(to) ? (order, isJump ? to : level) : nil
    }.min { left, right in
      abs(left.price.ticks - from.ticks) < abs(right.price.ticks - from.ticks)
    }
  }

  // MARK: - Executions

  private mutating func executeAsMaker(_ order: VenueOrder, _ now: VenueTime) {
    let lots = order.reduceOnly ? min(order.unfilled, reducible(order)) : order.unfilled
    if lots > .zero, let limit = order.limit { fill(order, lots, at: limit, isMaker: true, now) }
    let isWhole = lots == order.unfilled
    record(.ended(order.id, isWhole ? .filled : .cancelled, now.wall))
  }

  /// Takes from the other side of the market what `limit` allows; a market order has its
  /// protection.
  mutating func executeAsTaker(
    _ order: VenueOrder, limit: Price?, _ now: VenueTime
  ) -> [VenueFill] {
    guard let instrument = book.instruments[order.instrument], let last = prices[order.instrument]
    else { return [] }
    let wanted = order.reduceOnly ? min(order.unfilled, reducible(order)) : order.unfilled
    let depth = Depth(instrument: instrument, last: last)
    let worst = limit ?? depth.protection(order.side)
    return depth.take(order.side, wanted, limit: worst).map { price, quantity in
      fill(order, quantity, at: price, isMaker: false, now)
    }
  }

  /// Lots of the position that the order may close.
  func reducible(_ order: VenueOrder) -> Quantity {
    let position = book.position(order.instrument)
    return position.signum() == -order.side.sign ? Quantity(lots: abs(position)) : .zero
  }

  @discardableResult
  private mutating func fill(
    _ order: VenueOrder, _ quantity: Quantity, at price: Price, isMaker: Bool, _ now: VenueTime
  ) -> VenueFill {
    let before = book.position(order.instrument)
    let notional =
      book.instruments[order.instrument]?.notional(price, quantity, rounding: .up) ?? .zero
    let rate = isMaker ? Self.makerFee : Self.takerFee
    let fee = Rounding.up.divide(Int128(notional.micros) * rate, by: 1_000_000)
    let fill = VenueFill(
      id: ExecutionID(unchecked: identifier(2, book.fills.count + 1)), order: order.id,
      clientOrderID: order.clientOrderID, instrument: order.instrument, side: order.side,
      quantity: quantity, price: price, time: now.wall, marketTime: now.market, isMaker: isMaker,
      fee: Money(micros: Int64(clamping: fee)))
    record(.fill(fill))
    let after = book.position(order.instrument)
    invariant(
      !order.reduceOnly || abs(after) < abs(before) && after.signum() != -before.signum(),
      "a reduce-only order shrinks a position and never reverses it")
    return fill
  }

  // MARK: - Ids

  var nextOrderID: VenueOrderID {
    VenueOrderID(unchecked: identifier(1, book.received.count + 1))
  }

  /// A version 8 UUID, a function of seed, kind and number.
  private func identifier(_ kind: UInt64, _ number: Int) -> String {
    let high = Self.mix(seed &+ kind &* 0x9E37_79B9_7F4A_7C15)
    let low = Self.mix(high ^ UInt64(number))
    let digits = Array(Self.hexadecimal(high &+ UInt64(number)) + Self.hexadecimal(low))
    let parts = [digits[0..<8], digits[8..<12], digits[13..<16], digits[17..<20], digits[20..<32]]
      .map { String($0) }
    return "\(parts[0])-\(parts[1])-8\(parts[2])-8\(parts[3])-\(parts[4])"
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The finaliser of splitmix64: a bijection, so that different numbers give different ids.
  private static func mix(_ value: UInt64) -> UInt64 {
    var mixed = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
