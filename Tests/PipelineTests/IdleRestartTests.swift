import Domain
import Foundation
import Testing
import Wire

@testable import Interlock

/// A router that comes back to positions with their stops has nothing to do but to look.
@Suite("an idle restart", .serialized)
struct IdleRestartTests {
  /// What the venue's request log may show of a router that only reads.
  private static let reads: Set<String> = [
    "instruments", "tickers", "accounts", "openorders", "openpositions", "fills", "orders/status",
    "historyorders", "leveragepreferences", "feeschedules",
  ]

  @Test func `with an open position, its stop and its profits it sends reads only`() async throws {
    let scene = try RouterScene()
    let place = try scene.place("a")
    try await scene.openVenue(for: place)
    let desk = VenueDesk(run: place.run)
    var router = try scene.lead(place)
    try await router.untilReady()
    let gate = try HandGate(router)
    let offered = try gate.offer(Codec.encode(try desk.intent("one")))
    guard case .accepted = try await gate.verdict(on: offered) else {
      Issue.record("not accepted: \(router.log)")
      return
    }
    try await Pipeline.until("the position has its stop and its profits", seconds: 60) {
      try desk.resting("stp") == 1 && desk.resting("take_profit") == 2
    }
    let resting = try desk.book().orders
    // Once killed, and once told to leave.
    for life in 1...2 {
      if life == 2 { try await router.drain() }
      router.end()
      let before = try desk.requests()
      router = try scene.lead(place)
      try await router.untilReady()
      let ready = try desk.requests()
      try await Pipeline.until("it has looked at everything five times more", seconds: 120) {
        let now = try desk.requests()
        return ["openorders", "openpositions", "fills"].allSatisfy {
          now[$0, default: 0] >= ready[$0, default: 0] + 5
        }
      }
      let after = try desk.requests()
      let asked = after.filter { $0.value > before[$0.key, default: 0] }
      #expect(Set(asked.keys).isSubset(of: Self.reads), "life \(life) asked \(asked)")
      #expect(asked.count >= 3)
      #expect(try desk.book().orders == resting, "nothing at the venue has changed")
      #expect(try router.isProtected(), "\(router.log)")
    }
  }
}

extension LedRouter {
  /// Whether its only position is covered, by its own word.
  fileprivate func isProtected() throws -> Bool {
    let rows = try ask("positions") as? [[String: Any]] ?? []
    return rows.count == 1 && rows[0]["protected"] as? Bool == true
  }
}
