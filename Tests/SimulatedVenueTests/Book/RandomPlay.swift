import Domain

@testable import SimulatedVenue

/// Random requests, switches and price moves out of a seed; the same seed does the same.
struct RandomPlay {
  /// How wild the numbers are.
  enum Numbers: Sendable {
    /// Near the market, so that much of it executes.
    case near
    /// Whatever a parser of texts lets through, too.
    case extreme
  }

  var bench: VenueBench
  private let numbers: Numbers
  private var random: SplitMix
  private var steps = 0

  init(
    seed: UInt64, numbers: Numbers = .near, dollars: Int64 = 1_000_000, ids: UInt64 = 7,
    isReversed: Bool = false
  ) throws {
    self.numbers = numbers
    random = SplitMix(seed: seed)
    bench = try VenueBench(dollars: dollars, seed: ids, isReversed: isReversed)
  }

  mutating func step() {
    steps += 1
    let contract = random.oneIn(3) ? VenueBench.ether : VenueBench.bitcoin
    switch random.whole(0...39) {
    case 0...17: place(contract)
    case 18...20: cancel()
    case 21...24: edit()
    case 25: if random.oneIn(4) { _ = bench.machine.cancelAll(contract, now: bench.now) }
    case 26: if random.oneIn(4) { _ = bench.machine.setDeadMan(seconds: amount(), now: bench.now) }
    case 27: funding(contract)
    case 28: policies()
    case 29: bench.prefer { $0.selfTrade = Self.pick(AccountPreferences.SelfTrade.self, &random) }
    case 30: condition(contract)
    case 31: leverage(contract)
    case 32: bench.advance(Int64(random.whole(0...5000)))
    case 33: bench.advance(Int64(random.whole(0...100)))
    default: move(contract)
    }
    bench.keep()
  }

  // MARK: - Numbers

  private static func pick<Choice: CaseIterable>(
    _ type: Choice.Type, _ random: inout SplitMix
  ) -> Choice {
    let all = Array(type.allCases)
    return all[random.whole(0...all.count - 1)]
  }

  private static let extremes: [Int64] = [
    0, 1, -1, 2, .max, .max - 1, .min, .min + 1, .max / 2, .max / 4, 1 << 53, 1 << 53 + 1,
    1_000_000_000_000_000_000, -1_000_000_000_000_000_000, 999_999_999_999_999_999,
    10_000_000_000, 10_000_000_001, 1 << 32, 100_000_000, 1_000_000,
  ]

  private var isExtreme: Bool { numbers == .extreme }

  private mutating func amount() -> Int64 {
    isExtreme && random.oneIn(3)
      ? Self.extremes[random.whole(0...Self.extremes.count - 1)] : Int64(random.whole(0...120))
  }

  private mutating func lots() -> Int64 {
    guard isExtreme && random.oneIn(4) else { return Int64(random.whole(0...15_000)) }
    let wild = Self.extremes[random.whole(0...Self.extremes.count - 1)]
    return max(0, wild)
  }

  /// A price around the market, some of them far from it.
  private mutating func price(_ contract: InstrumentID) -> Int64 {
    if isExtreme && random.oneIn(4) {
      return Self.extremes[random.whole(0...Self.extremes.count - 1)]
    }
    let last = bench.machine.markets[contract]?.last.ticks ?? 1
    let width = random.oneIn(4) ? max(1, last / 20) : max(1, last / 500)
    return last + Int64(random.whole(Int(-width)...Int(width)))
  }

  private mutating func offset() -> PriceOffset {
    if isExtreme && random.oneIn(2) {
      let wild = Self.extremes[random.whole(0...Self.extremes.count - 1)]
      return random.oneIn(2) ? .ticks(wild) : .millionths(wild)
    }
    return random.oneIn(2)
      ? .ticks(Int64(random.whole(-100...300)))
      : .millionths(Int64(random.whole(-5000...30_000)))
  }

  // MARK: - Requests

  private mutating func place(_ contract: InstrumentID) {
    let kind = Self.pick(VenueOrderKind.self, &random)
    let side: Side = random.oneIn(2) ? .buy : .sell
    var request = OrderRequest(
      clientOrderID: random.oneIn(10) ? nil : "c\(random.whole(0...steps))",
      instrument: contract, side: side, kind: kind, quantity: Quantity(lots: lots()),
      reduceOnly: random.oneIn(3))
    if kind != .market && kind != .trailingStop && !(kind.isTrigger && random.oneIn(2)) {
      request.limit = Price(ticks: price(contract))
    }
    if kind == .stop || kind == .takeProfit { request.trigger = Price(ticks: price(contract)) }
    if kind == .trailingStop { request.trailing = offset() }
    if kind.isTrigger && random.oneIn(4) { request.limitOffset = offset() }
    request.signal = Self.pick(TriggerSignal.self, &random)
    if random.oneIn(20) {
      request.processBefore = bench.now.wall.advanced(byMilliseconds: Int64(random.whole(-5...50)))
    }
    bench.submit(request, ticket: Int64(steps))
  }

  /// Mostly an open order, sometimes one that is over or was never there.
  private mutating func someOrder() -> VenueOrderID? {
    guard !random.oneIn(4), bench.book.openCount > 0 else {
      return bench.book.order(named: "c\(random.whole(0...steps))")?.id
    }
    let open = bench.book.openOrders
    return open[random.whole(0...open.count - 1)].id
  }

  private mutating func cancel() {
    if random.oneIn(3) {
      bench.cancel(.client("c\(random.whole(0...steps))"))
    } else {
      bench.cancel(someOrder())
    }
  }

  private mutating func edit() {
    let id = someOrder()
    let order = id.flatMap { bench.book.orders[$0] }
    let contract = order?.instrument ?? VenueBench.bitcoin
    bench.edit(
      id, lots: random.oneIn(2) ? lots() : nil, isRelative: random.oneIn(2),
      limit: random.oneIn(2) ? price(contract) : nil,
      trigger: random.oneIn(4) ? price(contract) : nil,
      trailing: random.oneIn(6) ? offset() : nil, ticket: Int64(steps))
  }

  // MARK: - Switches

  private mutating func funding(_ contract: InstrumentID) {
    let rate = Int64(random.whole(-5_000_000_000...5_000_000_000))
    bench.machine.setFundingRate(contract, random.oneIn(3) ? 0 : rate, now: bench.now)
  }

  private mutating func policies() {
    let random = random.next()
    var choice = SplitMix(seed: random)
    bench.change {
      $0.deadline = Self.pick(VenuePolicies.DeadlineCheck.self, &choice)
      $0.reduceOnlySum = Self.pick(VenuePolicies.ReduceOnlySum.self, &choice)
      $0.executedWord = Self.pick(VenuePolicies.ExecutedWord.self, &choice)
      $0.triggerWhileFlat = choice.oneIn(2)
      $0.holdMilliseconds = choice.oneIn(4) ? 20 : 0
      $0.clientOrderID = Self.pick(VenuePolicies.Reservation.self, &choice)
    }
  }

  private mutating func condition(_ contract: InstrumentID) {
    let isPlain = !random.oneIn(4)
    var choice = SplitMix(seed: random.next())
    bench.set(of: contract) {
      $0 = MarketCondition()
      guard !isPlain else { return }
      $0.isSuspended = choice.oneIn(3)
      $0.isPostOnly = choice.oneIn(3)
      $0.dislocation =
        choice.oneIn(2) ? nil : Self.pick(MarketCondition.Dislocation.self, &choice)
    }
  }

  private mutating func leverage(_ contract: InstrumentID) {
    let chosen = random.oneIn(2) ? nil : amount() &* 1000
    bench.prefer { $0.maxLeverage[contract] = chosen }
  }

  // MARK: - Prices

  private mutating func move(_ contract: InstrumentID) {
    let last = bench.machine.markets[contract]?.last.ticks ?? 1
    let home: Int64 = contract == VenueBench.ether ? 30_000 : 50_000
    // Back to where it began when it has gone too far, so that prices stay prices.
    var next = last + Int64(random.whole(Int(-last / 50)...Int(last / 50 + 1)))
    if !(home / 4...home * 4).contains(next) { next = home }
    if isExtreme && random.oneIn(50) { next = Int64(random.whole(1...200_000)) }
    if isExtreme && random.oneIn(400) { next = 1 }
    let near = max(1, next / 1000)
    func around(_ random: inout SplitMix) -> Int64 {
      max(1, next + Int64(random.whole(Int(-near)...Int(near))))
    }
    let mark = around(&random)
    let index = around(&random)
    let time = random.oneIn(4) ? 1 : random.oneIn(20) ? 3_000_000 : Int64(random.whole(2...60_000))
    bench.move(last: next, mark: mark, index: index, of: contract, in: time)
  }
}
