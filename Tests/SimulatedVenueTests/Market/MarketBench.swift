import Domain
import Foundation
import Testing

@testable import SimulatedVenue

/// How fast bars are walked; a number to read, in a release build, and no verdict.
///
/// `INTERLOCK_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter MarketBench`
@Suite(
  "how fast bars are walked",
  .enabled(if: ProcessInfo.processInfo.environment["INTERLOCK_BENCH"] != nil),
  .serialized)
struct MarketBench {
  private static let bars = 2_000_000 as Int64
  private static let rounds = 7

  /// Walks `bars` minutes from the present, in paths of a day, without an order.
  private func walk(_ market: InstrumentMarket) -> (points: Int, checksum: Int64) {
    var market = market
    var cursor = GeneratedSource.present
    let end = cursor.advanced(byMilliseconds: Self.bars * 60_000)
    var points = 0
    var checksum = 0 as Int64
    while cursor < end {
      let path = market.points(from: cursor, to: end)
      points += path.count
      for point in path { checksum &+= point.last.ticks ^ point.mark.ticks ^ point.index.ticks }
      cursor = path.last?.time ?? end
    }
    return (points, checksum)
  }

  private func measure(_ name: String, _ market: InstrumentMarket) {
    let clock = ContinuousClock()
    let rates = (0..<Self.rounds).map { _ in
      let start = clock.now
      let walked = walk(market)
      let seconds = (clock.now - start) / .seconds(1)
      #expect(walked.points > Int(Self.bars) * 3)
      return Double(Self.bars) / seconds / 1_000_000
    }.sorted()
    let numbers = [rates[0], rates[Self.rounds / 2], rates[Self.rounds - 1]].map {
      String(format: "%.2f", $0)
    }
    FileHandle.standardError.write(
      Data("\(name): \(numbers.joined(separator: " / ")) million bars/s (min/median/max)\n".utf8))
  }

  @Test func `recorded bars and generated ones`() throws {
    let instrument = try MarketSample.instrument()
    let contract = try #require(StandardInstruments.contract(instrument.id))
    var generated = GeneratedSource(instrument: instrument, seed: 1)
    measure(
      "generated", InstrumentMarket(contract: contract, source: generated, seed: 1))
    var candles: [Candle] = []
    var cursor = GeneratedSource.present
    while candles.count < Int(Self.bars) + 1, let bar = generated.firstBar(atOrAfter: cursor) {
      if let candle = bar.candle(of: instrument.id, .oneMinute) { candles.append(candle) }
      cursor = bar.openTime.advanced(byMilliseconds: 60_000)
    }
    let replay = try #require(ReplaySource(instrument: instrument, candles: candles))
    measure("recorded", InstrumentMarket(contract: contract, source: replay, seed: 1))
  }
}
