import CZlib
import Domain
import Foundation
import Testing

@testable import Archive

@Suite("market import")
struct MarketImportTests {
  private let folder: MarketFolder
  private let store: CandleStore
  private let minute = BarLength(.oneMinute)
  private static let now = WallTime(milliseconds: 1_800_000_000_000)

  init() throws {
    folder = try MarketFolder()
    store = try CandleStore(path: folder.path + "/a.sqlite")
  }

  private func run(
    _ path: String, into other: CandleStore? = nil, now: WallTime = now,
    _ change: (inout MarketImport.Options) -> Void = { _ in }
  ) throws -> ImportReport {
    var options = MarketImport.Options()
    change(&options)
    return try MarketImport(into: other ?? store, options: options, now: now).run(path)
  }

  private func archived(_ report: ImportReport) throws -> [RawCandle] {
    try store.newest(
      100_000, of: try #require(report.series), length: try #require(report.length))
  }

  @Test func `the last bar of a file waits, for it may be partial, and the next file brings it`()
    throws
  {
    let lines = MarketFolder.lines(10)
    let first = try run(try folder.compress("kraken_XBTUSD_1m.csv.gz", lines: lines))
    #expect(first.isClean)
    #expect((first.inserted, first.heldBack) == (9, MarketFolder.newYear + 9 * 60_000))
    var longer = MarketFolder.lines(20)
    // The partial bar of the first file, as it was when it had closed.
    longer[9] = "\(MarketFolder.newYear + 9 * 60_000),100,200,50,150,9"
    let second = try run(try folder.write("kraken_XBTUSD_1m_later.csv", lines: longer))
    #expect(second.isClean)
    #expect((second.inserted, second.same) == (10, 9))
    let whole = try run(try folder.write("kraken_XBTUSD_1m_all.csv", lines: longer)) {
      $0.isLastWhole = true
    }
    #expect((whole.inserted, whole.heldBack) == (1, nil))
    #expect(try archived(whole).map(\.openMilliseconds).count == 20)
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func `files in any order, overlapping and repeated, give the same archive`(_ seed: UInt64) throws
  {
    var random = RandomBars(seed: seed)
    let bars = random.bars(300)
    var paths: [String] = []
    for index in 0..<8 {
      let start = Int.random(in: 0..<290, using: &random)
      let end = Int.random(in: (start + 1)...300, using: &random)
      var lines = bars[start..<end].map(\.line)
      // The end of a file as it looks while the bar forms: another close and volume.
      let last = bars[end - 1]
      lines[lines.count - 1] =
        "\(last.openMilliseconds),\(last.open),\(last.high),\(last.low),\(last.low),0"
      paths.append(
        index % 2 == 0
          ? try folder.write("kraken_XBTUSD_1m_\(index).csv", lines: lines)
          : try folder.compress("kraken_XBTUSD_1m_\(index).csv.gz", lines: lines))
    }
    paths.append(try folder.write("kraken_XBTUSD_1m_all.csv", lines: bars.map(\.line)))
    var archives: [[RawCandle]] = []
    for round in 0..<3 {
      let other = try CandleStore(path: folder.path + "/\(round).sqlite")
      let order = paths.shuffled(using: &random) + paths.shuffled(using: &random)
      for path in order {
        let report = try run(path, into: other)
        #expect(report.isClean, "\(report)")
      }
      let series = try #require(SeriesID(venue: "kraken", symbol: "XBTUSD"))
      archives.append(try other.newest(1000, of: series, length: minute))
    }
    #expect(archives.allSatisfy { $0 == Array(bars.dropLast()) })
  }

  @Test(arguments: [
    ("nan,1,1,1,1,1", ArchiveError.Reason.notANumber), ("T,nan,1,1,1,1", .notANumber),
    ("T,1,inf,1,1,1", .notANumber), ("T,1,1e308,1,1,1", .notANumber),
    ("T,null,1,1,1,1", .notANumber), ("T,1,1,1,1,", .notANumber), ("T,1,1,1,1", .notANumber),
    ("T,1,1,1,1,1,1", .notANumber), ("", .notANumber), ("T,-1,1,-1,1,1", .impossible),
    ("T,1,1,1,1,-1", .impossible), ("T,1,1,2,1,1", .impossible), ("T,3,2,1,1,1", .impossible),
    ("T,1,2,1,3,1", .impossible), ("T,0,0,0,0,0", .impossible), ("P,1,1,1,1,1", .duplicate),
    ("0,1,1,1,1,1", .notANumber), ("B,1,1,1,1,1", .unsorted), ("M,1,1,1,1,1", .offTimeframe),
    ("99999999999999999999,1,1,1,1,1", .notANumber), ("F,1,1,1,1,1", .notClosed),
    ("T,0x1,1,1,1,1", .notANumber), ("T, 1,1,1,1,1", .notANumber), ("\u{FF},,,,,", .notANumber),
  ])
  func `a bad line is counted with its number and reason, and the rest is archived`(
    _ text: String, _ reason: ArchiveError.Reason
  ) throws {
    var lines = MarketFolder.lines(10)
    let times = [
      "T": MarketFolder.newYear + 5 * 60_000, "P": MarketFolder.newYear + 4 * 60_000,
      "B": MarketFolder.newYear + 2 * 60_000, "M": MarketFolder.newYear + 5 * 60_000 + 1,
      "F": Self.now.milliseconds - Self.now.milliseconds % 60_000,
    ]
    lines[5] = times.reduce(text) { line, time in
      line.hasPrefix("\(time.key),") ? "\(time.value)\(line.dropFirst())" : line
    }
    let report = try run(try folder.write("kraken_XBTUSD_1m.csv", lines: lines))
    #expect(report.bad == 1)
    #expect(report.badExamples.first?.line == 7)
    #expect(report.badExamples.first?.reason == reason)
    #expect(!report.isClean)
    #expect((report.inserted, report.lines) == (8, 11))
    let bars = try archived(report)
    #expect(!bars.contains { $0.openMilliseconds == MarketFolder.newYear + 5 * 60_000 })
  }

  @Test func `many bad lines are all counted and the first named`() throws {
    var lines = MarketFolder.lines(100)
    for index in 20..<90 { lines[index] = "x" }
    let report = try run(try folder.write("kraken_XBTUSD_1m.csv", lines: lines))
    #expect(report.bad == 70)
    #expect(report.badExamples.count == ImportReport.mostExamples)
    #expect(report.badExamples.map(\.line) == (22..<42).map(Optional.init))
  }

  @Test func `a bar that is still forming at the end is held back, and what precedes it is whole`()
    throws
  {
    let now = WallTime(milliseconds: MarketFolder.newYear + 9 * 60_000 + 30_000)
    let report = try run(
      try folder.write("kraken_XBTUSD_1m.csv", lines: MarketFolder.lines(10)), now: now)
    #expect(report.isClean)
    #expect((report.inserted, report.heldBack) == (9, nil))
  }

  @Test func `Kraken's own download is read: seconds, no header, trades at the end`() throws {
    let path = try folder.write(
      "XBTUSD_60.csv",
      """
      1381093200,122.0,122.0,122.0,122.0,0.1,1
      1381176000,123.61,123.61,123.61,123.61,0.1,1
      1381179600,124.0,125.5,123.0,124.5,3.00000001,x
      1381183200,124.0,125.5,123.0,124.5,3.00000001,7
      1381186800,1,1,1,1,1,1
      """)
    let report = try run(path)
    #expect(report.series == SeriesID(venue: "kraken", symbol: "XBTUSD"))
    #expect(report.length == BarLength(.oneHour))
    #expect((report.inserted, report.bad, report.lines) == (3, 1, 5))
    #expect(report.badExamples.first?.line == 3)
    let bars = try archived(report)
    #expect(
      bars.map(\.openMilliseconds) == [1_381_093_200_000, 1_381_176_000_000, 1_381_183_200_000])
    #expect(bars.last?.volume == ExactDecimal("3.00000001"))
  }

  @Test func `a torn gzip file fails by its name and keeps what came before`() throws {
    let path = try folder.compress(
      "kraken_XBTUSD_1m.csv.gz", lines: MarketFolder.lines(50_000), cut: 2000)
    let report = try run(path)
    #expect(report.failure?.reason == .torn)
    #expect(!report.isClean && !report.isUnreadable)
    #expect(report.inserted > 10_000)
    let again = try run(
      try folder.compress("kraken_XBTUSD_1m.csv.gz", lines: MarketFolder.lines(50_000)))
    #expect(again.isClean)
    #expect(again.inserted + again.same == 49_999)
  }

  @Test func `files that are none are refused with a reason`() throws {
    func reason(_ path: String) throws -> ArchiveError.Reason? { try run(path).failure?.reason }
    #expect(try reason(folder.path + "/none_XBTUSD_1m.csv") == .missing)
    #expect(try run(folder.path + "/none_XBTUSD_1m.csv").isUnreadable)
    #expect(try reason(try folder.write("XBTUSD_1.csv", "")) == .empty)
    #expect(try reason(try folder.write("XBTUSD_2.csv", "time,o,h,l,c,v\n")) == .header)
    #expect(try reason(try folder.write("a.csv", lines: MarketFolder.lines(3))) == .symbol)
    #expect(try reason(try folder.write("XBTUSD_60.zip.csv", "PK\u{3}\u{4}....\n")) == .header)
    #expect(
      try reason(try folder.write("XBTUSD.csv", lines: [MarketFolder.lines(1)[0]])) == .timeframe)
  }

  @Test func `labels stand in for a name that says nothing`() throws {
    let path = try folder.write("candles.csv", lines: MarketFolder.lines(5))
    let report = try run(path) {
      $0.labels = FileLabels(venue: "kraken-futures", symbol: "PF_XBTUSD")
    }
    #expect(report.series == SeriesID(try #require(InstrumentID("PF_XBTUSD"))))
    #expect(report.length == minute)
    #expect(report.inserted == 4)
  }

  @Test func `bad funding lines are counted too`() throws {
    let path = try folder.write(
      "x_XBTUSD_funding8h.csv",
      "ts,funding_rate\n1746662400000,0.0001\n1746691200000,nan\n1746720000003,-1.5e-05\n")
    let report = try run(path)
    #expect((report.inserted, report.bad, report.badExamples.first?.line) == (2, 1, 3))
    #expect(report.series?.kind == .funding)
  }

  @Test(.enabled(if: SharedMarket.folder != nil, SharedMarket.missing))
  func `the known gaps of Kraken's hourly files are found and none in the others`() throws {
    let files = try #require(SharedMarket.folder)
    for path in try Folder.files(of: files) where path.hasSuffix(".csv.gz") {
      let report = try run(path)
      #expect(report.isClean, "\(report)")
    }
    let gaps = Dictionary(
      uniqueKeysWithValues: try store.contents().map {
        ("\($0.series) \($0.length)", [$0.gaps, $0.missing])
      })
    // Counted from the files by another program.
    #expect(
      gaps.filter { $0.value != [0, 0] } == [
        "kraken/ETHUSD 1h": [842, 3474], "kraken/XBTUSD 1h": [3254, 10856],
      ])
    #expect(gaps.count == 18)
    for audit in try store.audit(mostFindings: 10_000) {
      #expect([audit.count(.gap), Int(audit.missing)] == gaps["\(audit.series) \(audit.length)"])
      #expect(audit.findings.count == audit.count(.gap))
    }
    #expect(try store.damage().isEmpty)
  }

  @Test(.enabled(if: SharedMarket.folder != nil, SharedMarket.missing))
  func `with the shipped list of known gaps no file has a finding, and no gap of it is made up`()
    throws
  {
    let files = try #require(SharedMarket.folder)
    let list = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/known-gaps.txt")
    let known = try KnownGaps(String(contentsOf: list, encoding: .utf8), path: list.path)
    var counts: [String: [Int]] = [:]
    for path in try Folder.files(of: files) where path.hasSuffix(".csv.gz") {
      let audit = FileAudit.run(
        path, labels: FileLabels(), now: WallTime(milliseconds: 1_800_000_000_000),
        mostFindings: 9, known: known)
      #expect(audit.isClean, "\(path): \(audit)")
      guard let bars = audit.bars else { continue }
      #expect(bars.unseen == 0)
      if bars.knownGaps > 0 {
        counts["\(bars.series)"] = [bars.knownGaps, Int(bars.knownMissing)]
      }
    }
    #expect(counts == ["kraken/ETHUSD": [842, 3474], "kraken/XBTUSD": [3254, 10856]])
  }

  @Test func `a file of funding rates is looked at too`() throws {
    let path = try folder.write(
      "x_XBTUSD_funding8h.csv",
      "ts,funding_rate\n1746662400000,0.0001\n1746691200003,0.1\n1746748800000,nan\n"
        + "1746748800001,0.1\n")
    let audit = FileAudit.run(
      path, labels: FileLabels(), now: WallTime(milliseconds: 1_800_000_000_000), mostFindings: 9)
    #expect(audit.bad == 1 && audit.failure == nil)
    #expect(audit.bars?.bars == 3 && audit.bars?.count(.gap) == 1 && audit.bars?.missing == 1)
  }
}
