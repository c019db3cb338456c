import Domain
import Testing
import Wire

@testable import SignalService

@Suite("exits of strategies")
struct ExitDecisionTests {
  private static let instrument = Bars.id()
  private static let opener = SignalID(unchecked: "ema-cross/opener")

  private static func report(_ lots: Int64) -> StrategyReport {
    StrategyReport(
      number: 7, strategy: StrategyID(unchecked: "ema-cross"), signal: opener,
      body: .position(Position(instrument: instrument, signedLots: lots)))
  }

  /// A market that falls, then rises: one cross upwards.
  private static let bars = (0..<260).map { index -> Candle in
    let price = { (at: Int) in Int64(100_000 + abs(at - 230) * 10) }
    return Bars.bar(index, open: price(index), close: price(index + 1))
  }

  private static func outcomes(holding lots: Int64) -> [StrategyDecision] {
    var strategy = EmaCrossStrategy(EmaCrossStrategy.Settings())
    _ = strategy.on(.position(Position(instrument: instrument, signedLots: lots), of: opener))
    return bars.flatMap { strategy.on(.candle($0)) }
  }

  @Test func `a cross against the position leaves it, once, and names who opened it`() {
    let exits = Self.outcomes(holding: -5).compactMap { decision -> ExitDemand? in
      if case .exit(let demand) = decision.outcome { demand } else { nil }
    }
    #expect(exits == [ExitDemand(of: Self.opener, ExitWord(unchecked: "CROSSED_BACK"))])
    #expect(Self.outcomes(holding: -5).allSatisfy { $0.entry == nil })
    #expect(Self.outcomes(holding: 0).contains { $0.entry != nil })
  }

  @Test(arguments: [false, true])
  func `the machine offers it under a name that a restart makes again`(_ late: Bool) throws {
    let cross = try #require(
      Self.outcomes(holding: -5).first { if case .exit = $0.outcome { true } else { false } })
    let index = try #require(Self.bars.firstIndex(of: cross.candle))
    var machine = SignalMachine(
      kinds: [
        StrategyKind(StrategyID(unchecked: "ema-cross"), timeframes: [.oneMinute]) { _ in
          EmaCrossStrategy(EmaCrossStrategy.Settings())
        }
      ], validForMilliseconds: 10_000)
    let now = SignalTime(
      machine: MachineTime(nanoseconds: 5_000_000_000),
      wall: WallTime(milliseconds: 1_800_000_000_000))
    let price = cross.candle.close
    let reading = TickerReading(
      ticker: Ticker(
        instrument: Self.instrument,
        time: cross.candle.closeTime.advanced(byMilliseconds: 1000), bid: price, ask: price,
        last: price, mark: price), readAt: now.wall)
    // The position is told before the candles, or after them: a restart may do either.
    if !late { _ = machine.step(.report(Self.report(-5)), now: now) }
    _ = machine.step(
      .snapshot(
        StreamReply(
          epoch: 1, sequence: 1, candles: Array(Self.bars[..<index]), tickers: [reading])),
      now: now)
    if late { _ = machine.step(.report(Self.report(-5)), now: now) }
    let effects = machine.step(.heard(.candle(cross.candle)), now: now)
    let exits = effects.compactMap { effect -> ExitProposal? in
      if case .proposeExit(let exit) = effect { exit } else { nil }
    }
    let exit = try #require(exits.first)
    #expect(exits.count == 1)
    #expect(exit.signal == Self.opener && exit.strategy.text == "ema-cross")
    let close = cross.candle.closeTime.milliseconds
    #expect(exit.id.text == "ema-cross/\(Self.instrument)/1m/\(close)/exit")
    let reasons = effects.compactMap { effect -> String? in
      if case .explain(let explanation) = effect { explanation.reason } else { nil }
    }
    #expect(reasons == ["EXIT"])
  }
}
