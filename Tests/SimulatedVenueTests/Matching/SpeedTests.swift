import Domain
import Foundation
import Testing

@testable import SimulatedVenue

/// How fast the machine is, on request: `INTERLOCK_BENCH=1 swift test -c release
/// -Xswiftc -enable-testing --filter SpeedTests`.
@Suite("speed", .enabled(if: ProcessInfo.processInfo.environment["INTERLOCK_BENCH"] != nil))
struct SpeedTests {
  private func report(_ what: String, _ count: Int, _ work: () throws -> Void) rethrows {
    let time = try ContinuousClock().measure(work)
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    print("\(what): \(Int(Double(count) / seconds)) a second (\(count) in \(seconds) s)")
  }

  private func machine(openOrders count: Int) throws -> (VenueMachine, VenueTime) {
    var bench = try VenueBench(dollars: 100_000_000)
    for number in 0..<count {
      let spread = Int64(number / 2)
      bench.place(
        number % 2 == 0 ? .buy : .sell, .limit, 100,
        limit: number % 2 == 0 ? 45_000 - spread : 55_000 + spread, id: "open\(number)")
    }
    return (bench.machine, bench.now)
  }

  @Test(arguments: [0, 400])
  func `a limit that rests and its cancel`(_ open: Int) throws {
    var (machine, now) = try machine(openOrders: open)
    let pairs = open == 0 ? 50_000 : 10_000
    report("place and cancel beside \(open) open orders, pairs", pairs) {
      for number in 0..<pairs {
        _ = machine.place(
          OrderRequest(
            clientOrderID: "n\(number)", instrument: VenueBench.bitcoin, side: .buy, kind: .limit,
            limit: Price(ticks: 49_000), quantity: Quantity(lots: 10)), now: now)
        _ = machine.cancel(.client("n\(number)"), now: now)
        _ = machine.takeRecords()
      }
    }
    #expect(machine.book.openCount == open)
    #expect(machine.book.recordCount >= Int64(2 * pairs))
  }

  @Test(arguments: [0, 400])
  func `a market order`(_ open: Int) throws {
    var (machine, now) = try machine(openOrders: open)
    let count = open == 0 ? 50_000 : 10_000
    report("market orders beside \(open) open orders", count) {
      for number in 0..<count {
        now = VenueTime(wall: now.wall, market: now.market.advanced(byMilliseconds: 2000))
        _ = machine.place(
          OrderRequest(
            clientOrderID: "n\(number)", instrument: VenueBench.bitcoin,
            side: number % 2 == 0 ? .buy : .sell, kind: .market, quantity: Quantity(lots: 10)),
          now: now)
        _ = machine.takeRecords()
      }
    }
    #expect(machine.book.fillCount == Int64(count))
  }

  @Test(arguments: [0, 400])
  func `bars`(_ open: Int) throws {
    var (machine, now) = try machine(openOrders: open)
    let count = open == 0 ? 500_000 : 2000
    var random = SplitMix(seed: 3)
    var price: Int64 = 50_000
    var time = MarketSample.time(1)
    let paths = try (0..<1000).map { minute in
      let close = 50_000 + Int64(random.whole(-100...100))
      let bar = try MarketSample.bar(
        (price, max(price, close) + 20, min(price, close) - 20, close), minute: Int64(minute))
      price = close
      return IntrabarPath(bar).turningPoints
    }
    report("bars of four points beside \(open) open orders", count) {
      for bar in 0..<count {
        let path = paths[bar % 1000].map { point in
          MarketPoint(
            time: time.advanced(byMilliseconds: point.offset), last: point.price,
            mark: point.price, index: point.price)
        }
        machine.move(VenueBench.bitcoin, along: path, wall: now.wall)
        time = time.advanced(byMilliseconds: 60_000)
        _ = machine.takeRecords()
      }
    }
    now = VenueTime(wall: now.wall, market: time)
    #expect(machine.book.openCount == open)
  }
}
