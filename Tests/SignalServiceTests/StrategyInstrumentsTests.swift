import Domain
import Testing
import Wire

@testable import SignalService

/// Proposes on every candle.
private struct Always: Strategy {
  var memory: Int { 1 }

  mutating func on(_ event: StrategyEvent) -> [StrategyDecision] {
    guard case .candle(let candle) = event, let setup = SetupID("bar") else { return [] }
    let proposal = Proposal(
      direction: .long, setup: setup, worstPrice: candle.close,
      stop: Price(ticks: candle.close.ticks - 10), takeProfits: [])
    return [StrategyDecision(candle, .entry(proposal))]
  }
}

@Suite("strategies on some instruments")
struct StrategyInstrumentsTests {
  private func kind(_ name: String, on symbol: String?) -> StrategyKind {
    var kind = StrategyKind(StrategyID(unchecked: name), timeframes: [.oneMinute]) { _ in Always() }
    kind.instruments = symbol.map { [Bars.id($0)] }
    return kind
  }

  @Test func `a strategy decides on its own instruments only`() {
    var machine = SignalMachine(
      kinds: [
        kind("elsewhere", on: "PF_ETHUSD"), kind("here", on: "PF_XBTUSD"), kind("all", on: nil),
      ], validForMilliseconds: 10_000)
    let now = SignalTime(
      machine: MachineTime(nanoseconds: 5_000_000_000),
      wall: WallTime(milliseconds: 1_800_000_000_000))
    let bar = Bars.bar(0, open: 1000, close: 1000)
    let reading = TickerReading(
      ticker: Ticker(
        instrument: bar.instrument, time: bar.closeTime.advanced(byMilliseconds: 1000),
        bid: bar.close, ask: bar.close, last: bar.close, mark: bar.close), readAt: now.wall)
    let effects = machine.step(
      .snapshot(StreamReply(epoch: 1, sequence: 1, candles: [bar], tickers: [reading])), now: now)
    let proposed = effects.compactMap { effect -> String? in
      if case .propose(let signal) = effect { signal.strategy.text } else { nil }
    }
    #expect(proposed.sorted() == ["all", "here"])
  }
}
