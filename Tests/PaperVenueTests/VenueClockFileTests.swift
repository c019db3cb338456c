import Daemon
import Domain
import Foundation
import SimulatedVenue
import Testing

@testable import PaperVenue

@Suite("the market clock on disk")
struct VenueClockFileTests {
  private let path = "/tmp/il-clock-\(UUID().uuidString.prefix(8)).json"
  private static let start = CoreBench.start
  private static let wall = WallTime(milliseconds: 1_800_000_000_000)

  /// A market of ten hours.
  private let choice = MarketChoice(
    markets: [:], start: start, end: start.advanced(byMilliseconds: 36_000_000), leftAside: [])

  /// A book whose last record was written at `wall`.
  private func book(lastRecord wall: WallTime? = nil) -> VenueBook {
    var book = VenueBook(contracts: [])
    if let wall {
      book.apply(
        BookRecord(
          number: 1, wall: wall, market: Self.start, change: .repeated(client: "a")))
    }
    return book
  }

  private func open(
    isSameRun: Bool, book: VenueBook, wall: WallTime, speed: Double = 60
  ) throws -> MarketClock {
    try VenueClockFile.open(
      path, isSameRun: isSameRun, choice: choice, book: book, speed: speed, wall: wall)
  }

  @Test func `begins at the start of the market and says so in a file`() throws {
    defer { unlink(path) }
    let clock = try open(isSameRun: false, book: book(), wall: Self.wall)
    #expect(clock == MarketClock(marketAnchor: Self.start, wallAnchor: Self.wall, speed: 60))
    #expect(try AtomicFile.readJSON(MarketClock.self, from: path) == clock)
  }

  @Test func `goes on in the same run as if nothing had been, whatever was traded`() throws {
    defer { unlink(path) }
    let first = try open(isSameRun: false, book: book(), wall: Self.wall)
    let later = Self.wall.advanced(byMilliseconds: 90_000)
    let again = try open(isSameRun: true, book: book(lastRecord: later), wall: later, speed: 1)
    #expect(again == first)
  }

  @Test func `goes on in a new run after the minute of the last record`() throws {
    defer { unlink(path) }
    _ = try open(isSameRun: false, book: book(), wall: Self.wall)
    let traded = Self.wall.advanced(byMilliseconds: 90_500)
    let next = Self.wall.advanced(byMilliseconds: 1_000_000)
    let clock = try open(isSameRun: false, book: book(lastRecord: traded), wall: next, speed: 2)
    // 90.5 s at 60 × are 90 minutes and 30 seconds.
    #expect(clock.marketAnchor == Self.start.advanced(byMilliseconds: 91 * 60_000))
    #expect(clock.wallAnchor == next && clock.speed == 2)
  }

  @Test func `begins anew when nothing was ordered, or less than an hour is left`() throws {
    defer { unlink(path) }
    _ = try open(isSameRun: false, book: book(), wall: Self.wall)
    let next = Self.wall.advanced(byMilliseconds: 10_000_000)
    #expect(try open(isSameRun: false, book: book(), wall: next).marketAnchor == Self.start)
    _ = try open(isSameRun: false, book: book(), wall: Self.wall)
    let late = Self.wall.advanced(byMilliseconds: 9 * 60_000 + 1)
    let clock = try open(isSameRun: false, book: book(lastRecord: late), wall: next)
    #expect(clock.marketAnchor == Self.start)
  }

  @Test func `that cannot be read is a bad configuration`() throws {
    defer { unlink(path) }
    try "{\"speed\":0}".write(toFile: path, atomically: true, encoding: .utf8)
    let error = try #require(
      #expect(throws: Fatal.self) {
        try open(isSameRun: true, book: book(), wall: Self.wall)
      })
    #expect(error.message.contains(path))
  }
}
