import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("a word of the venue that nobody knows")
struct UnknownWordTests {
  @Test func `the look-up's counts as alive: the lock stays, and nothing is sent again`() throws {
    let bench = try RouterBench()
    bench.venue.fates = [.requestLost]
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    let order = try #require(try bench.orders().first)
    bench.venue.recent = [
      VenueOrderReport(
        clientOrderID: order.id, venueOrderID: VenueOrderID(unchecked: "v"),
        status: .unrecognised(word: "FLOATING"), filled: .zero)
    ]
    try bench.pass(milliseconds: 500, upTo: 60_000)
    #expect(try bench.orders().map(\.status) == [.unknown])
    #expect(bench.machine.book.locks[Sample.instrument.id] == order.intent)
    #expect(bench.alerts.count { $0.contains("FLOATING") && $0.contains(order.id.text) } == 1)
    guard case .denied(let denials) = try bench.offer(Sample.intent("b", at: bench.milliseconds))
    else {
      Issue.record("accepted beside an order that may be alive")
      return
    }
    #expect(denials.map(\.reason).contains(.symbolLocked))
    // The word goes, the order was never there: that ends it, as for any other doubt.
    bench.venue.forgetRecent()
    try bench.pass(milliseconds: 500, upTo: 60_000)
    #expect(try bench.orders().map(\.status) == [.notPlaced])
    #expect(bench.venue.placements.isEmpty)
  }
}
