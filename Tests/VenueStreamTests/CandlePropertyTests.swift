import Domain
import Testing
import Wire

@testable import MarketData

@Suite("candles of a stream that fails")
struct CandlePropertyTests {
  /// Expects what was heard to be the candles of the venue's trades, from the first to the last.
  private func expectWhole(
    _ pipeline: inout VirtualPipeline, least: Int, _ context: String
  ) throws {
    #expect(pipeline.contradictions.isEmpty, "a repeated candle is another: \(context)")
    for (id, heard) in pipeline.downstream {
      let first = try #require(heard.first).openTime
      let end = pipeline.source.time.advanced(byMilliseconds: -10_000)
      let expected = pipeline.source.candles(of: id.instrument, id.timeframe, from: first, to: end)
      let told = heard.filter { $0.closeTime <= end }
      #expect(told.count >= least, "\(id): \(told.count) candles: \(context)")
      let missing = expected.filter { !told.contains($0) }.map(\.short)
      let wrong = told.filter { !expected.contains($0) }.map(\.short)
      #expect(missing.isEmpty, "\(id): \(context)")
      #expect(wrong.isEmpty, "\(id): \(context)")
    }
  }

  @Test(arguments: [1, 60, 240] as [Int64])
  func `without a fault candles come of trades alone`(_ speed: Int64) throws {
    var pipeline = try VirtualPipeline(speed: speed, seed: 3)
    pipeline.run(400_000 / speed + 20_000)
    #expect(pipeline.feed.isReady && pipeline.feed.gaps == 0)
    #expect(pipeline.feed.source == .stream)
    try expectWhole(&pipeline, least: 4, "speed \(speed)")
    #expect(pipeline.feed.differences == 0 && pipeline.feed.late == 0)
    #expect(pipeline.feed.traded > pipeline.feed.published / 2)
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `whatever the stream and the charts do, no candle is wrong or missing at the end`(
    _ seed: UInt64
  ) throws {
    var chances = VirtualPipeline.Chances()
    chances.restFails = 4
    chances.frameTwice = 50
    chances.framesSwapped = 60
    chances.gap = 100
    chances.drop = 800
    chances.stall = 600
    chances.delay = 150
    var pipeline = try VirtualPipeline(
      speed: seed.isMultiple(of: 2) ? 60 : 240, seed: seed, chances: chances,
      further: [.fiveMinutes, .oneHour])
    pipeline.run(90_000)
    let faults = try #require(pipeline.faults)
    pipeline.calm()
    pipeline.run(30_000)
    let context = "seed \(seed), \(faults)"
    #expect(faults.suppressed["trade", default: 0] > 0 && faults.dropped > 0, "\(context)")
    try expectWhole(&pipeline, least: 1, context)
    #expect(pipeline.feed.gaps >= 3, "\(context)")
    #expect(pipeline.notes.contains { $0.state == "stream-gap" }, "\(context)")
    #expect(pipeline.feed.source == .stream, "\(context)")
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func `fifty kills leave the candles that no kill leaves`(_ seed: UInt64) throws {
    var chances = VirtualPipeline.Chances()
    chances.kill = 24
    chances.gap = 300
    chances.drop = 2000
    chances.restFails = 8
    var killed = try VirtualPipeline(speed: 60, seed: seed, chances: chances)
    killed.run(75_000)
    killed.calm()
    killed.run(20_000)
    #expect(killed.lives > 50)
    var whole = try VirtualPipeline(speed: 60, seed: seed)
    whole.run(95_000)
    #expect(killed.contradictions.isEmpty && whole.contradictions.isEmpty)
    let end = killed.source.time.advanced(byMilliseconds: -10_000)
    for (id, candles) in whole.downstream {
      let first = try #require(killed.downstream[id]?.first, "\(id)")
      let expected = candles.filter { $0.openTime >= first.openTime && $0.closeTime <= end }
      let survived = killed.downstream[id]?.filter { $0.closeTime <= end } ?? []
      #expect(expected.count > 60, "\(id): \(expected.count)")
      #expect(survived == expected, "\(id)")
    }
  }

  @Test func `a stalled stream does not make its tickers fresh`() throws {
    var pipeline = try VirtualPipeline(speed: 60, seed: 5)
    pipeline.run(10_000)
    #expect(pipeline.tickerAges.allSatisfy { $0 <= 400 })
  }
}

extension Candle {
  /// For the text of a failure.
  var short: String {
    let minute = openTime.milliseconds / 60_000 % 10_000
    return "\(minute): \(open.ticks) \(high.ticks) \(low.ticks) \(close.ticks) \(volume.lots)"
  }
}
