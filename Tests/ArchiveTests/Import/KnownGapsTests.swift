import Domain
import Testing

@testable import Archive

@Suite("known gaps")
struct KnownGapsTests {
  private let hour: Int64 = 3_600_000
  /// 2017-01-01.
  private let year: Int64 = 1_483_228_800_000

  private func audit(_ known: String, _ opens: [Int64]) throws -> SeriesAudit {
    let series = try #require(SeriesID(venue: "kraken", symbol: "XBTUSD"))
    var audit = SeriesAudit(
      series: series, length: BarLength(.oneHour), mostFindings: 9,
      known: try KnownGaps(known, path: "known.txt"))
    for open in opens { audit.see(year + open * hour) }
    return audit
  }

  @Test func `a gap that is named is known, its neighbour is a finding`() throws {
    let text = "# halted\nkraken/XBTUSD 1h 2017-01-01T02:00Z 2017-01-01T05:00Z  # two hours\n\n"
    let audit = try audit(text, [0, 1, 2, 5, 6, 8])
    #expect(audit.knownGaps == 1 && audit.knownMissing == 2)
    #expect(audit.count(.gap) == 1 && audit.missing == 1 && !audit.isClean)
    #expect(audit.unseen == 0)
    #expect(try self.audit(text, [0, 1, 2, 5, 6]).isClean)
  }

  @Test func `a gap that grew, and one of another series, is a finding`() throws {
    let named = "kraken/XBTUSD 1h 2017-01-01T02:00Z 2017-01-01T05:00Z"
    let grown = try audit(named, [0, 1, 2, 6])
    #expect(grown.knownGaps == 0 && grown.count(.gap) == 1 && grown.unseen == 1)
    let other = "kraken/ETHUSD 1h 2017-01-01T02:00Z 2017-01-01T05:00Z"
    #expect(try audit(other, [2, 5]).count(.gap) == 1)
  }

  @Test func `before a moment every gap is known, a gap across it is not`() throws {
    let text = "kraken/XBTUSD 1h before 2017-01-01T05:00Z"
    let audit = try audit(text, [0, 2, 5, 7])
    #expect(audit.knownGaps == 2 && audit.count(.gap) == 1)
    #expect(try self.audit(text, [0, 6]).count(.gap) == 1)
  }

  @Test func `only gaps can be known`() throws {
    let audit = try audit("kraken/XBTUSD 1h before 2020-01-01T00:00Z", [0, 1, 1, 2])
    #expect(audit.count(.overlap) == 1 && !audit.isClean)
  }

  @Test func `a gap's own line names it`() throws {
    let series = try #require(SeriesID(venue: "kraken", symbol: "XBTUSD"))
    let line = KnownGaps.line(
      series, BarLength(.oneHour), from: year, to: year + 3 * hour)
    #expect(try audit(line, [0, 3]).isClean)
  }

  @Test(arguments: [
    "kraken/XBTUSD 1h", "XBTUSD 1h 2017-01-01T02:00Z 2017-01-01T05:00Z",
    "kraken/XBTUSD 1x 2017-01-01T02:00Z 2017-01-01T05:00Z",
    "kraken/XBTUSD 1h 2017-01-01T05:00Z 2017-01-01T02:00Z",
    "kraken/XBTUSD 1h 2017-02-30T05:00Z 2017-03-01T02:00Z",
    "kraken/XBTUSD 1h after 2017-01-01T02:00Z", "kraken/XBTUSD:bid 1h before 2017-01-01T02:00Z",
  ])
  func `a line that names no gap is refused with its number`(_ line: String) {
    #expect {
      try KnownGaps("# list\n\(line)\n", path: "known.txt")
    } throws: { error in
      "\(error)".contains("known.txt") && "\(error)".contains("line 2")
    }
  }
}
