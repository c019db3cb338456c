import Domain
import Foundation
import Testing

@testable import PaperVenue

@Suite("the public feeds of the WebSocket")
struct WebSocketMarketTests {
  private func feeds(_ messages: [[String: Any]]) -> [String] {
    messages.compactMap { $0["feed"] as? String }
  }

  @Test func `changes applied to a snapshot give the next snapshot, numbered without a gap`() throws
  {
    let bench = try HubBench()
    bench.connect(1)
    bench.connect(2)
    let first = try #require(bench.subscribe("book", ["PF_XBTUSD"]).last)
    var book = Book(first)
    var sequence = try #require(first["seq"] as? Int64)
    for (step, last) in [50_001, 50_003, 49_990, 49_990, 70_000].enumerated() {
      bench.set(Samples.tick(bench.product, last: Int64(last), at: Int64(step + 1) * 250))
      bench.advance(250)
      for change in bench.heard() {
        sequence += 1
        #expect(change["seq"] as? Int64 == sequence)
        book.apply(change)
        #expect(book.isSound, "crossed or empty after \(change)")
      }
    }
    let second = try #require(bench.subscribe("book", ["PF_XBTUSD"], from: 2).last)
    #expect(Book(second) == book)
    #expect(second["seq"] as? Int64 == sequence)
    #expect(bench.heard(1).isEmpty)
  }

  @Test func `levels of one price are one level`() throws {
    var book = DepthBook()
    let level = DepthLevel(price: Price(ticks: 1), quantity: Quantity(lots: 2))
    let changes = book.update(bids: [level, level], asks: [])
    #expect(changes.map(\.level.quantity.lots) == [4])
    #expect(book.update(bids: [level, level], asks: []).isEmpty)
  }

  @Test func `a ticker comes at once, then on change and at most once a second`() throws {
    let bench = try HubBench()
    bench.connect()
    for feed in ["ticker", "ticker_lite"] {
      #expect(feeds(bench.subscribe(feed, ["PF_XBTUSD"])).last == feed)
    }
    bench.advance(2000)
    #expect(bench.heard().isEmpty, "nothing changed")
    for step in 1...8 {
      bench.set(
        Samples.tick(bench.product, last: 50_000 + Int64(step), at: 2000 + Int64(step) * 250))
      bench.advance(250)
    }
    let heard = bench.heard()
    #expect(feeds(heard).filter { $0 == "ticker" }.count == 2)
    #expect(feeds(heard).filter { $0 == "ticker_lite" }.count == 2)
    bench.advance(1000)
    #expect(bench.heard().last { $0["feed"] as? String == "ticker" }?["last"] as? Int == 50_008)
  }

  @Test func `each trade is told once, and a snapshot has the newest first`() throws {
    let bench = try HubBench()
    bench.connect(1)
    bench.connect(2)
    var tick = Samples.tick(bench.product, at: 100)
    tick.trades = [Samples.trade(1, at: 50), Samples.trade(2, at: 60)]
    bench.set(tick)
    let snapshot = try #require(bench.subscribe("trade", ["PF_XBTUSD"]).last)
    let trades = try #require(snapshot["trades"] as? [[String: Any]])
    #expect(trades.map { $0["seq"] as? Int } == [2, 1])
    tick.time = Samples.time.advanced(byMilliseconds: 200)
    tick.trades.append(Samples.trade(3, at: 150))
    bench.set(tick)
    bench.subscribe("trade", ["PF_XBTUSD"], from: 2)
    bench.advance(250)
    #expect(bench.heard(1).map { $0["seq"] as? Int } == [3])
    #expect(bench.heard(2).isEmpty, "the third trade was in its snapshot")
  }

  @Test func `a new feed of a client costs it nothing of its others`() throws {
    let bench = try HubBench()
    bench.connect()
    bench.subscribe("book", ["PF_XBTUSD"])
    bench.set(Samples.tick(bench.product, last: 50_001, at: 250))
    let heard = bench.subscribe("trade", ["PF_XBTUSD"])
    #expect(feeds(heard).contains("book"))
    #expect(feeds(heard).last == "trade_snapshot")
  }

  @Test func `with more products than fit into one look each still gets its turn`() throws {
    let bench = try HubBench(productCount: 80)
    bench.connect()
    bench.subscribe("ticker", bench.products.map(\.symbol))
    bench.advance(1000)
    #expect(bench.hub.isBehind)
    _ = bench.heard()
    for product in bench.products { bench.set(Samples.tick(product, last: 50_009, at: 1000)) }
    for _ in 0..<3 { bench.advance(400) }
    #expect(bench.heard().filter { $0["last"] as? Int == 50_009 }.count == 80)
  }

  @Test func `a heart beats each second while somebody listens`() throws {
    let bench = try HubBench()
    bench.connect()
    bench.subscribe("heartbeat")
    _ = bench.heard()
    for _ in 0..<12 { bench.advance(250) }
    #expect(feeds(bench.heard()) == ["heartbeat", "heartbeat", "heartbeat"])
    bench.disconnect(1)
    bench.advance(5000)
    #expect(!bench.hub.isListenedTo)
  }

  @Test func `what nobody listens to is forgotten, but its numbers are not used again`() throws {
    let bench = try HubBench()
    bench.connect()
    bench.subscribe("book", ["PF_XBTUSD"])
    bench.set(Samples.tick(bench.product, last: 50_001, at: 250))
    bench.advance(250)
    let last = try #require(bench.heard().last?["seq"] as? Int64)
    bench.say(#"{"event":"unsubscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#)
    bench.subscribe("heartbeat")
    bench.advance(250)
    #expect(bench.hub.streams[bench.product]?.trades.isEmpty == true)
    #expect(bench.hub.streams[bench.product]?.time == nil)
    let snapshot = try #require(bench.subscribe("book", ["PF_XBTUSD"]).last)
    #expect(try #require(snapshot["seq"] as? Int64) >= last)
  }
}

/// A book as a client keeps it.
private struct Book: Equatable {
  var bids: [Double: Double]
  var asks: [Double: Double]

  init(_ snapshot: [String: Any]) {
    func side(_ name: String) -> [Double: Double] {
      let levels = (snapshot[name] as? [[String: Any]] ?? []).map { level in
        (level["price"] as? Double ?? .nan, level["qty"] as? Double ?? .nan)
      }
      return Dictionary(levels) { $1 }
    }
    bids = side("bids")
    asks = side("asks")
  }

  /// Neither crossed nor without a side.
  var isSound: Bool {
    guard let bid = bids.keys.max(), let ask = asks.keys.min() else { return false }
    return bid < ask
  }

  mutating func apply(_ change: [String: Any]) {
    guard let price = change["price"] as? Double, let quantity = change["qty"] as? Double else {
      return
    }
    let level = quantity == 0 ? nil : quantity
    if change["side"] as? String == "buy" { bids[price] = level } else { asks[price] = level }
  }
}
