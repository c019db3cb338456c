import Domain
import Testing
import Wire

@testable import MarketData

@Suite("the feed")
struct FeedTests {
  private static let minute = ScriptedMarket.minute

  @Test func `history is served and not published, and the feed is ready when it is there`() {
    var drive = FeedDrive()
    drive.turn()
    #expect(drive.isReady)
    #expect(drive.candles.isEmpty)
    let snapshot = drive.machine.snapshot(epoch: 7, sequence: 3, candles: 20)
    #expect(snapshot.candles.count == 20)
    #expect(snapshot.epoch == 7 && snapshot.sequence == 3)
    #expect(snapshot.candles.last == drive.market.bar("PF_XBTUSD", 399, isOver: true))
    #expect(snapshot.instruments.count == 1 && snapshot.tickers.count == 1)
  }

  @Test func `only candles that are over are published, in order, each once`() {
    var drive = FeedDrive()
    drive.turn()
    for _ in 0..<200 { drive.turn(market: 17_000) }
    let last = drive.market.now / Self.minute - 1
    #expect(drive.minutes == Array(400...last))
    for candle in drive.candles {
      #expect(candle.close.ticks == candle.open.ticks + 3, "a forming bar was published")
    }
  }

  @Test func `a candle follows the ticker that showed it to be over`() throws {
    var drive = FeedDrive()
    drive.turn()
    drive.turn(market: 70_000)
    let candle = try #require(
      drive.published.firstIndex { if case .candle = $0 { true } else { false } })
    let shown = drive.published[..<candle].contains { body in
      if case .ticker(let ticker, _) = body {
        ticker.time.milliseconds >= ScriptedMarket.start + 401 * Self.minute
      } else {
        false
      }
    }
    #expect(shown)
  }

  @Test(arguments: 1...20)
  func `whatever the venue does and however often the process ends, nothing is skipped`(
    _ seed: UInt64
  ) {
    var random = Seeded(seed)
    var drive = FeedDrive()
    drive.turn()
    var all: [Int64] = []
    for _ in 0..<300 {
      drive.market.refuses = random.below(4) == 0
      drive.turn(milliseconds: 100 + random.below(3000), market: random.below(150_000))
      if random.below(20) == 0 {
        all += drive.minutes
        drive = FeedDrive(drive.market, places: drive.places)
      }
    }
    drive.market.refuses = false
    for _ in 0..<60 { drive.turn(milliseconds: 5000) }
    all += drive.minutes
    #expect(all == Array(400...(drive.market.now / Self.minute - 1)))
  }

  @Test func `a hole of the venue is published as one`() {
    var drive = FeedDrive()
    drive.turn()
    drive.market.missing = [401, 402]
    for _ in 0..<20 { drive.turn(market: 30_000) }
    #expect(drive.minutes == [400] + Array(403...(drive.market.now / Self.minute - 1)))
    #expect(drive.notes.map(\.state) == ["hole"])
    #expect(drive.notes.first?.detail.contains("no candles for 2 bars") == true)
    #expect(drive.alerts.count == 1)
  }

  @Test func `bars missing from one answer only are no hole`() {
    var series = CandleSeries(ScriptedMarket.id("PF_XBTUSD"), .oneMinute, capacity: 10)
    let market = ScriptedMarket()
    let bars = (0..<6).map { market.bar("PF_XBTUSD", $0, isOver: true) }
    let proof = bars[5].closeTime
    _ = series.take(Array(bars[..<2]), proof: proof)
    let lacking = series.take(Array(bars[4...]), proof: proof)
    #expect(lacking.mustConfirm && lacking.steps.isEmpty)
    let whole = series.take(Array(bars[2...]), proof: proof)
    #expect(whole.steps == bars[2...].map { .candle($0) })
    #expect(series.closed == bars)
  }

  @Test func `a bar without proof that it is over waits, a later bar is proof`() {
    var series = CandleSeries(ScriptedMarket.id("PF_XBTUSD"), .oneMinute, capacity: 10)
    let market = ScriptedMarket()
    let bars = (0..<3).map { market.bar("PF_XBTUSD", $0, isOver: true) }
    let taken = series.take(bars, proof: bars[0].closeTime)
    #expect(taken.steps == bars[..<2].map { .candle($0) })
    #expect(series.take([bars[2]], proof: bars[2].openTime).steps.isEmpty)
    #expect(series.take([bars[2]], proof: bars[2].closeTime).steps == [.candle(bars[2])])
    #expect(series.take(bars, proof: bars[2].closeTime).steps.isEmpty)
  }

  @Test func `a quiet market is asked for tickers and nothing else`() {
    var drive = FeedDrive()
    drive.turn()
    let before = drive.candleRequests
    for _ in 0..<100 { drive.turn() }
    #expect(drive.candleRequests == before)
    #expect(drive.machine.isStale(now: drive.market.time.machine))
    drive.turn(market: 1000)
    #expect(!drive.machine.isStale(now: drive.market.time.machine))
  }

  @Test func `an unchanged ticker is told again so that its age is known`() {
    var drive = FeedDrive()
    drive.turn()
    drive.published = []
    for _ in 0..<10 { drive.turn() }
    #expect(drive.published.count == 2)
    guard case .ticker(_, let readAt) = drive.published.last else {
      Issue.record("no ticker")
      return
    }
    #expect(drive.market.time.wall.milliseconds - readAt.milliseconds < 1000)
  }

  @Test func `a restart goes on where the last life stopped`() {
    var first = FeedDrive()
    first.turn()
    for _ in 0..<10 { first.turn(market: 30_000) }
    var market = first.market
    market.now += 130 * Self.minute
    var second = FeedDrive(market, places: first.places)
    for _ in 0..<5 { second.turn() }
    #expect(first.minutes + second.minutes == Array(400...(market.now / Self.minute - 1)))
  }

  @Test func `a place hopelessly far back is given up loudly`() {
    let place = MarketTime(milliseconds: ScriptedMarket.start)
    var market = ScriptedMarket()
    market.now = 20_000 * Self.minute
    var drive = FeedDrive(
      market, places: [SeriesID(ScriptedMarket.id("PF_XBTUSD"), .oneMinute): place])
    drive.turn()
    #expect(drive.isReady && drive.candles.isEmpty)
    #expect(drive.notes.map(\.state) == ["hole"])
  }

  @Test func `a market that goes back is begun anew and said so`() {
    var drive = FeedDrive()
    drive.turn()
    drive.market.now -= 200 * Self.minute
    for _ in 0..<5 { drive.turn() }
    #expect(drive.notes.map(\.state) == ["market-went-back"])
    drive.turn(market: 60_000)
    #expect(drive.minutes == [200])
  }

  @Test func `of too many instruments the rest is left aside and named`() {
    var market = ScriptedMarket()
    market.ids = (100..<508).map { "PF_X\($0)USD" }
    var drive = FeedDrive(market)
    for _ in 0..<5 { drive.turn() }
    #expect(drive.machine.feeds.count == 400)
    #expect(drive.isReady)
    #expect(drive.alerts.count == 1 && drive.alerts[0].hasPrefix("8 instruments left aside"))
  }

  @Test func `an instrument the venue does not list is named and delays nobody`() {
    var drive = FeedDrive { settings in
      settings.instruments = ["PF_XBTUSD", "PF_NONEUSD"].map(ScriptedMarket.id)
    }
    drive.turn()
    #expect(drive.isReady)
    #expect(drive.alerts.contains { $0.contains("PF_NONEUSD") })
  }

  @Test func `an instrument that may not be traded is not followed unless it is named`() {
    var market = ScriptedMarket()
    market.tradeable = false
    var all = FeedDrive(market)
    all.turn()
    #expect(all.machine.feeds.isEmpty && !all.isReady)
    var named = FeedDrive(market) { $0.instruments = [ScriptedMarket.id("PF_XBTUSD")] }
    named.turn()
    #expect(named.isReady)
  }

  @Test func `a venue that is away is asked less and less often, and wakes are never in the past`()
  {
    var market = ScriptedMarket()
    market.refuses = true
    var drive = FeedDrive(market)
    for _ in 0..<600 {
      drive.turn(milliseconds: 100)
      let now = drive.market.time.machine
      #expect(now < drive.machine.wake(now: now))
    }
    #expect((12...30).contains(drive.requests.count))
    #expect(drive.alerts.count == 1)
    drive.market.refuses = false
    for _ in 0..<60 { drive.turn(milliseconds: 100) }
    #expect(drive.isReady)
  }
}

/// A generator that gives the same numbers for the same seed.
struct Seeded {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  mutating func below(_ bound: Int64) -> Int64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int64(state % UInt64(bound))
  }
}
