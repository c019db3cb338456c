import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

/// Faults from a list: the n-th message of a feed meets its fate.
private struct PlannedFaults: WebSocketFaults {
  var fates: [String: [WebSocketFate]] = [:]

  mutating func fate(of message: WebSocketMessage, at now: WallTime) -> WebSocketFate {
    guard fates[message.feed]?.isEmpty == false else { return .deliver }
    return fates[message.feed]?.removeFirst() ?? .deliver
  }
}

@Suite("faults of the WebSocket")
struct WebSocketFaultTests {
  private func bench(_ faults: PlannedFaults) throws -> HubBench {
    let bench = try HubBench(faults: faults)
    bench.connect()
    _ = bench.heard()
    return bench
  }

  @Test func `a message that is left out is a gap in the numbers of its feed`() throws {
    let bench = try bench(PlannedFaults(fates: ["book": [.suppress], "fills": [.suppress]]))
    let snapshot = bench.subscribe("book", ["PF_XBTUSD"]).last
    bench.set(Samples.tick(bench.product, last: 50_001, at: 250))
    bench.advance(250)
    let first = try #require(snapshot?["seq"] as? Int64)
    let numbers = bench.heard().compactMap { $0["seq"] as? Int64 }
    #expect(numbers.first == first + 2)
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 })
    try bench.subscribePrivate("fills")
    bench.show([.fill(Samples.fill(bench.product)), .fill(Samples.fill(bench.product))])
    let fills = bench.heard().compactMap {
      ($0["fills"] as? [[String: Any]])?.first?["seq"] as? Int
    }
    #expect(fills == [1])
  }

  @Test func `the armed table decides over the messages`() throws {
    let desk = FaultDesk()
    let bench = try HubBench(faults: desk)
    bench.connect()
    _ = bench.heard()
    _ = try desk.arm(Fault(kind: .fillsWithoutOrders)).get()
    try bench.subscribePrivate("open_orders")
    try bench.subscribePrivate("fills")
    let placed = OrderChange(
      order: Samples.order(bench.product), reason: .placed, isCancel: false)
    bench.show([.order(placed), .fill(Samples.fill(bench.product))])
    #expect(bench.heard().map { $0["feed"] as? String } == ["fills"])
    #expect(desk.disarmAll() == 1)
    bench.show([.order(placed)])
    #expect(bench.heard().map { $0["feed"] as? String } == ["open_orders"])
    _ = try desk.arm(Fault(kind: .socketDrop(feed: "fills"))).get()
    bench.show([.fill(Samples.fill(bench.product))])
    #expect(bench.dropped == [1])
  }

  @Test func `a suppressed message never comes`() throws {
    let bench = try bench(PlannedFaults(fates: ["open_orders": [.suppress]]))
    try bench.subscribePrivate("open_orders")
    for _ in 0..<2 {
      bench.show([
        .order(
          OrderChange(
            order: Samples.order(bench.product), reason: .placed,
            isCancel: false))
      ])
    }
    bench.advance(60_000)
    #expect(bench.heard().count == 1)
  }

  @Test func `a delayed message is overtaken`() throws {
    let bench = try bench(PlannedFaults(fates: ["fills": [.delay(500)]]))
    try bench.subscribePrivate("fills")
    bench.show([.fill(Samples.fill(bench.product, id: "late"))])
    bench.show([.fill(Samples.fill(bench.product, id: "next"))])
    func ids() -> [String?] {
      bench.heard().map { ($0["fills"] as? [[String: Any]])?.first?["fill_id"] as? String }
    }
    #expect(ids() == ["next"])
    bench.advance(499)
    #expect(ids() == [])
    bench.advance(1)
    #expect(ids() == ["late"])
  }

  @Test func `a stalled connection gets everything afterwards, in order`() throws {
    let bench = try bench(PlannedFaults(fates: ["heartbeat": [.stall(3000)]]))
    bench.subscribe("heartbeat")
    _ = bench.heard()
    for _ in 0..<2 { bench.advance(1000) }
    #expect(bench.heard().isEmpty)
    #expect(bench.say(#"{"event":"ping"}"#).isEmpty, "answers are held back too")
    for _ in 0..<3 { bench.advance(1000) }
    let heard = bench.heard()
    #expect(heard.prefix(3).map { $0["event"] as? String } == [nil, nil, "pong"])
    let times = heard.compactMap { $0["time"] as? Int64 }
    #expect(times.count == 5 && times == times.sorted())
  }

  @Test func `a stalled connection that is owed too much is cut`() throws {
    let bench = try bench(PlannedFaults(fates: ["heartbeat": [.stall(86_400_000)]]))
    bench.subscribe("heartbeat")
    bench.advance(1000)
    for _ in 0..<40_000 where bench.dropped.isEmpty { bench.advance(1000) }
    #expect(bench.dropped == [1])
    #expect(bench.hub.clients.isEmpty)
  }

  @Test func `a dropped connection is gone with all it was owed`() throws {
    let bench = try bench(PlannedFaults(fates: ["ticker": [.drop]]))
    bench.subscribe("ticker", ["PF_XBTUSD"])
    #expect(bench.dropped == [1])
    #expect(!bench.hub.isListenedTo)
    #expect(bench.say(#"{"event":"ping"}"#).isEmpty)
  }
}
