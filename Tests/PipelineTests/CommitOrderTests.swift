import Domain
import Foundation
import Testing
import Wire

@testable import Interlock

/// What was said or sent is in the ledger: the process dies at the very step, and the next life
/// knows of it.
@Suite("commit, then act", .serialized)
struct CommitOrderTests {
  @Test(arguments: [
    "router.acknowledge.after", "router.entry.before", "router.entry.after", "router.stop.before",
    "router.stop.after",
  ])
  func `a router that dies there has forgotten nothing and sends nothing twice`(
    _ point: String
  ) async throws {
    let scene = try RouterScene()
    let place = try scene.place("a")
    try await scene.openVenue(for: place)
    let desk = VenueDesk(run: place.run)
    let first = try scene.lead(place, failpoints: "\(point)=kill@1")
    try await first.untilReady()
    let payload = Codec.encode(try desk.intent("one"))
    let gate = try HandGate(first)
    let said = try await gate.verdict(on: try gate.offer(payload), unless: { first.isOver })
    try await Pipeline.until("it dies at \(point): \(first.log)", seconds: 60) { first.wasKilled }

    let second = try scene.lead(place)
    try await second.untilReady()
    #expect(try (second.ask("intents") as? [Any])?.count == 1, "\(point): \(second.log)")
    let again = try HandGate(second, epoch: 11)
    let repeated = try await again.verdict(on: try again.offer(payload))
    if let said { #expect(repeated == said, "\(point)") }
    // It was sent, or it never was: either way there is an end, and no position without its stop.
    try await Pipeline.until("\(point): every doubt has ended: \(second.log)", seconds: 120) {
      let orders = try second.ask("orders") as? [[String: Any]] ?? []
      let isOver = orders.allSatisfy { !["sending", "unknown"].contains($0["status"] as? String) }
      let stops = try desk.resting("stp")
      return try isOver && stops == desk.book().positions.count
    }
    #expect(try desk.entries() <= 1, "\(point)")
    #expect(try desk.book().repeated.isEmpty, "\(point)")
  }
}
