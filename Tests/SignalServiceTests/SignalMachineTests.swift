import Daemon
import Domain
import Testing
import Wire

@testable import SignalService

/// Proposes on every candle and notes what it saw.
private struct Eager: Strategy {
  var memory: Int { 1 }

  mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    guard case .candle(let candle) = event,
      let setup = SetupID("bar-\(candle.openTime.milliseconds)")
    else { return [] }
    let proposal = Proposal(
      direction: .long, setup: setup, worstPrice: candle.close,
      stop: Price(ticks: candle.close.ticks - 10), takeProfits: [])
    return [StrategyDecision(candle, .entry(proposal))]
  }
}

/// Refuses candles that come twice or out of order.
private struct Strict: Strategy {
  var memory: Int { 1 }
  private var last: MarketTime?
  private var count = 0

  mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    guard case .candle(let candle) = event else { return [] }
    if let last { #expect(last < candle.openTime, "a candle came twice or out of order") }
    last = candle.openTime
    count += 1
    guard let setup = SetupID("count-\(count)") else { return [] }
    let proposal = Proposal(
      direction: .short, setup: setup, worstPrice: candle.close,
      stop: Price(ticks: candle.close.ticks + 10), takeProfits: [])
    return [StrategyDecision(candle, .entry(proposal))]
  }
}

@Suite("the signal machine")
struct SignalMachineTests {
  private static let bars = (0..<300).map { Bars.bar($0, open: 1000, close: 1000) }
  private var machine = SignalMachine(
    kinds: [
      StrategyKind(StrategyID(unchecked: "eager"), timeframes: [.oneMinute]) { _ in Eager() }
    ], validForMilliseconds: 10_000)
  private var clock: Int64 = 5000

  private var now: SignalTime {
    SignalTime(
      machine: MachineTime(nanoseconds: clock * 1_000_000),
      wall: WallTime(milliseconds: 1_800_000_000_000 + clock))
  }

  /// A reading made now, when the market is in the bar after `bar`.
  private func reading(after bar: Int, age: Int64 = 0) -> TickerReading {
    let time = Self.bars[bar].closeTime.advanced(byMilliseconds: 5000)
    let price = Price(ticks: 1000)
    return TickerReading(
      ticker: Ticker(
        instrument: Bars.id(), time: time, bid: price, ask: price, last: price, mark: price),
      readAt: now.wall.advanced(byMilliseconds: -age))
  }

  private mutating func snapshot(through last: Int, from first: Int = 0) -> [Signal] {
    signals(
      .snapshot(
        StreamReply(
          epoch: 1, sequence: 1, candles: Array(Self.bars[first...last]),
          tickers: [reading(after: last)])))
  }

  private mutating func hear(_ bar: Int, tickerAfter: Int? = nil, age: Int64 = 0) -> [Signal] {
    let reading = reading(after: tickerAfter ?? bar, age: age)
    _ = machine.step(.heard(.ticker(reading.ticker, readAt: reading.readAt)), now: now)
    return signals(.heard(.candle(Self.bars[bar])))
  }

  private mutating func signals(_ event: SignalEvent) -> [Signal] {
    machine.step(event, now: now).compactMap {
      if case .propose(let signal) = $0 { signal } else { nil }
    }
  }

  private mutating func asks(_ event: SignalEvent = .tick) -> Bool {
    machine.step(event, now: now).contains { if case .ask = $0 { true } else { false } }
  }

  @Test mutating func `history warms up; only the newest closed candle is decided on`() {
    #expect(asks())
    let found = snapshot(through: 100)
    #expect(found.map(\.decidedAt) == [Self.bars[100].closeTime])
    #expect(found.first?.validUntil == now.wall.advanced(byMilliseconds: 10_000))
    #expect(!asks())
    #expect(machine.candles == 0)
  }

  @Test mutating func `the same decision after a restart has the same name and content`() throws {
    let live = { () -> Signal? in
      var copy = self
      _ = copy.snapshot(through: 99)
      return copy.hear(100).first
    }()
    var later = self
    later.clock += 3000
    let again = try #require(later.snapshot(through: 100, from: 60).first)
    #expect(live?.id == again.id)
    #expect(live?.isSameDecision(as: again) == true)
    #expect(again.id.text == "eager/PF_XBTUSD/1m/\(Self.bars[100].closeTime.milliseconds)/long")
  }

  @Test mutating func `a newest candle whose successor is over already is not decided on`() {
    _ = snapshot(through: 50)
    #expect(hear(51, tickerAfter: 52).isEmpty)
    #expect(hear(52).count == 1)
  }

  @Test mutating func `a candle is not decided on when the market was read too long ago`() {
    _ = snapshot(through: 50)
    clock += 60_000
    #expect(hear(51, age: 10_000).isEmpty)
    #expect(machine.candles == 1)
  }

  @Test mutating func `a gap is asked for and fed in order before what follows it`() {
    machine = SignalMachine(
      kinds: [
        StrategyKind(StrategyID(unchecked: "strict"), timeframes: [.oneMinute]) { _ in Strict() }
      ], validForMilliseconds: 10_000)
    _ = snapshot(through: 50)
    #expect(asks(.lost))
    #expect(hear(53).isEmpty)
    #expect(hear(54).isEmpty)
    let found = snapshot(through: 54, from: 10)
    // Bars 0 to 54 are 55 candles: none was skipped, none was fed twice.
    #expect(found.map(\.setup.text) == ["count-55"])
    #expect(machine.candles == 4)
    #expect(hear(54).isEmpty)
    #expect(machine.repeated == 1)
    #expect(hear(55).map(\.setup.text) == ["count-56"])
  }

  @Test mutating func `a candle that skips one makes the machine ask though no loss was reported`()
  {
    _ = snapshot(through: 50)
    #expect(!asks())
    let reading = reading(after: 52)
    _ = machine.step(.heard(.ticker(reading.ticker, readAt: reading.readAt)), now: now)
    #expect(asks(.heard(.candle(Self.bars[52]))))
  }

  @Test mutating func `a snapshot older than the stream changes nothing`() {
    _ = snapshot(through: 50)
    #expect(hear(51).count == 1)
    #expect(snapshot(through: 50).isEmpty)
    #expect(hear(51).isEmpty)
    #expect(hear(52).count == 1)
  }

  @Test mutating func `a hole the venue has is passed over, and said`() {
    _ = snapshot(through: 50)
    #expect(hear(53).isEmpty)
    let candles = Array(Self.bars[0...50] + [Self.bars[53]])
    let effects = machine.step(
      .snapshot(
        StreamReply(
          epoch: 1, sequence: 9, candles: candles, tickers: [reading(after: 53)])), now: now)
    #expect(effects.contains { if case .propose = $0 { true } else { false } })
    #expect(effects.contains { if case .alert = $0 { true } else { false } })
    #expect(hear(54).count == 1)
  }

  @Test mutating func `a market that went back begins anew`() {
    _ = snapshot(through: 200)
    #expect(snapshot(through: 100).map(\.decidedAt) == [Self.bars[100].closeTime])
    #expect(hear(101).count == 1)
  }

  @Test mutating func `a snapshot is asked for again until it comes`() {
    #expect(asks())
    #expect(!asks())
    clock += 500
    #expect(asks())
    #expect(!asks(.snapshot(.refused("not now"))))
    clock += 500
    #expect(asks())
    _ = snapshot(through: 10)
    clock += 5000
    #expect(!asks())
    #expect(machine.wake == nil)
  }

  @Test mutating func `bars of another timeframe are not for the strategies`() throws {
    _ = snapshot(through: 50)
    let other = try #require(
      Candle(
        instrument: Bars.id(), timeframe: .fiveMinutes,
        openTime: MarketTime(milliseconds: Bars.start / 300_000 * 300_000 + 36_000_000),
        open: Price(ticks: 5), high: Price(ticks: 5), low: Price(ticks: 5),
        close: Price(ticks: 5), volume: .zero))
    #expect(signals(.heard(.candle(other))).isEmpty)
    #expect(hear(51).count == 1)
  }

  @Test mutating func `more instruments than the bound are not followed`() {
    for index in 0..<600 {
      let bar = Bars.bar(0, open: 10, close: 10, symbol: "PF_T\(index)USD")
      _ = machine.step(.heard(.candle(bar)), now: now)
    }
    let candles = (0..<600).map { Bars.bar(0, open: 10, close: 10, symbol: "PF_T\($0)USD") }
    _ = machine.step(.snapshot(StreamReply(epoch: 1, sequence: 1, candles: candles)), now: now)
    let next = (0..<600).map { Bars.bar(1, open: 10, close: 10, symbol: "PF_T\($0)USD") }
    for bar in next { _ = machine.step(.heard(.candle(bar)), now: now) }
    #expect(machine.candles == 512)
  }

  @Test mutating func `strategies side by side hear their own timeframes, each candle in order`()
    throws
  {
    let hours = Waves.series(days: 2, seed: 1, drift: 0)
    machine = SignalMachine(
      kinds: [
        StrategyKind(StrategyID(unchecked: "eager"), timeframes: [.fifteenMinutes]) { _ in Eager()
        },
        StrategyKind(StrategyID(unchecked: "strict"), timeframes: [.oneHour]) { _ in Strict() },
      ], validForMilliseconds: 10_000)
    let all = Waves.candles(hours)
    let end = hours.hours[40].openTime.advanced(byMilliseconds: 1000)
    let price = Price(ticks: 1)
    let ticker = TickerReading(
      ticker: Ticker(
        instrument: Bars.id(), time: end, bid: price, ask: price, last: price, mark: price),
      readAt: now.wall)
    let effects = machine.step(
      .snapshot(
        StreamReply(
          epoch: 1, sequence: 1, candles: all.filter { $0.closeTime < end }.shuffled(),
          tickers: [ticker])), now: now)
    let proposed = effects.compactMap { if case .propose(let signal) = $0 { signal } else { nil } }
    #expect(proposed.map(\.strategy.text) == ["eager", "strict"])
    #expect(proposed.last?.setup.text == "count-40")
    #expect(proposed.map(\.decidedAt) == [hours.hours[40].openTime, hours.hours[40].openTime])
    let explained = effects.compactMap { if case .explain(let why) = $0 { why } else { nil } }
    #expect(explained.map(\.reason) == ["SIGNAL", "SIGNAL"])
    #expect(explained.map(\.signal) == proposed.map(\.id))
  }

  @Test func `paper and live run smc, and candles that nobody publishes refuse the start`() throws {
    for profile in [Profile.paper, .live] {
      let configuration = Configuration.defaults(profile: profile)
      let kinds = try StrategyCatalogue(configuration).choose(
        configuration.signalService.strategies)
      #expect(kinds.map(\.id.text) == ["smc"])
      #expect(kinds[0].make(Bars.id()).memory <= Int(configuration.marketData.historyCandles))
    }
    let demo = try StrategyCatalogue(.defaults(profile: .demo))
    #expect(try demo.choose(["breakout", "ema-cross"]).count == 2)
    let failure = #expect(throws: Fatal.self) { try demo.choose(["breakout", "smc"]) }
    #expect(failure?.message.contains("15m, 1h, 1d: add them to market_data") == true)
    let contradiction = try Configuration.parse(
      "smc:\n  tight_smc_atr_stop_min: 0.9\n", path: "x.yaml", profile: .demo)
    let refused = #expect(throws: Fatal.self) { try StrategyCatalogue(contradiction) }
    #expect(refused?.message.contains("tight_smc_atr_stop_min: 0.9 is above") == true)
  }

  @Test func `explanations are bounded, newest kept, and counted by reason`() throws {
    var shelf = ExplanationShelf()
    for index in 0..<100 {
      shelf.add(
        Explanation(
          strategy: StrategyID(unchecked: "s"), instrument: Bars.id(), timeframe: .oneHour,
          decidedAt: MarketTime(milliseconds: Int64(index)), reason: index < 99 ? "A" : "SIGNAL",
          signal: index < 99 ? nil : SignalID(unchecked: "s/1"), values: []))
    }
    #expect(shelf.newest(200, of: Bars.id()).count == ExplanationShelf.most)
    #expect(shelf.newest(1, of: Bars.id()).map(\.decidedAt.milliseconds) == [99])
    #expect(shelf.newest(1, of: Bars.id("PF_ETHUSD")).isEmpty)
    shelf.conclude(SignalID(unchecked: "s/1"), "denied: MAX_POSITIONS")
    #expect(shelf.explanation(of: SignalID(unchecked: "s/1"))?.verdict == "denied: MAX_POSITIONS")
    #expect(shelf.counts == ["A": 99, "SIGNAL": 1])
  }

  @Test func `an unknown strategy refuses the start and names the known`() throws {
    let catalogue = try StrategyCatalogue(.defaults(profile: .demo))
    #expect(try catalogue.choose(["breakout", "breakout"]).count == 1)
    let failure = #expect(throws: Fatal.self) { try catalogue.choose(["breakout", "momentun"]) }
    #expect(failure?.code == .badConfiguration)
    #expect(failure?.message.contains("momentun") == true)
    #expect(failure?.message.contains("one of breakout, ema-cross, smc") == true)
    #expect(throws: Fatal.self) { try catalogue.choose([]) }
  }
}
