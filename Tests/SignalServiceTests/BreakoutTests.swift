import Domain
import Testing

@testable import SignalService

@Suite("the breakout strategy")
struct BreakoutTests {
  private static func settings(
    _ change: (inout BreakoutStrategy.Settings) -> Void = { _ in }
  ) -> BreakoutStrategy.Settings {
    var settings = BreakoutStrategy.Settings()
    settings.channelBars = 5
    settings.atrBars = 3
    change(&settings)
    return settings
  }

  private static func proposals(
    _ candles: [Candle], _ settings: BreakoutStrategy.Settings
  ) -> [(Candle, Proposal)] {
    var strategy = BreakoutStrategy(settings)
    return candles.compactMap { candle in
      strategy.on(.candle(candle)).first?.entry.map { (candle, $0) }
    }
  }

  @Test func `a channel has the extremes of its bars and the newest bar that made each`() throws {
    let bars = [
      Bars.bar(0, open: 100, close: 110), Bars.bar(1, open: 110, close: 100),
      Bars.bar(2, open: 100, close: 105),
    ]
    let channel = try #require(Channel(bars))
    #expect(channel.high.ticks == 111 && channel.highAt == bars[1].openTime)
    #expect(channel.low.ticks == 99 && channel.lowAt == bars[2].openTime)
    #expect(channel.broken(by: Price(ticks: 111)) == nil)
    #expect(channel.broken(by: Price(ticks: 112)) == .long)
    #expect(channel.broken(by: Price(ticks: 99)) == nil)
    #expect(channel.broken(by: Price(ticks: 98)) == .short)
    #expect(Channel([Candle]()) == nil)
  }

  @Test func `the true range includes the gap to the close before`() throws {
    let bars = [
      Bars.bar(0, open: 100, close: 100), Bars.bar(1, open: 110, close: 112),
      Bars.bar(2, open: 112, close: 112),
    ]
    let range = try #require(AverageTrueRange(bars))
    // 113 − 100 and 113 − 111.
    #expect(range.sum == 15 && range.count == 2)
    #expect(range.ticks(timesThousandths: 1000, rounding: .up) == 8)
    #expect(range.ticks(timesThousandths: 1000, rounding: .down) == 7)
    #expect(range.ticks(timesThousandths: 1, rounding: .down) == 1)
    #expect(AverageTrueRange(bars.prefix(1)) == nil)
  }

  @Test func `the first close above the channel proposes a long with exact prices`() throws {
    var bars = (0..<7).map { Bars.bar($0, open: 10_000, close: 10_000) }
    bars.append(Bars.bar(7, open: 10_000, close: 10_010))
    let found = Self.proposals(bars, Self.settings())
    #expect(found.count == 1)
    let (candle, proposal) = try #require(found.first)
    #expect(candle == bars[7])
    #expect(proposal.direction == .long)
    // Slippage 0.1 % of 10010 is 10.01, down to 10; ranges 2, 2, 12 make 16/3, twice that up is 11.
    #expect(proposal.worstPrice.ticks == 10_020)
    #expect(proposal.stop.ticks == 9999)
    #expect(proposal.takeProfits.first?.ticks == 10_062)
    #expect(proposal.setup.text == "high-10001-\(bars[6].openTime.milliseconds)")
  }

  @Test func `the mirror image proposes the mirrored short`() throws {
    var bars = (0..<7).map { Bars.bar($0, open: 10_000, close: 10_000) }
    bars.append(Bars.bar(7, open: 10_000, close: 9990))
    let (_, proposal) = try #require(Self.proposals(bars, Self.settings()).first)
    #expect(proposal.direction == .short)
    #expect(proposal.worstPrice.ticks == 9981)
    #expect(proposal.stop.ticks == 10_001)
    #expect(proposal.takeProfits.first?.ticks == 9941)
    #expect(proposal.setup.text.hasPrefix("low-9999-"))
  }

  @Test func `one break is one proposal, however long the move goes on`() {
    var bars = (0..<7).map { Bars.bar($0, open: 10_000, close: 10_000) }
    for step in 0..<10 {
      let open = 10_000 + Int64(step) * 50
      bars.append(Bars.bar(7 + step, open: open, close: open + 50))
    }
    #expect(Self.proposals(bars, Self.settings()).count == 1)
  }

  @Test func `nothing is proposed before the channel is full`() {
    let bars = (0..<6).map { Bars.bar($0, open: 10_000, close: 10_000 + Int64($0) * 100) }
    #expect(Self.proposals(bars, Self.settings()).isEmpty)
  }

  @Test func `a short whose profit lies below zero goes without a profit`() throws {
    var bars = (0..<7).map { Bars.bar($0, open: 100, close: 100) }
    bars.append(Bars.bar(7, open: 100, close: 40))
    let (_, proposal) = try #require(
      Self.proposals(bars, Self.settings { $0.takeProfitR = 50_000 }).first)
    #expect(proposal.takeProfits.isEmpty)
  }

  @Test(arguments: 1...30)
  func `decisions are coherent, deterministic, and know neither the future nor the far past`(
    _ seed: UInt64
  ) {
    let bars = Bars.walk(400, seed: seed)
    let settings = Self.settings()
    let whole = Self.proposals(bars, settings)
    #expect(!whole.isEmpty)
    #expect(whole.map(\.1) == Self.proposals(bars, settings).map(\.1))
    var setups: Set<SetupID> = []
    for (candle, proposal) in whole {
      #expect(setups.insert(proposal.setup).inserted, "a setup was proposed twice")
      let sign: Int64 = proposal.direction == .long ? 1 : -1
      #expect((proposal.worstPrice.ticks - proposal.stop.ticks) * sign > 0)
      #expect((candle.close.ticks - proposal.stop.ticks) * sign > 0)
    }
    let memory = BreakoutStrategy(settings).memory
    for end in stride(from: memory, to: bars.count, by: 7) {
      let prefix = Self.proposals(Array(bars[..<end]), settings)
      let expected = whole.filter { $0.0.openTime < bars[end].openTime }
      #expect(prefix.map(\.1) == expected.map(\.1), "the future was known")
      let recent = Self.proposals(Array(bars[(end - memory)..<end]), settings)
      let decided = recent.last.map { $0.0 == bars[end - 1] ? $0.1 : nil } ?? nil
      let before = expected.last.map { $0.0 == bars[end - 1] ? $0.1 : nil } ?? nil
      #expect(decided == before, "the far past was remembered")
    }
  }

  @Test func `a recorded day of BTC has some signals, coherent and without the future`() throws {
    guard let bars = try Bars.recorded(1440) else { return }
    #expect(bars.count == 1440)
    let settings = BreakoutStrategy.Settings()
    let whole = Self.proposals(bars, settings)
    #expect((5...400).contains(whole.count), "\(whole.count) signals in a day")
    #expect(whole.map(\.1) == Self.proposals(bars, settings).map(\.1))
    #expect(Set(whole.map(\.1.setup)).count == whole.count)
    for (candle, proposal) in whole {
      let sign: Int64 = proposal.direction == .long ? 1 : -1
      #expect((proposal.worstPrice.ticks - proposal.stop.ticks) * sign > 0)
      if let profit = proposal.takeProfits.first {
        #expect((profit.ticks - proposal.worstPrice.ticks) * sign > 0)
      }
      #expect(abs(proposal.worstPrice.ticks - candle.close.ticks) <= candle.close.ticks / 1000)
    }
    for end in [100, 333, 720, 1111] {
      let prefix = Self.proposals(Array(bars[..<end]), settings)
      let expected = whole.filter { $0.0.openTime < bars[end].openTime }
      #expect(prefix.map(\.1) == expected.map(\.1))
    }
  }
}
