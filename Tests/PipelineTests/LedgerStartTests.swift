import Domain
import Foundation
import Testing
import Wire

@testable import Interlock

/// A router that finds its ledger in a state it cannot use ends with a documented code, says why,
/// and leaves the file as it was.
@Suite("a ledger that cannot be used", .serialized)
struct LedgerStartTests {
  let scene: RouterScene
  let place: RouterPlace

  init() throws {
    scene = try RouterScene()
    place = try scene.place("a")
  }

  /// One life, so that there is a ledger.
  private func live() async throws {
    let router = try scene.start(place)
    try await router.untilItOwns()
    router.end(SIGTERM)
    #expect(try await router.code("it drains") == 0, "\(router.log)")
  }

  private func expectRefused(
    code: Int32, says words: [String], arguments: [String] = [],
    environment: [String: String] = [:]
  ) async throws {
    let before = FileManager.default.contents(atPath: place.ledger)
    let router = try scene.start(place, arguments: arguments, environment: environment)
    #expect(try await router.code("refused") == code, "\(router.log)")
    for word in words { #expect(router.log.contains(word), "\(word) in: \(router.log)") }
    #expect(!router.owns)
    #expect(FileManager.default.contents(atPath: place.ledger) == before)
  }

  @Test(arguments: [0, 8192])
  func `truncated`(_ length: Int) async throws {
    try await live()
    #expect(truncate(place.ledger, length) == 0)
    try await expectRefused(code: 78, says: ["unable to open ledger", place.ledger, "copy"])
  }

  @Test func `of another account or profile`() async throws {
    try await live()
    try await expectRefused(
      code: 78, says: ["belongs to account demo, not other"], arguments: ["--account", "other"])
  }

  @Test func `of a newer program`() async throws {
    try await live()
    try await python(Self.makeNewer)
    try await expectRefused(code: 78, says: ["is newer than this program's"])
  }

  private func python(_ program: String) async throws {
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    python.arguments = ["-c", program, place.ledger]
    try python.run()
    try await Pipeline.ended(python, seconds: 60)
    try #require(python.terminationStatus == 0)
  }

  private static let makeNewer = """
    import sqlite3, sys
    with sqlite3.connect(sys.argv[1]) as ledger:
        ledger.execute("INSERT INTO schema_migrations VALUES (99, 0)")
    ledger.close()
    """

  /// The disk is full when the number of the life is to be written: nothing begins, and with room
  /// again everything goes on.
  @Test func `on a full disk`() async throws {
    try await live()
    let router = try scene.start(
      place, environment: ["INTERLOCK_FAILPOINTS": "ledger.epoch.before=enospc"])
    #expect(try await router.code("no room") == 70, "\(router.log)")
    #expect(router.log.contains("commit outcome unknown"), "\(router.log)")
    #expect(!router.owns)
    let next = try scene.start(place)
    try await next.untilItOwns()
    #expect(next.log.contains("epoch=2"), "\(next.log)")
  }

  @Test func `a folder in its place`() async throws {
    try FileManager.default.createDirectory(
      atPath: place.ledger, withIntermediateDirectories: false)
    try await expectRefused(code: 78, says: ["make it writable"])
  }

  /// Well numbered and chained, of a kind that this program does not know: whatever it meant,
  /// nothing new is begun beside it, and what is there is looked after.
  @Test func `with an event of a kind that nobody knows`() async throws {
    try await live()
    try await python(Self.addStrangeEvent)
    try await scene.openVenue(for: place)
    let router = try scene.lead(place)
    try await router.untilReady()
    #expect(router.log.contains("ledger law broken"), "\(router.log)")
    let gate = try HandGate(router)
    let intent = try VenueDesk(run: place.run).intent("one")
    #expect(try await gate.denials(Codec.encode(intent)).contains(.killLatch))
    #expect(try VenueDesk(run: place.run).book().orders.isEmpty)
  }

  private static let addStrangeEvent = """
    import hashlib, sqlite3, sys
    with sqlite3.connect(sys.argv[1]) as ledger:
        newest = ledger.execute("SELECT number, hash FROM events ORDER BY number DESC").fetchone()
        number, previous = newest or (0, bytes(32))
        number, kind, body = number + 1, "PROPHECY", "{}"
        link = number.to_bytes(8, "big") + (1).to_bytes(8, "big") + kind.encode() + bytes(1)
        chained = hashlib.sha256(previous + link + body.encode()).digest()
        row = (number, kind, body, previous, chained)
        ledger.execute("INSERT INTO events VALUES (?, 1, ?, ?, ?, ?)", row)
    ledger.close()
    """
}
