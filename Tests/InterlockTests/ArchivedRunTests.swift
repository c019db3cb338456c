import Archive
import Foundation
import Testing

@testable import Interlock

@Suite("archived runs", .serialized)
struct ArchivedRunTests {
  @Test func `killed again and again, the archive is whole, gapless, and begun with`()
    async throws
  {
    let run = try await MarketDataRun(
      speed: 120,
      configuration: """
        market_data:
          archive: true
          history_candles: 20
          further_timeframes: [5m]
          keep_days: {5m: 365}
        """)
    for life in 1...6 {
      let heard = run.count(#""stream":"candles""#)
      try run.start()
      try await run.until("life \(life) publishes") {
        run.count(#""stream":"candles""#) >= heard + 3 * life
      }
      try await run.end(SIGKILL)
    }
    let path = run.folder.file("state/archive.sqlite")
    let check = try await RealCommand.run(
      ["data", "check", "--archive", path, "--json"], in: run.folder)
    #expect(check.code == 0, "\(check)")
    let store = try CandleStore(path: path, readOnly: true)
    let contents = try store.contents()
    #expect(contents.map(\.length.description).sorted() == ["1m", "1m", "5m", "5m"])
    #expect(contents.allSatisfy { $0.count >= 20 && $0.missing == 0 }, "\(contents)")
    try run.start()
    try await run.until("it says what it began with") {
      (try run.status()["series_from_archive"]).map { $0 != "0" } ?? false
    }
    let now = run.count(#""stream":"candles""#)
    try await run.until("it goes on") { run.count(#""stream":"candles""#) >= now + 3 }
    try await run.end(SIGTERM)
    #expect(try store.contents().allSatisfy { $0.missing == 0 })
  }
}
