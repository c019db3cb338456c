import Daemon
import Domain
import Foundation
import RiskGate
import SignalService
import SimulatedVenue
import Simulation

// Bars and orders a second of CPU time on one core; `ops/bench backtest` runs it.
//
//     backtest-bench [--short] [idle] [smc] [busy]

/// Decides nothing.
struct Idle: Strategy {
  var memory: Int { 1 }
  mutating func on(_ event: StrategyEvent) -> [StrategyDecision] { [] }
}

/// Long on every candle, out within a bar or two: as many orders as there can be.
struct Busy: Strategy {
  var memory: Int { 1 }

  mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    guard case .candle(let candle) = event,
      let setup = SetupID("bar-\(candle.openTime.milliseconds)")
    else { return [] }
    let close = candle.close.ticks
    return [
      StrategyDecision(
        candle,
        .entry(
          Proposal(
            direction: .long, setup: setup, worstPrice: Price(ticks: close + 300),
            stop: Price(ticks: close - 400), takeProfits: [Price(ticks: close + 301)])))
    ]
  }
}

/// Bars that are made as they are asked for.
final class Coins: CandleSource {
  private var random: SplitMix
  private var price: Int64 = 100_000
  private var index: Int64 = 0
  private let count: Int64
  private let instrument: InstrumentID
  private let timeframe: Timeframe
  private let most: Int

  init(_ instrument: InstrumentID, _ timeframe: Timeframe, count: Int64, most: Int) {
    self.instrument = instrument
    self.timeframe = timeframe
    self.count = count
    self.most = most
    random = SplitMix(seed: 77)
  }

  var fraction: Double { Double(index) / Double(count) }

  func next() -> Candle? {
    guard index < count else { return nil }
    let open = price
    let move = Int64(random.whole(0...most)) * (random.oneIn(2) ? 1 : -1)
    price = min(max(open + move, 60_000), 140_000)
    defer { index += 1 }
    return Candle(
      instrument: instrument, timeframe: timeframe,
      openTime: MarketTime(milliseconds: 1_735_689_600_000 + index * timeframe.milliseconds),
      open: Price(ticks: open), high: Price(ticks: max(open, price) + 20),
      low: Price(ticks: min(open, price) - 20), close: Price(ticks: price),
      volume: Quantity(lots: 1000))
  }
}

func cpuSeconds() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
}

func measure(
  _ name: String, _ symbols: [String], _ timeframe: Timeframe, count: Int64, most: Int,
  _ kind: StrategyKind
) throws {
  let contracts = symbols.compactMap { InstrumentID($0) }.compactMap { id in
    StandardInstruments.contract(id).map { contract in
      BacktestContract(
        contract: contract, timeframe: timeframe,
        candles: Coins(id, timeframe, count: count, most: most))
    }
  }
  let start = cpuSeconds()
  var settings = BacktestSettings(kinds: [kind])
  for row in RiskLimit.all {
    settings.limits[row.id] = row.tighter == .lower ? 1_000_000_000_000 : 0
  }
  settings.limits[.riskPerTrade] = 100_000
  settings.limits[.maximumNotional] = 50_000_000_000
  settings.limits[.maximumLeverage] = 500_000_000
  let result = try Backtest(contracts, settings).run()
  let seconds = cpuSeconds() - start
  let bars = Int(Double(result.bars) / seconds)
  let orders = Int(Double(result.tally.orders) / seconds)
  print(
    "\(name): \(result.bars) bars, \(result.tally.orders) orders in "
      + "\((seconds * 1000).rounded() / 1000) s of CPU: \(bars) bars/s, \(orders) orders/s")
}

let idle = StrategyKind(StrategyID(unchecked: "idle"), timeframes: [.fifteenMinutes]) { _ in
  Idle()
}
let busy = StrategyKind(StrategyID(unchecked: "busy"), timeframes: [.oneMinute]) { _ in Busy() }
let smc = try StrategyCatalogue(
  Configuration.defaults(profile: .paper), published: [.fifteenMinutes, .oneHour, .oneDay]
).choose(["smc"])
let words = CommandLine.arguments.dropFirst()
let isShort = words.contains("--short")
let chosen = words.filter { !$0.hasPrefix("-") }
func isWanted(_ name: String) -> Bool { chosen.isEmpty || chosen.contains(name) }
if isWanted("idle") {
  try measure("idle", ["PF_XBTUSD"], .fifteenMinutes, count: 500_000, most: 500, idle)
}
if isWanted("smc") {
  try measure(
    "smc, three years of two", ["PF_ETHUSD", "PF_XBTUSD"], .fifteenMinutes, count: 105_120,
    most: 300, smc[0])
}
if isWanted("busy") {
  try measure(
    "busy", ["PF_XBTUSD"], .oneMinute, count: isShort ? 4000 : 20_000, most: 500, busy)
}
