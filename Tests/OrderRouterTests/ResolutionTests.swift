import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("what a reading proves of an order in doubt")
struct ResolutionTests {
  private let order: OrderRow
  private let settled: WallTime
  private let held: WallTime

  init() throws {
    let bench = try RouterBench()
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    order = try #require(try bench.orders().first)
    #expect(order.status == .unknown)
    settled = order.placement.processBefore.advanced(byMilliseconds: 1000)
    held = settled.advanced(byMilliseconds: 60_000)
  }

  private func resolve(
    _ status: VenueOrderState? = nil, filled: Int64 = 0, counted: Int64 = 0,
    history: [OrderHistoryEvent]? = [], agrees: Bool = true, reachesBack: Bool = true,
    at begun: WallTime
  ) -> OrderResolution {
    var order = order
    order.filled = Quantity(lots: counted)
    let report = status.map { status in
      VenueOrderReport(
        clientOrderID: order.id, venueOrderID: VenueOrderID(unchecked: "v"), status: status,
        filled: Quantity(lots: filled))
    }
    return OrderResolution.resolve(
      order,
      OrderResolution.Evidence(
        report: report, history: history, fillsReachBack: reachesBack, positionsAgree: agrees,
        begun: begun, settledAt: settled, heldAt: held))
  }

  @Test(arguments: [VenueOrderState.filled, .cancelled])
  func `the look-up's end is believed once the fills it speaks of are counted`(
    state: VenueOrderState
  ) {
    #expect(resolve(state, filled: 4, counted: 0, at: held) == .stays)
    #expect(resolve(state, filled: 4, counted: 3, at: held) == .stays)
    let ended = OrderResolution.cancelled(text: "filled 4 of 10 lots")
    #expect(resolve(state, filled: 4, counted: 4, at: held) == ended)
  }

  @Test func `it was never placed when every source has been read and agrees, and not before`() {
    let late = settled.advanced(byMilliseconds: 1)
    #expect(resolve(at: late) == .notPlaced)
    #expect(resolve(at: settled) == .stays, "it may still arrive")
    #expect(resolve(agrees: false, at: late) == .stays, "a position nobody explains")
    #expect(resolve(reachesBack: false, at: late) == .stays, "fills not read back to its birth")
    #expect(resolve(history: nil, at: late) == .stays, "the history not read")
    #expect(resolve(counted: 3, at: late) != .notPlaced, "it has filled")
  }

  @Test func `sources that contradict each other for too long hold it`() {
    let late = held.advanced(byMilliseconds: 1)
    #expect(resolve(agrees: false, at: held) == .stays)
    guard case .held = resolve(agrees: false, at: late) else {
      Issue.record("not held")
      return
    }
  }
}
