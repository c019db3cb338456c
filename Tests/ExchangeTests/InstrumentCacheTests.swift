import Domain
import Foundation
import Testing

@testable import Exchange

@Suite("the instrument list on disk", .serialized)
struct InstrumentCacheTests {
  private static let source = "https://venue.example"
  private static let body = Array(Sample.instrumentBody.utf8)
  private static let readAt = WallTime(milliseconds: 1_795_341_600_000)

  /// A folder that goes with the value.
  private final class Place {
    let folder = "/tmp/il-cache-\(UUID().uuidString.prefix(8))"

    init() throws {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var cache: InstrumentCache {
      InstrumentCache(path: "\(folder)/instruments", maxAgeMilliseconds: 1000)
    }

    func put(_ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: cache.path))
    }
  }

  private var content: InstrumentCache.Content {
    InstrumentCache.Content(body: Self.body, readAt: Self.readAt)
  }

  private func reason(
    _ cache: InstrumentCache, source: String = source, after: Int64 = 0
  ) -> String? {
    do throws(InstrumentCache.Refusal) {
      _ = try cache.read(source: source, now: Self.readAt.advanced(byMilliseconds: after))
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func `what was written is read, until it is too old`() throws {
    let place = try Place()
    #expect(try place.cache.read(source: Self.source, now: Self.readAt) == nil)
    try place.cache.write(content, source: Self.source)
    #expect(try place.cache.read(source: Self.source, now: Self.readAt) == content)
    #expect(reason(place.cache, after: 1000) == nil)
    #expect(reason(place.cache, after: 1001) == "it is 1001 ms old, more than 1000")
    #expect(reason(place.cache, after: -60_001) == "it is 60001 ms from the future")
    #expect(reason(place.cache, source: "http://other") == "it is of \(Self.source)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder) == ["instruments"])
  }

  @Test func `a file that is torn anywhere is refused`() throws {
    let whole = InstrumentCache.bytes(content, source: Self.source)
    for length in 0..<whole.count {
      #expect(throws: InstrumentCache.Refusal.self) {
        try InstrumentCache.parse(Array(whole.prefix(length)), source: Self.source)
      }
    }
    #expect(try InstrumentCache.parse(whole, source: Self.source) == content)
    #expect(throws: InstrumentCache.Refusal.self) {
      try InstrumentCache.parse(whole + [0x20], source: Self.source)
    }
  }

  @Test func `a byte that changed anywhere is seen, but in the time itself`() throws {
    let whole = InstrumentCache.bytes(content, source: Self.source)
    for index in whole.indices {
      var changed = whole
      changed[index] ^= 0x01
      do throws(InstrumentCache.Refusal) {
        let read = try InstrumentCache.parse(changed, source: Self.source)
        #expect(read.body == Self.body && read.readAt != Self.readAt, "byte \(index)")
      } catch {}
    }
  }

  @Test func `a head that says the same in other words is refused`() throws {
    let whole = String(
      decoding: InstrumentCache.bytes(content, source: Self.source), as: UTF8.self)
    for (old, new) in [
      ("read 1", "read +1"), ("read 1", "read 01"), ("length ", "length 0"),
      ("length ", "length +"), ("\nread", "\n\nread"), ("source ", "source  "),
    ] {
      #expect(throws: InstrumentCache.Refusal.self, "\(new)") {
        try InstrumentCache.parse(
          Array(whole.replacing(old, with: new, maxReplacements: 1).utf8), source: Self.source)
      }
    }
  }

  @Test(arguments: ["", "{}", "interlock-instruments 2\n\n", "interlock-instruments 1\n\n"])
  func `a foreign file is refused`(_ text: String) throws {
    let place = try Place()
    try place.put(Array(text.utf8))
    #expect(reason(place.cache) != nil)
  }

  @Test func `a folder, a pipe or a closed door in its place is a reason, not an end`() throws {
    let place = try Place()
    try FileManager.default.createDirectory(
      atPath: place.cache.path, withIntermediateDirectories: false)
    #expect(reason(place.cache)?.hasPrefix("unable to read it: ") == true)
    #expect(throws: InstrumentCache.Refusal.self) {
      try place.cache.write(content, source: Self.source)
    }
    try FileManager.default.removeItem(atPath: place.cache.path)
    mkfifo(place.cache.path, 0o600)
    #expect(reason(place.cache) != nil)
    let nowhere = InstrumentCache(path: "\(place.folder)/none/file", maxAgeMilliseconds: 1)
    #expect(throws: InstrumentCache.Refusal.self) {
      try nowhere.write(content, source: Self.source)
    }
  }

  // MARK: - Behind the seam

  private func venue(_ url: String, _ cache: InstrumentCache) throws -> KrakenFutures {
    var settings = KrakenFutures.Settings(
      url: url, requestTimeoutMilliseconds: 3000, connectTimeoutMilliseconds: 3000)
    settings.instrumentCache = cache
    settings.instrumentAgeMilliseconds = 60_000
    return try KrakenFutures(settings, credentials: Sample.credentials())
  }

  private func old(_ milliseconds: Int64) -> WallTime {
    SystemClock.wall().advanced(byMilliseconds: -milliseconds)
  }

  @Test func `a venue writes the list it was told and the next life begins with it`() throws {
    let place = try Place()
    let cache = InstrumentCache(path: place.cache.path, maxAgeMilliseconds: 86_400_000)
    let list = #"{"result":"success","openPositions":[]}"#
    let server = try ScriptedServer([.answer(Sample.instrumentBody), .answer(list)])
    let first = try venue(server.url, cache)
    first.start(.instruments, tag: 1)
    #expect(Drive.reports(first).count == 1)
    #expect(first.cacheObjection == nil)
    let second = try venue(server.url, cache)
    second.start(.openPositions, tag: 2)
    #expect(Drive.reports(second).map(\.outcome) == [.answer(.openPositions([]))])
    // The same file is not another venue's.
    let other = try venue("http://127.0.0.1:1", cache)
    other.start(.openPositions, tag: 3)
    #expect(
      Drive.reports(other).map(\.outcome)
        == [.refused(word: "NOT_SENT: the venue's instruments are not known yet")])
    #expect(other.cacheObjection?.reason == "it is of \(server.url)")
  }

  @Test func `an old list still serves a stop, and no entry`() throws {
    let place = try Place()
    let cache = InstrumentCache(path: place.cache.path, maxAgeMilliseconds: 86_400_000)
    let server = try ScriptedServer([.answer(Sample.sendStatus("placed"))])
    try cache.write(
      InstrumentCache.Content(body: Self.body, readAt: old(3_600_000)), source: server.url)
    let venue = try venue(server.url, cache)
    venue.start(.place(try Sample.placement()), tag: 1)
    guard case .refused(let word) = Drive.reports(venue).first?.outcome else {
      Issue.record("an entry left")
      return
    }
    #expect(word.hasPrefix("NOT_SENT: the venue's instruments were read 36"))
    #expect(server.connections == 0)
    venue.start(
      .place(try Sample.placement(.stop(trigger: Price(ticks: 60_000)), reduceOnly: true)), tag: 2)
    guard case .answer(.placed) = Drive.reports(venue).first?.outcome else {
      Issue.record("the stop did not leave")
      return
    }
  }
}
