import Domain
import Ledger
import Testing

@testable import OrderRouter

@Suite("protection that is under way has a deadline")
struct ProtectionDeadlineTests {
  private let id = Sample.instrument.id

  /// The venue never says what became of the stop: it answers neither the request nor the look-up.
  @Test func `a stop that stays in doubt past it is no stop: the position is closed at market`()
    throws
  {
    var settings = RouterSettings()
    settings.protectionDeadlineMilliseconds = 3000
    let bench = try RouterBench(settings)
    bench.venue.fates = [.answered, .requestLost]
    bench.venue.lookupUnreadable = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 5500)
    // Until twice the deadline it is under way, and nothing is alarmed.
    #expect(bench.machine.book.position(id).signedLots == 10)
    #expect(try bench.orders().filter { $0.role == .stop }.map(\.status) == [.unknown])
    #expect(try bench.orders().filter { $0.role == .exit }.isEmpty)
    #expect(!bench.alerts.contains { $0.contains("closing at market") })
    try bench.pass(milliseconds: 500, upTo: 2000)
    #expect(bench.alerts.contains { $0.contains("is unknown; closing at market") })
    #expect(bench.venue.positions[id] == 0)
    #expect(bench.machine.book.position(id).isFlat)
    #expect(try bench.intents().contains { $0.exit?.reason == .unprotectable })
    try bench.expectNoDrift()
  }

  @Test func `one that the venue shows in time is followed, and nothing is closed`() throws {
    let bench = try RouterBench()
    bench.venue.fates = [.answered, .answerLost]
    bench.venue.lookupUnreadable = true
    try bench.offer(Sample.intent("a", at: bench.milliseconds))
    try bench.pass(milliseconds: 500, upTo: 30_000)
    #expect(bench.venue.openOrders.map(\.unfilled.lots) == [10])
    #expect(try bench.orders().filter { $0.role == .stop }.map(\.status) == [.working])
    #expect(bench.machine.book.position(id).signedLots == 10)
    #expect(!bench.alerts.contains { $0.contains("closing at market") })
  }
}

extension IntentRow {
  fileprivate var exit: ExitIntent? {
    if case .exit(let exit) = intent { exit } else { nil }
  }
}
