import Foundation
import Testing

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
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    python.arguments = ["-c", Self.makeNewer, place.ledger]
    try python.run()
    try await Pipeline.ended(python, seconds: 60)
    try #require(python.terminationStatus == 0)
    try await expectRefused(code: 78, says: ["is newer than this program's"])
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
}
