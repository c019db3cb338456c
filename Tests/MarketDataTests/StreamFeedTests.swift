import Domain
import Testing
import Wire

@testable import MarketData

@Suite("a feed with a stream")
struct StreamFeedTests {
  private static let id = ScriptedMarket.id("PF_XBTUSD")
  private static let trades = StreamID(.trades, id)

  private func ready() -> FeedDrive {
    var drive = FeedDrive { $0.usesStream = true }
    drive.turn()
    tell(&drive, [.connected, .began(Self.trades, .fromNow)])
    return drive
  }

  private func tell(_ drive: inout FeedDrive, _ events: [StreamEvent]) {
    drive.step(.stream(events))
  }

  /// Trades that make the scripted bar of a minute.
  private func trades(of minute: Int64, _ market: ScriptedMarket) -> [StreamEvent] {
    let bar = market.bar("PF_XBTUSD", minute, isOver: true)
    return [bar.open, bar.high, bar.low, bar.close].enumerated().map { index, price in
      trade("\(minute)-\(index)", bar.openTime.milliseconds + Int64(index) * 15_000, price)
    }
  }

  private func trade(_ name: String, _ time: Int64, _ price: Price) -> StreamEvent {
    .trade(
      Trade(
        id: TradeID(unchecked: name), instrument: Self.id, time: MarketTime(milliseconds: time),
        price: price, quantity: Quantity(lots: 1), taker: .buy))
  }

  @Test func `what is followed is asked of the stream, and the source is told when it changes`() {
    var drive = ready()
    #expect(drive.followed.map(\.id) == [Self.id])
    tell(&drive, [.disconnected(why: "cut")])
    #expect(drive.notes.filter { $0.state == "source" }.map(\.detail) == ["stream", "polling"])
    #expect(drive.notes.contains { $0.state == "stream-gap" && $0.detail == "every stream: cut" })
  }

  @Test func `where signals run on the spot market, the contract's trades make no candle`() {
    var drive = FeedDrive {
      $0.usesStream = true
      $0.spot = [Self.id]
    }
    drive.turn()
    tell(&drive, [.connected, .began(Self.trades, .fromNow)])
    drive.market.now = 401 * 60_000 + 100
    tell(&drive, trades(of: 401, drive.market) + trades(of: 402, drive.market))
    drive.market.now = 403 * 60_000 + 100
    for _ in 0..<8 { drive.turn() }
    #expect(drive.minutes.suffix(2) == [401, 402])
    let contract = drive.market.bar("PF_XBTUSD", 402, isOver: true)
    #expect(drive.candles.last?.close == Price(ticks: contract.close.ticks + 1000))
    let charts = drive.requests.filter { request in
      if case .candles = request { true } else { false }
    }
    #expect(charts.isEmpty, "the contract's own chart is not asked for")
    // Its trades are still told, and count for staleness.
    #expect(drive.published.contains { if case .trade = $0 { true } else { false } })
  }

  @Test func `a candle of trades is told at once and no chart is asked for it`() {
    var drive = ready()
    let before = drive.candleRequests
    // The stream began inside of minute 400.
    drive.market.now = 401 * 60_000 + 100
    tell(&drive, trades(of: 401, drive.market) + trades(of: 402, drive.market))
    #expect(drive.minutes == [400, 401])
    drive.market.now = 403 * 60_000
    for _ in 0..<3 { drive.turn() }
    #expect(drive.minutes == [400, 401], "a moment is given to the trades")
    tell(&drive, trades(of: 403, drive.market))
    #expect(drive.minutes == [400, 401, 402])
    #expect(drive.candleRequests == before + 1, "minute 400 alone was asked for")
    #expect(drive.candles.last?.volume == Quantity(lots: 4))
  }

  @Test func `charts that are asked and do not answer keep no live candle waiting`() {
    var market = ScriptedMarket()
    market.ids = (0..<40).map { "PF_C\($0)USD" } + ["PF_XBTUSD"]
    var drive = FeedDrive(market) { $0.usesStream = true }
    drive.turn()
    let others = market.ids.dropLast().map { StreamID(.trades, ScriptedMarket.id($0)) }
    tell(&drive, [.connected] + (others + [Self.trades]).map { .began($0, .fromNow) })
    drive.market.now = 401 * 60_000 + 100
    drive.turn()
    tell(&drive, others.map { .gap($0, why: "lost") })
    // From here on every question stays open.
    var published: [Candle] = []
    var asked = 0
    for minute in Int64(401)...405 {
      drive.market.now = minute * 60_000 + 100
      drive.market.clock += 60_000
      let events = trades(of: minute, drive.market)
      for effect in drive.machine.step(.stream(events), now: drive.market.time) {
        if case .publish(.candle(let candle)) = effect { published.append(candle) }
        if case .request(.candles, _) = effect { asked += 1 }
      }
    }
    let times = published.map {
      ($0.openTime.milliseconds - ScriptedMarket.start) / ScriptedMarket.minute
    }
    #expect(times == [401, 402, 403, 404], "each with the first trade after it")
    #expect(published.allSatisfy { $0.instrument == Self.id })
    #expect((1...4).contains(asked), "back-fill is under way beside them: \(asked)")
  }

  @Test func `after a gap nothing is made of trades until they are whole again`() {
    var drive = ready()
    drive.market.now = 401 * 60_000
    drive.turn()
    tell(&drive, trades(of: 401, drive.market))
    tell(&drive, [.gap(Self.trades, why: "9 follows 7")])
    drive.market.now = 402 * 60_000
    for _ in 0..<3 { drive.turn() }
    #expect(drive.minutes == [400, 401], "the chart has it")
    #expect(drive.candles.last?.volume == Quantity(lots: 5), "the chart's own candle")
    tell(&drive, [.began(Self.trades, .after(MarketTime(milliseconds: ScriptedMarket.start)))])
    #expect(drive.notes.map(\.state).suffix(2) == ["stream-gap", "stream-began"])
    #expect(drive.machine.gaps == 1)
  }

  @Test func `what is stale is told per stream, and so is its end`() {
    var drive = ready()
    tell(&drive, [.gap(Self.trades, why: "lost")])
    for _ in 0..<40 { drive.turn() }
    let stale = drive.notes.filter { $0.state == "stale" }.map(\.detail)
    #expect(Set(stale) == ["PF_XBTUSD trades"])
    drive.market.refuses = true
    for _ in 0..<60 { drive.turn() }
    #expect(drive.notes.last?.detail == "PF_XBTUSD tickers, PF_XBTUSD trades")
    #expect(drive.alerts.count { $0.hasPrefix("stale") } == 2, "each is an alert once")
    drive.market.refuses = false
    tell(&drive, [.began(Self.trades, .joined)])
    for _ in 0..<40 { drive.turn() }
    #expect(drive.notes.filter { $0.state == "fresh" }.count == 2)
  }

  @Test func `a minute without a trade closes by the clock when the chart does not answer`() {
    var drive = ready()
    drive.market.now = 402 * 60_000 - 1000
    for _ in 0..<3 { drive.turn() }
    tell(&drive, trades(of: 401, drive.market))
    drive.market.refuses = true
    drive.market.now = 403 * 60_000 + 1000
    tell(&drive, [.ticker(drive.market.ticker("PF_XBTUSD"), delay: 0)])
    for _ in 0..<80 {
      drive.turn()
      tell(&drive, [.ticker(drive.market.ticker("PF_XBTUSD"), delay: 0)])
    }
    #expect(drive.minutes == [400, 401, 402])
    #expect(drive.candles.last?.volume == .zero)
    #expect(drive.candles.last?.close == drive.candles.dropLast().last?.close)
  }

  @Test func `the delay of a ticker makes it as old as it may be`() {
    var drive = ready()
    drive.market.now += 1000
    tell(&drive, [.ticker(drive.market.ticker("PF_XBTUSD"), delay: 7000)])
    guard case .ticker(_, let readAt) = drive.published.last else {
      Issue.record("no ticker")
      return
    }
    #expect(drive.market.time.wall.milliseconds - readAt.milliseconds == 7000)
  }

  @Test func `a late trade is counted and changes no candle`() {
    var drive = ready()
    drive.market.now = 401 * 60_000
    drive.turn()
    tell(&drive, trades(of: 401, drive.market) + trades(of: 402, drive.market))
    let told = drive.candles
    tell(&drive, [trade("late", ScriptedMarket.start + 401 * 60_000, Price(ticks: 1))])
    #expect(drive.candles == told && drive.machine.late == 1)
  }
}
