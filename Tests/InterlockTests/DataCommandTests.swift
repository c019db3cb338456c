import Archive
import Domain
import Foundation
import Testing

@testable import Interlock

@Suite("data commands", .serialized)
struct DataCommandTests {
  private let folder: ScratchFolder
  private let newYear: Int64 = 1_735_689_600_000

  init() throws {
    folder = try ScratchFolder()
  }

  private func candles(_ name: String, _ count: Int, without: Set<Int> = []) throws -> String {
    var text = "ts,open,high,low,close,volume\n"
    for index in 0..<count where !without.contains(index) {
      text += "\(newYear + Int64(index) * 60_000),1.5,2.25,0.75,2,\(index % 50).125\n"
    }
    return try folder.write(text, to: name)
  }

  private func run(_ arguments: String...) async throws -> RealCommand.Answer {
    try await RealCommand.run(
      ["data"] + arguments + ["--archive", folder.file("a.sqlite")], in: folder)
  }

  @Test func `import, list and check agree, and the exit codes are those of the manual`()
    async throws
  {
    let whole = try candles("kraken_XBTUSD_1m.csv", 100)
    let imported = try await run("import", whole)
    #expect(imported.code == 0, "\(imported)")
    #expect(imported.errors.isEmpty, "no progress bar without a terminal: \(imported.errors)")
    #expect(try await run("check").code == 0)
    let holed = try candles("kraken_ETHUSD_1m.csv", 100, without: [50, 51])
    #expect(try await run("import", holed).code == 0)
    let check = try await run("check")
    #expect(check.code == 1)
    #expect(
      check.output.contains(
        "kraken/ETHUSD 1m: gap 2025-01-01T00:49Z … 2025-01-01T00:52Z, 2 bars missing"),
      "\(check)")
    let list = try await run("list", "--json")
    let rows =
      try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]] ?? []
    #expect(rows.map { $0["symbol"] as? String } == ["ETHUSD", "XBTUSD"])
    #expect(rows.map { $0["count"] as? Int } == [97, 99])
    #expect(rows.map { $0["missing"] as? Int } == [2, 0])
    #expect(try await run("check", holed).code == 1)
    #expect(try await run("check", whole).code == 0)
  }

  @Test func `a gap that is known is shown as known and is no finding`() async throws {
    let holed = try candles("kraken_ETHUSD_1m.csv", 100, without: [50, 51, 70])
    #expect(try await run("import", holed).code == 0)
    let gaps = try await run("check", "--gaps")
    #expect(gaps.code == 1)
    let lines = gaps.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "kraken/ETHUSD 1m 2025-01-01T00:49Z 2025-01-01T00:52Z")
    #expect(lines.count == 2)
    let both = try folder.write(gaps.output, to: "both.txt")
    let known = try await run("check", "--known", both)
    #expect(known.code == 0, "\(known)")
    #expect(known.output.contains("kraken/ETHUSD 1m: 2 known gaps, 3 bars missing in them"))
    let one = try folder.write(lines[0] + "\n", to: "one.txt")
    let rest = try await run("check", "--known", one, holed)
    #expect(rest.code == 1 && rest.output.contains("1 known gaps"), "\(rest)")
    let bad = try folder.write("nonsense\n", to: "bad.txt")
    #expect(try await run("check", "--known", bad).code == 78)
    #expect(try await run("check", "--known", folder.file("none.txt")).code == 78)
  }

  @Test func `findings are 1, what cannot be opened is 78, misuse is 64`() async throws {
    let bad = try folder.write(
      "ts,open,high,low,close,volume\n\(newYear),1,nan,1,1,1\n", to: "x_XBTUSD_1m.csv")
    let findings = try await run("import", bad, "--json")
    #expect(findings.code == 1)
    #expect(findings.output.contains(#""line":2"#), "\(findings)")
    #expect(try await run("import", folder.file("none_XBTUSD_1m.csv")).code == 78)
    #expect(try await run("import").code == 64)
    #expect(try await run("import", bad, "--timeframe", "1y").code == 64)
    #expect(try await run("import", bad, "--venue", "A B").code == 64)
    #expect(try await run("check", "--limit", "-1").code == 64)
    let missing = try await RealCommand.run(
      ["data", "list", "--archive", folder.file("none.sqlite")], in: folder)
    #expect(missing.code == 78)
    #expect(missing.errors.contains("import candles first"), "\(missing)")
    let foreign = try folder.write("this is no database, as anybody can see\n", to: "b.sqlite")
    let refused = try await RealCommand.run(
      ["data", "import", bad, "--archive", foreign], in: folder)
    #expect(refused.code == 78, "\(refused)")
  }

  @Test func `a conflict keeps the archived bar and is 1; with --replace the file wins`()
    async throws
  {
    let path = try candles("kraken_XBTUSD_1m.csv", 10)
    #expect(try await run("import", path).code == 0)
    let text = folder.read("kraken_XBTUSD_1m.csv")
    let other = try folder.write(
      text.replacingOccurrences(of: "2.25,0.75,2,3.125", with: "2.5,0.75,2,3.125"),
      to: "kraken_XBTUSD_1m_b.csv")
    let conflict = try await run("import", other)
    #expect(conflict.code == 1)
    #expect(conflict.output.contains("kept as archived"), "\(conflict)")
    #expect(conflict.output.contains("from kraken_XBTUSD_1m.csv"))
    #expect(try await run("import", path).code == 0)
    #expect(try await run("import", other, "--replace").code == 1)
    #expect(try await run("import", other).code == 0)
  }

  @Test(.timeLimit(.minutes(3)))
  func `an import killed at any moment leaves whole batches, and a second one completes it`()
    async throws
  {
    let count = 130_000
    let path = try candles("kraken_XBTUSD_1m.csv", count)
    let archive = folder.file("a.sqlite")
    let series = try #require(SeriesID(venue: "kraken", symbol: "XBTUSD"))
    var seen: Set<Int> = []
    for kill in 1...4 {
      let command = try RealCommand(["data", "import", path, "--archive", archive], in: folder)
      // Killed once the archive holds some more of the file.
      try await RealCommand.until("batch \(kill) of the import", seconds: 60) {
        let held = try CandleStore(path: archive, readOnly: true).contents().first?.count ?? 0
        return held > (seen.max() ?? 0) || !command.process.isRunning
      }
      command.signal(SIGKILL)
      try await RealCommand.until("the killed import is gone") { !command.process.isRunning }
      let store = try CandleStore(path: archive, readOnly: true)
      #expect(try store.damage().isEmpty)
      let audit = try #require(try store.audit(mostFindings: 1).first)
      #expect(audit.isClean)
      #expect(audit.first == newYear)
      #expect(audit.bars % 20_000 == 0 || audit.bars == count - 1, "\(audit.bars)")
      seen.insert(audit.bars)
    }
    #expect(seen.count > 1, "no kill came in the middle: \(seen)")
    let completed = try await RealCommand(
      ["data", "import", path, "--archive", archive], in: folder
    ).answer(seconds: 90)
    #expect(completed.code == 0, "\(completed)")
    let store = try CandleStore(path: archive, readOnly: true)
    let contents = try store.contents()
    #expect(contents.map(\.series) == [series])
    #expect(contents.map(\.count) == [count - 1])
    #expect(contents.map(\.gaps) == [0])
    #expect(contents.map(\.last) == [newYear + Int64(count - 2) * 60_000])
  }

  @Test func `a damaged archive is a finding, not a crash`() async throws {
    #expect(try await run("import", try candles("kraken_XBTUSD_1m.csv", 5000)).code == 0)
    let archive = URL(fileURLWithPath: folder.file("a.sqlite"))
    var bytes = try Data(contentsOf: archive)
    #expect(bytes.count > 100_000)
    bytes.replaceSubrange(60_000..<70_000, with: Data(repeating: 0xA5, count: 10_000))
    try bytes.write(to: archive)
    let answer = try await run("check")
    #expect(answer.code == 1, "\(answer)")
    #expect(answer.output.contains("archive damaged"), "\(answer)")
  }

  @Test func `the progress bar grows from nothing to all`() {
    #expect(
      ProgressBar.line("a.csv", index: 0, of: 2, fraction: 0)
        == "[------------------------------]   0 % 1/2 a.csv")
    #expect(
      ProgressBar.line("b.csv", index: 1, of: 2, fraction: 0.5)
        == "[######################--------]  75 % 2/2 b.csv")
    #expect(
      ProgressBar.line("b.csv", index: 1, of: 2, fraction: 7)
        == "[##############################] 100 % 2/2 b.csv")
  }
}
