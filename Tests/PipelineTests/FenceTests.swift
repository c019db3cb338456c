import Foundation
import Testing

/// Two routers of one account on this machine: one owns it, the other is told who does.
@Suite("two routers", .serialized)
struct FenceTests {
  private static let races =
    ProcessInfo.processInfo.environment["INTERLOCK_FENCE_RACES"].flatMap { Int($0) } ?? 20

  /// `router` ends with 75, names the lock it met and never got as far as the ledger's contents.
  private func expectRefused(
    _ router: RouterProcess, says words: [String], beside owner: RouterProcess
  ) async throws {
    try await Pipeline.until("one of the two is refused", seconds: 120) {
      !router.isRunning || router.owns
    }
    guard !router.owns else {
      Issue.record("two routers: \(owner.pid) and \(router.pid): \(router.log)")
      return
    }
    #expect(try await router.code("refused") == 75, "\(router.log)")
    for word in words { #expect(router.log.contains(word), "\(word) in: \(router.log)") }
    #expect(owner.isRunning, "\(owner.log)")
  }

  /// Both at once, in one state directory and in two that hold one key, turn by turn; the winner is
  /// killed, so that the next race is over what a dead router left.
  @Test func `of two started at once one owns the account, and the other says who does`()
    async throws
  {
    let scene = try RouterScene()
    let places = [try scene.place("a"), try scene.place("b")]
    var wins = [0, 0]
    for race in 0..<Self.races {
      let second = race % 2 == 0 ? places[0] : places[1]
      let pair =
        race % 4 < 2
        ? [try scene.start(places[0]), try scene.start(second)]
        : [try scene.start(second), try scene.start(places[0])]
      try await Pipeline.until("race \(race) has a loser", seconds: 120) {
        pair.contains { !$0.isRunning } || pair.allSatisfy(\.owns)
      }
      let loser = try #require(pair.firstIndex { !$0.isRunning }, "race \(race): two owners")
      let winner = pair[1 - loser]
      #expect(try await pair[loser].code("the loser ends") == 75, "\(pair[loser].log)")
      #expect(pair[loser].log.contains("holds it: one router for a"), "\(pair[loser].log)")
      #expect(!pair[loser].owns, "race \(race): \(pair[loser].log)")
      try await winner.untilItOwns()
      winner.end(SIGKILL)
      #expect(try await winner.code("the winner is killed") == -SIGKILL)
      wins[1 - loser] += 1
    }
    print("\(Self.races) races of two routers, won by the first \(wins[0]), the second \(wins[1])")
  }

  @Test func `one that is stopped still owns the account`() async throws {
    let scene = try RouterScene()
    let first = try scene.start(try scene.place("a"))
    try await first.untilItOwns()
    #expect(kill(first.pid, SIGSTOP) == 0)
    for name in ["a", "b"] {
      try await expectRefused(
        try scene.start(try scene.place(name)), says: ["process \(first.pid) holds it"],
        beside: first)
    }
    #expect(kill(first.pid, SIGCONT) == 0)
    first.end(SIGKILL)
    _ = try await first.code("it is killed")
    try await scene.start(try scene.place("b")).untilItOwns()
  }

  @Test func `the lock of the state directory alone keeps a router with another key away`()
    async throws
  {
    let scene = try RouterScene()
    let place = try scene.place("a")
    let first = try scene.start(place)
    try await first.untilItOwns()
    try await expectRefused(
      try scene.start(place, key: "another"),
      says: ["order-router.lock", "process \(first.pid) holds it"], beside: first)
  }

  @Test func `the name of the key alone keeps a router of another state directory away`()
    async throws
  {
    let scene = try RouterScene()
    let first = try scene.start(try scene.place("a"))
    try await first.untilItOwns()
    let second = try scene.start(try scene.place("b"))
    try await expectRefused(
      second, says: ["the account's key: process \(first.pid) holds it"], beside: first)
    #expect(!second.log.contains(scene.key))
  }

  @Test func `the ledger's own lock alone keeps a router of another directory and key away`()
    async throws
  {
    let scene = try RouterScene()
    let place = try scene.place("a")
    let first = try scene.start(place)
    try await first.untilItOwns()
    let other = try scene.place("b", key: "another")
    try FileManager.default.createSymbolicLink(
      atPath: other.ledger, withDestinationPath: place.ledger)
    try await expectRefused(
      try scene.start(other), says: ["is owned by another process"], beside: first)
  }
}
