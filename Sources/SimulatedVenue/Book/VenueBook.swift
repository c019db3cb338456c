package import Domain

/// What is held of one instrument.
package struct Holding: Hashable, Sendable {
  package var signedLots: Int64 = 0
  /// What the open lots were bought or sold for, always positive.
  package var cost = Money.zero
  /// Wall time since which the resting stops cover less than the position; nil when they cover it.
  package var uncoveredSince: WallTime?
}

/// A client order id that was used before and came again.
package struct Repeat: Hashable, Sendable {
  package let clientOrderID: String
  package let time: WallTime
}

/// A time in which a position had less than a full stop, while the venue was there to take one.
package struct Exposure: Hashable, Sendable {
  package let instrument: InstrumentID
  package let since: WallTime
  package let until: WallTime
}

/// The venue's book: every order ever received, every fill, positions and money.
///
/// Invariants:
/// 1. A fold: the same records in the same order give the same book, in this life or another.
/// 2. A client order id is reserved for ever; an order id and a fill id occur once.
/// 3. The signed sum of an instrument's fills is its position.
package struct VenueBook: Hashable, Sendable {
  /// Milliseconds; shorter ones are how a stop is placed after a fill.
  static let shortestExposure: Int64 = 1000

  package let instruments: [InstrumentID: Instrument]
  package private(set) var orders: [VenueOrderID: VenueOrder] = [:]
  /// In the order they were received.
  package private(set) var received: [VenueOrderID] = []
  package private(set) var reserved: [String: VenueOrderID] = [:]
  /// The newest rejected order of a client order id; it reserves nothing.
  package private(set) var refused: [String: VenueOrderID] = [:]
  /// Client order ids that came again, in order: each was an attempt at a second order.
  package private(set) var repeats: [Repeat] = []
  /// Times of at least `shortestExposure` in which a position was without its full stop.
  package private(set) var exposures: [Exposure] = []
  /// Orders that rest or wait, oldest first.
  package private(set) var open: [VenueOrderID] = []
  package private(set) var fills: [VenueFill] = []
  package private(set) var holdings: [InstrumentID: Holding] = [:]
  package private(set) var startBalance = Money.zero
  package private(set) var balance = Money.zero
  package private(set) var lastMarketTime: MarketTime?
  /// Wall time of the newest record that has one.
  package private(set) var lastWallTime: WallTime?

  package init(instruments: [Instrument]) {
    self.instruments = Dictionary(instruments.map { ($0.id, $0) }) { first, _ in first }
  }

  /// Moves the book on by one record.
  package mutating func apply(_ record: BookRecord) {
    switch record {
    case .account(let money):
      startBalance = money
      balance = money
    case .order(let order): add(order)
    case .fill(let fill): add(fill)
    case .reopened(let time):
      passed(time)
      for id in holdings.keys where holdings[id]?.uncoveredSince != nil {
        holdings[id]?.uncoveredSince = time
      }
    case .repeated(let client, let time):
      repeats.append(Repeat(clientOrderID: client, time: time))
      passed(time)
    case .ended(let id, let status, let time):
      passed(time)
      update(id) { order in
        order.status = status
        order.updatedAt = time
      }
      open.removeAll { $0 == id }
      judgeCover(of: orders[id]?.instrument, at: time)
    case .edited(let id, let quantity, let limit, let trigger, let time):
      passed(time)
      update(id) { order in
        order.quantity = quantity
        order.limit = limit
        order.trigger = trigger
        order.updatedAt = time
      }
      judgeCover(of: orders[id]?.instrument, at: time)
    }
  }

  private mutating func add(_ order: VenueOrder) {
    invariant(orders[order.id] == nil, "order \(order.id) is received once")
    orders[order.id] = order
    received.append(order.id)
    passed(order.receivedAt)
    guard order.status == .open else {
      if let client = order.clientOrderID { refused[client] = order.id }
      return
    }
    if let client = order.clientOrderID { reserved[client] = order.id }
    open.append(order.id)
    judgeCover(of: order.instrument, at: order.receivedAt)
  }

  private mutating func add(_ fill: VenueFill) {
    fills.append(fill)
    passed(fill.time)
    update(fill.order) { order in
      order.filled = order.filled + fill.quantity
      order.updatedAt = fill.time
      invariant(order.filled <= order.quantity, "order \(order.id) fills at most its quantity")
    }
    lastMarketTime = max(lastMarketTime ?? fill.marketTime, fill.marketTime)
    balance = balance - fill.fee
    var holding = holdings[fill.instrument] ?? Holding()
    balance = balance + settle(fill, &holding)
    holdings[fill.instrument] = holding
    judgeCover(of: fill.instrument, at: fill.time)
  }

  /// Moves the holding by the fill; what the closed lots earned.
  private func settle(_ fill: VenueFill, _ holding: inout Holding) -> Money {
    guard let instrument = instruments[fill.instrument] else {
      fatalError("invariant broken: a fill is of an instrument this venue lists")
    }
    let signed = fill.side.sign * fill.quantity.lots
    let before = holding.signedLots
    let closing = before.signum() == -signed.signum() ? min(abs(before), abs(signed)) : 0
    var earned = Money.zero
    if closing > 0 {
      let share = Rounding.nearest.divide(
        Int128(holding.cost.micros) * Int128(closing), by: Int128(abs(before)))
      let cost = Money(micros: Int64(share))
      let proceeds = value(instrument, fill.price, closing)
      earned = before > 0 ? proceeds - cost : cost - proceeds
      holding.cost = holding.cost - cost
    }
    let opening = abs(signed) - closing
    if opening > 0 { holding.cost = holding.cost + value(instrument, fill.price, opening) }
    holding.signedLots = before + signed
    return earned
  }

  private func value(_ instrument: Instrument, _ price: Price, _ lots: Int64) -> Money {
    guard let money = instrument.notional(price, Quantity(lots: lots), rounding: .nearest) else {
      fatalError("invariant broken: the value of \(lots) lots of \(instrument.id) fits")
    }
    return money
  }

  private mutating func update(_ id: VenueOrderID, _ change: (inout VenueOrder) -> Void) {
    guard var order = orders[id] else { fatalError("invariant broken: order \(id) is in the book") }
    change(&order)
    orders[id] = order
  }

  private mutating func passed(_ time: WallTime) {
    lastWallTime = max(lastWallTime ?? time, time)
  }

  private mutating func judgeCover(of instrument: InstrumentID?, at time: WallTime) {
    guard let instrument, var holding = holdings[instrument] else { return }
    let isCovered = stopCover(instrument).lots >= abs(holding.signedLots)
    if isCovered, let since = holding.uncoveredSince,
      time.milliseconds - since.milliseconds >= Self.shortestExposure
    {
      exposures.append(Exposure(instrument: instrument, since: since, until: time))
    }
    holding.uncoveredSince = isCovered ? nil : holding.uncoveredSince ?? time
    holdings[instrument] = holding
  }
}

// MARK: - Questions

extension VenueBook {
  package var openOrders: [VenueOrder] { open.compactMap { orders[$0] } }

  /// The order a client gave this id: the one that was taken, else the newest that was not.
  package func order(named client: String) -> VenueOrder? {
    (reserved[client] ?? refused[client]).flatMap { orders[$0] }
  }

  package func position(_ instrument: InstrumentID) -> Int64 {
    holdings[instrument]?.signedLots ?? 0
  }

  /// Lots of the position that resting reduce-only stops would close.
  package func stopCover(_ instrument: InstrumentID) -> Quantity {
    let position = position(instrument)
    let closing: Side = position > 0 ? .sell : .buy
    return openOrders.filter {
      $0.instrument == instrument && $0.kind == .stop && $0.reduceOnly && $0.side == closing
    }.reduce(.zero) { $0 + $1.unfilled }
  }

  /// What the open positions would earn at these prices.
  package func unrealised(at prices: [InstrumentID: Price]) -> Money {
    holdings.keys.sorted().reduce(.zero) { sum, id in
      sum + (prices[id].map { unrealised(id, at: $0) } ?? .zero)
    }
  }

  /// What the open position in one instrument would earn at `price`.
  package func unrealised(_ id: InstrumentID, at price: Price) -> Money {
    guard let holding = holdings[id], holding.signedLots != 0, let instrument = instruments[id]
    else { return .zero }
    let worth = value(instrument, price, abs(holding.signedLots))
    return holding.signedLots > 0 ? worth - holding.cost : holding.cost - worth
  }

  /// Initial margin that positions and resting entries tie up at these prices.
  package func margin(at prices: [InstrumentID: Price]) -> Money {
    var lots: [InstrumentID: Int64] = holdings.mapValues { abs($0.signedLots) }
    for order in openOrders where !order.reduceOnly {
      lots[order.instrument, default: 0] += order.unfilled.lots
    }
    return lots.sorted { $0.key < $1.key }.reduce(.zero) { sum, entry in
      guard let instrument = instruments[entry.key], let price = prices[entry.key] else {
        return sum
      }
      return sum + instrument.margin(price, Quantity(lots: entry.value))
    }
  }
}

extension Instrument {
  /// Initial margin of so many lots in the lowest tier, rounded up.
  package func margin(_ price: Price, _ quantity: Quantity) -> Money {
    guard let notional = notional(price, quantity, rounding: .up), initialMargin.exponent <= 0
    else { return Money(micros: .max / 64) }
    var denominator: Int128 = 1
    for _ in 0..<(-initialMargin.exponent) { denominator *= 10 }
    let micros = Rounding.up.divide(
      Int128(notional.micros) * Int128(initialMargin.mantissa), by: denominator)
    return Money(micros: Int64(clamping: micros))
  }
}
