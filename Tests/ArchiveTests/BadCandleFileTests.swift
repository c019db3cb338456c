import CZlib
import Domain
import Foundation
import Testing

@testable import Archive

/// Each way in which a file can be wrong, and the line and reason that are named for it.
@Suite("a bad candle file is refused with file, line, reason and remedy")
struct BadCandleFileTests {
  let folder: MarketFolder

  init() throws { folder = try MarketFolder() }

  struct BadLine: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let line: String
    let reason: ArchiveError.Reason
    /// What the sentence has to say.
    let says: String

    init(_ what: String, _ line: String, _ reason: ArchiveError.Reason, _ says: String) {
      testDescription = what
      self.line = line
      self.reason = reason
      self.says = says
    }
  }

  /// Stands in line 5, after bars at 00:00, 00:01 and 00:02.
  static let badLines = [
    BadLine("a duplicate", "1735689720000,1,1,1,1,1", .duplicate, "twice"),
    BadLine("a step back", "1735689660000,1,1,1,1,1", .unsorted, "sort the file"),
    BadLine("high below low", "1735689780000,5,4,6,5,1", .impossible, "high 4 is below low 6"),
    BadLine("open above high", "1735689780000,7,6,4,5,1", .impossible, "open 7 is outside 4…6"),
    BadLine("close below low", "1735689780000,5,6,4,3,1", .impossible, "close 3 is outside 4…6"),
    BadLine("a price of nothing", "1735689780000,0,1,0,1,1", .impossible, "low 0 is not above 0"),
    BadLine("a negative price", "1735689780000,1,1,-1,1,1", .impossible, "low -1"),
    BadLine("negative volume", "1735689780000,1,1,1,1,-0.1", .impossible, "volume -0.1"),
    BadLine("nan", "1735689780000,1,nan,1,1,1", .notANumber, "high \"nan\""),
    BadLine("infinity", "1735689780000,1,inf,1,1,1", .notANumber, "high \"inf\""),
    BadLine("hexadecimal", "1735689780000,0x1p3,1,1,1,1", .notANumber, "open \"0x1p3\""),
    BadLine("too large", "1735689780000,1,1e400,1,1,1", .notANumber, "high \"1e400\""),
    BadLine("a space", "1735689780000, 1,1,1,1,1", .notANumber, "open \" 1\""),
    BadLine("an empty field", "1735689780000,1,1,1,,1", .notANumber, "close \"\""),
    BadLine("a date for ts", "2025-01-01 00:03,1,1,1,1,1", .notANumber, "ts \"2025"),
    BadLine("seconds for ts", "1735689780,1,1,1,1,1", .notANumber, "milliseconds"),
    BadLine("microseconds", "1735689780000000,1,1,1,1,1", .notANumber, "milliseconds"),
    BadLine("a fraction in ts", "1735689780000.5,1,1,1,1,1", .notANumber, "ts"),
    BadLine("a field too few", "1735689780000,1,1,1,1", .notANumber, "5 fields"),
    BadLine("a field too many", "1735689780000,1,1,1,1,1,1", .notANumber, "7 fields"),
    BadLine("an empty line", "", .notANumber, "1 fields"),
    BadLine("off the minute", "1735689780001,1,1,1,1,1", .offTimeframe, "multiple of 1m"),
  ]

  @Test(arguments: badLines)
  func `in line 5`(bad: BadLine) throws {
    let after = "1735689840000,1,1,1,1,1"
    let path = try folder.write(
      "x_AUSD_1m.csv", lines: MarketFolder.lines(3) + [bad.line, after])
    let error = try MarketFolder.error { try CandleFile.load(path) }
    #expect(error.reason == bad.reason)
    #expect(error.line == 5)
    #expect(error.description.hasPrefix("unable to read candles of \(path): line 5: "))
    #expect(error.description.contains(bad.says), "\(error)")
    #expect(!error.remedy.isEmpty)
    #expect(!error.description.contains("\n"))
  }

  @Test(arguments: [
    "", "ts,open,high,low,close\n", "ts,funding_rate\n", "1735689600000,1,1,1,1,1\n",
    "open,high,low,close,volume,ts\n", "\u{FEFF}ts,open,high,low,close,volume\n",
  ])
  func `without the header it knows nothing of the columns`(text: String) throws {
    let error = try MarketFolder.error {
      try CandleFile.load(folder.write("AUSD_1m.csv", text))
    }
    #expect(error.reason == (text.isEmpty ? .empty : .header))
  }

  @Test func `a header without candles is empty`() throws {
    let error = try MarketFolder.error {
      try CandleFile.load(folder.write("AUSD_1m.csv", lines: []))
    }
    #expect(error.reason == .empty)
  }

  @Test func `a file that is not there is missing, whatever its name`() throws {
    for name in ["AUSD_1m.csv", "nothing", "x_AUSD_1m.csv.gz"] {
      let error = try MarketFolder.error { try CandleFile.load(folder.path + "/" + name) }
      #expect(error.reason == .missing)
    }
  }

  @Test func `a folder is not a file`() throws {
    let error = try MarketFolder.error { try CandleFile.load(folder.path) }
    #expect(error.reason == .unreadable)
  }

  @Test(arguments: [1, 4, 8, 9, 200, 5000])
  func `gzip data that ends early is torn`(cut: Int) throws {
    var random = SystemRandomNumberGenerator()
    let lines = MarketFolder.lines(5000).map { line in
      line.dropLast(3) + "\(UInt32.random(in: 0...UInt32.max, using: &random))"
    }
    let path = try folder.compress("AUSD_1m.csv.gz", lines: lines.map(String.init), cut: cut)
    let error = try MarketFolder.error { try CandleFile.load(path) }
    #expect(error.reason == .torn, "\(error)")
  }

  @Test func `a flipped bit in gzip data is found by its checksum`() throws {
    let path = try folder.compress("AUSD_1m.csv.gz", lines: MarketFolder.lines(100))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 6] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try MarketFolder.error { try CandleFile.load(path) }.reason == .torn)
  }

  @Test func `text under a gzip name is torn, nothing at all is empty`() throws {
    let text = try folder.write("AUSD_1m.csv.gz", lines: MarketFolder.lines(3))
    #expect(try MarketFolder.error { try CandleFile.load(text) }.reason == .torn)
    let empty = try folder.write("BUSD_1m.csv.gz", "")
    #expect(try MarketFolder.error { try CandleFile.load(empty) }.reason == .empty)
  }

  @Test func `a last line cut before its last field is torn`() throws {
    let whole = ([MarketFolder.header] + MarketFolder.lines(3)).joined(separator: "\n")
    let lastComma = try #require(whole.lastIndex(of: ","))
    for end in [lastComma, whole.index(after: lastComma)] {
      let error = try MarketFolder.error {
        try CandleFile.load(folder.write("AUSD_1m.csv", String(whole[..<end])))
      }
      #expect(error.reason == .torn)
      #expect(error.line == 4)
    }
  }

  @Test func `a file of one endless line is refused within its bound`() throws {
    let path = try folder.write("AUSD_1m.csv", String(repeating: "1", count: 10_000_000))
    #expect(try MarketFolder.error { try CandleFile.load(path) }.reason == .tooLarge)
  }

  @Test func `a small file that unpacks without end is refused within its bound`() throws {
    let line = "1735689600000,1,1,1,1,1" + String(repeating: "0", count: 4000)
    let path = try folder.compress("AUSD_1m.csv.gz", lines: [line, line])
    #expect(try MarketFolder.error { try CandleFile.load(path) }.reason == .notANumber)
    let reader = try LineReader(try bomb())
    #expect(
      try MarketFolder.error { while try reader.next() != nil {} }.reason == .tooLarge)
  }

  /// 300 MB of lines in less than 1 MB.
  private func bomb() throws -> String {
    let block = Array(
      String(repeating: String(repeating: "1", count: 4095) + "\n", count: 256).utf8)
    let member = folder.path + "/member.gz"
    let stream = try #require(gzopen(member, "wb"))
    for _ in 0..<20 { #expect(gzwrite(stream, block, UInt32(block.count)) > 0) }
    #expect(gzclose(stream) == Z_OK)
    let data = try Data(contentsOf: URL(fileURLWithPath: member))
    let path = folder.path + "/AUSD_1m.csv.gz"
    // Gzip members one after the other are one file.
    try (0..<15).reduce(into: Data()) { all, _ in all.append(data) }
      .write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func `bars of a length that is not known are refused`() throws {
    let lines = MarketFolder.lines(4, step: 28_800_000)
    let error = try MarketFolder.error {
      try CandleFile.load(folder.write("AUSD_8h.csv", lines: lines))
    }
    #expect(error.reason == .timeframe)
  }

  @Test func `a name that contradicts its bars is refused`() throws {
    let error = try MarketFolder.error {
      try CandleFile.load(folder.write("AUSD_1h.csv", lines: MarketFolder.lines(4)))
    }
    #expect(error.reason == .timeframe)
    #expect(error.description.contains("says 1h but its bars are 1m apart"))
  }

  @Test func `a name without a symbol is refused`() throws {
    let error = try MarketFolder.error {
      try CandleFile.load(folder.write("candles.csv", lines: MarketFolder.lines(4)))
    }
    #expect(error.reason == .symbol)
  }
}
