import Domain
import Foundation
import GRDB
import Testing

@testable import Archive

@Suite("series audit")
struct SeriesAuditTests {
  private let series: SeriesID
  private let folder: MarketFolder

  init() throws {
    series = try #require(SeriesID(venue: "kraken", symbol: "XBTUSD"))
    folder = try MarketFolder()
  }

  private func audit(_ opens: [Int64], most: Int = 99) -> SeriesAudit {
    var audit = SeriesAudit(series: series, length: BarLength(.oneMinute), mostFindings: most)
    for open in opens { audit.see(open) }
    return audit
  }

  @Test func `gaps, overlaps and misaligned bars are told apart`() {
    let found = audit([0, 60_000, 240_000, 270_000, 300_000, 300_000, 360_000])
    #expect((found.bars, found.missing, found.first, found.last) == (7, 2, 0, 360_000))
    #expect(
      found.findings.map(\.kind) == [.gap, .misaligned, .overlap, .overlap, .overlap])
    #expect(found.findings.first?.missing == 2)
    #expect(audit([0, 60_000, 120_000]).isClean)
    #expect(audit([]).isClean)
    #expect(audit([.min, .max]).count(.overlap) == 1)
  }

  @Test func `all findings are counted and the first named`() {
    let found = audit((0..<100).map { $0 * 120_000 }, most: 5)
    #expect((found.count(.gap), found.findings.count, found.missing) == (99, 5, 99))
  }

  @Test func `rows that got past the table's laws are found`() throws {
    var random = RandomBars(seed: 9)
    let store = try CandleStore(path: folder.path + "/a.sqlite")
    let bars = random.bars(20)
    let now = WallTime(milliseconds: 0)
    try store.insert(
      bars, series: series, length: BarLength(.oneMinute), source: "t", now: now)
    #expect(try store.audit(mostFindings: 9).allSatisfy(\.isClean))
    try store.queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      let at = { (index: Int) in bars[index].openMilliseconds }
      try db.execute(sql: "UPDATE candles SET high = low - 1 WHERE open_ms = \(at(3))")
      try db.execute(sql: "UPDATE candles SET closed = 0 WHERE open_ms = \(at(5))")
      try db.execute(sql: "UPDATE candles SET price_exponent = 90 WHERE open_ms = \(at(7))")
      try db.execute(sql: "UPDATE candles SET open_ms = open_ms + 7 WHERE open_ms = \(at(9))")
    }
    let found = try #require(try store.audit(mostFindings: 9).first)
    #expect(found.count(.impossible) == 3)
    #expect((found.count(.misaligned), found.count(.overlap)) == (1, 1))
  }

  @Test func `a file is looked at without an archive, and its last bar may be partial`() throws {
    var lines = MarketFolder.lines(10)
    lines[4] = "x"
    let path = try folder.write("kraken_XBTUSD_1m.csv", lines: lines)
    let now = WallTime(milliseconds: 1_800_000_000_000)
    let audit = FileAudit.run(path, labels: FileLabels(), now: now, mostFindings: 9)
    #expect((audit.bad, audit.bars?.count(.gap), audit.isClean) == (1, 1, false))
    #expect(audit.mayBePartial == MarketFolder.newYear + 9 * 60_000)
    let good = try folder.write("kraken_XBTUSD_1m_2.csv", lines: MarketFolder.lines(10))
    #expect(FileAudit.run(good, labels: FileLabels(), now: now, mostFindings: 9).isClean)
  }
}
