import Domain
import Testing

@testable import Exchange

@Suite("how long an answer is waited for", .serialized)
struct PatienceTests {
  /// A position may have no stop meanwhile: three seconds for one that could be taken for one.
  @Test func `no answer is waited for once the venue can take the order no more`() throws {
    let hearings = VenueClock.Limits().leastReadings
    let server = try ScriptedServer(
      Array(repeating: .answer(Sample.instrumentBody), count: hearings) + [.silence])
    let venue = try KrakenFutures(
      KrakenFutures.Settings(
        url: server.url, requestTimeoutMilliseconds: 60_000, connectTimeoutMilliseconds: 60_000),
      credentials: try Sample.credentials())
    for tag in 0..<hearings {
      venue.start(.instruments, tag: UInt64(tag))
      #expect(Drive.reports(venue).count == 1)
    }
    venue.start(.place(try Sample.placement()), tag: 99)
    let report = try #require(Drive.reports(venue).first, "nobody waits a minute")
    guard case .ambiguous = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(report.tag == 99)
    #expect(server.seen.count { $0.line.contains("sendorder") } == 1)
  }
}
