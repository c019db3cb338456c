import Domain
import Foundation
import GRDB
import Testing

@testable import Archive

@Suite("candle store")
struct CandleStoreTests {
  private let folder: MarketFolder
  private let series: SeriesID
  private let minute = BarLength(.oneMinute)
  private let now = WallTime(milliseconds: 1_800_000_000_000)

  init() throws {
    folder = try MarketFolder()
    series = try #require(SeriesID(venue: "kraken", symbol: "XBTUSD"))
  }

  private var path: String { folder.path + "/a.sqlite" }

  private func insert(
    _ bars: [RawCandle], _ store: CandleStore, _ policy: ConflictPolicy = .keep,
    source: String = "test"
  ) throws -> InsertOutcome {
    try store.insert(
      bars, series: series, length: minute, source: source, now: now, onConflict: policy)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a bar comes back exactly, in ascending order, from a file opened anew`(
    _ seed: UInt64
  ) throws {
    var random = RandomBars(seed: seed)
    let bars = random.bars(200)
    #expect(bars.count == 200)
    let store = try CandleStore(path: path)
    #expect(try insert(bars.shuffled(using: &random), store).inserted == 200)
    try store.close()
    let again = try CandleStore(path: path, readOnly: true)
    #expect(try again.newest(1000, of: series, length: minute) == bars)
    #expect(try again.newest(7, of: series, length: minute) == Array(bars.suffix(7)))
    #expect(
      try again.newest(
        5, of: series, length: minute,
        before: MarketTime(milliseconds: bars[100].openMilliseconds)) == Array(bars[95..<100]))
    #expect(
      try again.bars(
        of: series, length: minute,
        in: bars[3].openMilliseconds..<bars[9].openMilliseconds, atMost: 4)
        == Array(bars[3..<7]))
  }

  @Test func `extreme numbers come back, and four prices past 18 digits are refused`() throws {
    func bar(_ low: String, _ high: String, _ volume: String) throws -> RawCandle {
      let low = try #require(ExactDecimal(low))
      let high = try #require(ExactDecimal(high))
      return RawCandle(
        openMilliseconds: MarketFolder.newYear, open: low, high: high, low: low, close: high,
        volume: try #require(ExactDecimal(volume)))
    }
    for (low, high) in [
      ("0.00000000001", "9999999.99999999999"), ("1e-30", "1e-13"), ("1e18", "999e18"),
      ("1", "999999999999999999"),
    ] {
      let kept = try bar(low, high, "999999999999999999")
      #expect(BarRow(kept)?.candle == kept, "\(low) \(high)")
    }
    let store = try CandleStore(path: path)
    let unfit = try bar("1e-30", "1", "1")
    #expect(try insert([unfit], store).unfit == [unfit])
    #expect(try store.contents().isEmpty)
  }

  @Test func `the same bar again is nothing new, whatever zeros it is spelled with`() throws {
    var random = RandomBars(seed: 1)
    let bars = random.bars(50)
    let store = try CandleStore(path: path)
    _ = try insert(bars, store)
    let second = try insert(bars.reversed(), store, source: "other")
    #expect((second.inserted, second.same, second.conflicts) == (0, 50, 0))
    #expect(ExactDecimal("1.50") == ExactDecimal("1.5"))
  }

  @Test func `a different bar is reported and does not win, unless replacing is asked for`() throws
  {
    var random = RandomBars(seed: 2)
    let first = random.bar(at: MarketFolder.newYear)
    let other = random.bar(at: MarketFolder.newYear)
    let store = try CandleStore(path: path)
    _ = try insert([first], store, source: "first.csv")
    let kept = try insert([other], store)
    #expect(kept.conflicts == 1)
    #expect(
      kept.examples == [BarConflict(archived: first, source: "first.csv", offered: other)])
    #expect(try store.newest(9, of: series, length: minute) == [first])
    let replaced = try insert([other], store, .replace)
    #expect((replaced.conflicts, replaced.inserted) == (1, 0))
    #expect(try store.newest(9, of: series, length: minute) == [other])
  }

  @Test func `series of another venue, kind or length never mix`() throws {
    var random = RandomBars(seed: 3)
    let store = try CandleStore(path: path)
    let all = [
      try #require(SeriesID(venue: "kraken", symbol: "XBTUSD")),
      SeriesID(try #require(InstrumentID("PF_XBTUSD"))),
      SeriesID(try #require(InstrumentID("PI_XBTUSD"))),
      SeriesID(try #require(InstrumentID("PF_XBTUSD")), kind: .mark),
    ]
    let bars = all.map { _ in random.bar(at: MarketFolder.newYear) }
    for (series, bar) in zip(all, bars) {
      let outcome = try store.insert(
        [bar], series: series, length: minute, source: "x", now: now)
      #expect(outcome.inserted == 1)
    }
    for (series, bar) in zip(all, bars) {
      #expect(try store.newest(9, of: series, length: minute) == [bar])
      #expect(try store.newest(9, of: series, length: BarLength(.oneHour)).isEmpty)
    }
  }

  @Test(arguments: [
    ("open_ms = open_ms + 1", "CHECK"), ("high = low - 1", "CHECK"), ("low = 0", "CHECK"),
    ("closed = 0", "CHECK"), ("volume = -1", "CHECK"), ("open = 'x'", "TEXT"),
    ("source = 99", "FOREIGN KEY"), ("length_ms = 61000", "CHECK"),
  ])
  func `the table itself refuses what is no closed bar`(_ change: String, _ word: String) throws {
    var random = RandomBars(seed: 4)
    let store = try CandleStore(path: path)
    _ = try insert(random.bars(1), store)
    let error = #expect(throws: DatabaseError.self) {
      try store.queue.write { db in try db.execute(sql: "UPDATE candles SET \(change)") }
    }
    #expect(error?.description.contains(word) == true, "\(String(describing: error))")
  }

  @Test func `pruning keeps the newest by count and age, per length`() throws {
    var random = RandomBars(seed: 5)
    let bars = random.bars(100)
    let hours = (0..<100).map { random.bar(at: MarketFolder.newYear + $0 * 3_600_000) }
    let store = try CandleStore(path: path)
    _ = try insert(bars, store)
    try store.insert(hours, series: series, length: BarLength(.oneHour), source: "t", now: now)
    let end = MarketTime(milliseconds: MarketFolder.newYear + 100 * 60_000)
    #expect(try store.prune([minute: Retention(count: 40)], now: end) == 60)
    #expect(try store.newest(999, of: series, length: minute) == Array(bars.suffix(40)))
    let tenMinutes = Retention(count: 40, milliseconds: 600_000)
    #expect(try store.prune([minute: tenMinutes], now: end) == 30)
    #expect(try store.newest(999, of: series, length: minute) == Array(bars.suffix(10)))
    #expect(try store.newest(999, of: series, length: BarLength(.oneHour)).count == 100)
    #expect(try store.prune([minute: Retention(count: 40)], now: end) == 0)
    #expect(try store.prune([minute: Retention()], now: end) == 0)
  }

  @Test func `what is there is told with its gaps`() throws {
    var random = RandomBars(seed: 6)
    let bars = random.bars(20)
    let store = try CandleStore(path: path)
    _ = try insert(
      bars.enumerated().filter { ![3, 4, 10].contains($0.offset) }.map(\.element), store)
    let contents = try store.contents()
    #expect(
      contents == [
        SeriesContents(
          series: series, length: minute, first: bars[0].openMilliseconds,
          last: bars[19].openMilliseconds, count: 17, gaps: 2, missing: 3)
      ])
  }

  @Test func `a file of something else is refused and left as it is`() throws {
    let other = folder.path + "/other.sqlite"
    try DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE t (x)") }
    let before = try Data(contentsOf: URL(fileURLWithPath: other))
    #expect(throws: CandleStoreError.foreign(path: other)) { try CandleStore(path: other) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before)
    let text = try folder.write("text.sqlite", String(repeating: "no database\n", count: 200))
    #expect(throws: CandleStoreError.foreign(path: text)) { try CandleStore(path: text) }
    let none = folder.path + "/none.sqlite"
    #expect(throws: CandleStoreError.missing(path: none)) {
      try CandleStore(path: none, readOnly: true)
    }
  }

  @Test func `a file of a newer program is refused`() throws {
    let store = try CandleStore(path: path)
    try store.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 2") }
    try store.close()
    #expect(throws: CandleStoreError.newerSchema(path: path, found: 2, known: 1)) {
      try CandleStore(path: path)
    }
  }

  @Test func `the pragmas are ours, not the library's`() throws {
    let store = try CandleStore(path: path)
    let pragmas = ["journal_mode", "synchronous", "foreign_keys", "mmap_size"]
    let values = try store.queue.read { db in
      try pragmas.map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
    }
    #expect(values == ["wal", "1", "1", "0"])
  }

  @Test func `a reader sees whole batches while a writer is at work`() throws {
    var random = RandomBars(seed: 7)
    let bars = random.bars(30)
    let store = try CandleStore(path: path)
    _ = try insert(Array(bars.prefix(10)), store)
    let reader = try CandleStore(path: path, readOnly: true)
    let seen = try store.queue.write { db in
      try db.execute(sql: "DELETE FROM candles")
      return try reader.newest(99, of: series, length: minute).count
    }
    #expect(seen == 10)
    #expect(try reader.newest(99, of: series, length: minute).isEmpty)
  }

  @Test func `an archive that another process holds is busy, and nothing is lost`() throws {
    var random = RandomBars(seed: 8)
    let bars = random.bars(3)
    let holder = try CandleStore(path: path)
    let waiting = try CandleStore(path: path, readOnly: false, patience: 0.01)
    // The outer block holds the file for writing while the inner one tries.
    let refusal = try holder.queue.write { db in
      #expect(throws: CandleStoreError.busy(path: path)) { try insert(bars, waiting) }
    }
    #expect(refusal != nil)
    #expect(try insert(bars, waiting).inserted == 3)
  }

  @Test func `on a full disk the whole batch is refused and the archive stays as it was`() throws {
    var random = RandomBars(seed: 9)
    let first = random.bars(100)
    let store = try CandleStore(path: path)
    _ = try insert(first, store)
    try store.queue.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
    }
    let more = random.bars(5000, from: MarketFolder.newYear + 86_400_000)
    #expect(throws: CandleStoreError.full(path: path)) { try insert(more, store) }
    #expect(try store.newest(9999, of: series, length: minute) == first)
  }

  @Test func `a candle of ours goes through the archive unchanged`() throws {
    let id = try #require(InstrumentID("PF_XBTUSD"))
    let tick = try #require(ExactDecimal("0.5"))
    let lot = try #require(ExactDecimal("0.0001"))
    let instrument = try #require(
      Instrument(
        id: id, tickSize: tick, lotSize: lot, maxPosition: Quantity(lots: 1_000_000),
        initialMargin: lot, makerProtectionMilliseconds: 0, tradeable: true))
    let candle = try #require(
      Candle(
        instrument: id, timeframe: .oneMinute,
        openTime: MarketTime(milliseconds: MarketFolder.newYear), open: Price(ticks: 200_001),
        high: Price(ticks: 200_007), low: Price(ticks: 199_999), close: Price(ticks: 200_000),
        volume: Quantity(lots: 12_345)))
    let store = try CandleStore(path: path)
    let raw = try #require(RawCandle(candle, of: instrument))
    try store.insert(
      [raw], series: SeriesID(id), length: minute, source: "stream", now: now)
    let back = try store.newest(1, of: SeriesID(id), length: minute).first
    #expect(back?.candle(of: instrument, timeframe: .oneMinute) == candle)
  }

  @Test func `funding stamped some milliseconds off its minute is the same rate`() throws {
    let store = try CandleStore(path: path)
    let funding = try #require(SeriesID(venue: "x", symbol: "XBTUSD", kind: .funding))
    let eight = try #require(BarLength("8h"))
    func put(_ stamp: Int64, _ rate: String) throws -> FundingOutcome {
      try store.insert(
        [FundingFile.Rate(milliseconds: stamp, rate: try #require(ExactDecimal(rate)))],
        series: funding, length: eight, source: "t", now: now)
    }
    #expect(try put(MarketFolder.newYear, "-2.165e-05").inserted == 1)
    #expect(try put(MarketFolder.newYear + 5, "-0.00002165").same == 1)
    #expect(try put(MarketFolder.newYear - 3, "0.0001").conflicts == 1)
    #expect(
      try store.rates(of: funding, length: eight)
        == [
          FundingFile.Rate(
            milliseconds: MarketFolder.newYear, rate: try #require(ExactDecimal("-0.00002165")))
        ])
  }
}
