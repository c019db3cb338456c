import Foundation
import Testing

/// `interlock backtest` as an operator runs it.
@Suite("files of a backtest", .serialized)
struct BacktestFilesTests {
  /// Quarter-hours of some days that go up and down in long waves with a jitter on them.
  static func rows(_ count: Int = 1500, step: Int64 = 900_000) -> [String] {
    var state: UInt64 = 42
    var close = 100_000.0
    return (0..<count).map { index in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let jitter = Double(Int64(state >> 40) % 400) - 200
      let open = close
      close = 100_000 + 6000 * sin(Double(index) / 60) + jitter
      let (high, low) = (max(open, close) + 40, min(open, close) - 40)
      let time = 1_748_736_000_000 + Int64(index) * step
      return "\(time),\(Int(open)),\(Int(high)),\(Int(low)),\(Int(close)),12.5"
    }
  }

  /// The made-up market is thin and its waves are short: what is tried is not the gate.
  static let wideLimits = """
    risk_gate:
      min_entry_depth_multiple: 0
      min_edge_over_cost: 0
      wide_structure_max_distortion_pct: 100000
    """

  static func file(_ rows: [String]) -> String {
    (["ts,open,high,low,close,volume"] + rows).joined(separator: "\n") + "\n"
  }

  private static let name = "binanceusdm_BTCUSDT_15m_test.csv"

  private static func run(
    _ folder: ScratchFolder, _ arguments: [String]
  ) async throws -> RealCommand.Answer {
    try await RealCommand(["backtest"] + arguments, in: folder).answer(seconds: 300)
  }

  @Test func `two processes write the same bytes, and the report holds trades`() async throws {
    let folder = try ScratchFolder()
    let market = try folder.write(Self.file(Self.rows(1500)), to: Self.name)
    let limits = try folder.write(Self.wideLimits, to: "limits.yaml")
    let arguments = [
      "--market", market, "--strategy", "breakout", "ema-cross", "--config", limits,
    ]
    var outputs: [String] = []
    for name in ["one", "two"] {
      let answer = try await Self.run(folder, arguments + ["--report", folder.file(name)])
      try #require(answer.code == 0, "\(answer)")
      outputs.append(
        String(answer.output.split(separator: "\n").first { $0.hasPrefix("hash") } ?? ""))
    }
    #expect(outputs[0] == outputs[1] && outputs[0].count > 60)
    let names = [
      "report.json", "report.txt", "report.html", "trades.csv", "equity.csv", "days.csv",
    ]
    for name in names {
      #expect(folder.read("one/\(name)") == folder.read("two/\(name)"), "\(name)")
      #expect(!folder.read("one/\(name)").isEmpty)
    }
    #expect(folder.read("one/trades.csv").split(separator: "\n").count > 10)
    let object = try JSONSerialization.jsonObject(with: Data(folder.read("one/report.json").utf8))
    let report = try #require(object as? [String: Any])
    #expect((report["decisions"] as? [String: Any])?.keys.sorted() == ["breakout", "ema-cross"])
  }

  // MARK: - Bad input

  static let badFiles: [(String, String, String)] = {
    let rows = Self.rows(600)
    func with(_ change: (inout [String]) -> Void) -> String {
      var changed = rows
      change(&changed)
      return Self.file(changed)
    }
    let torn = String(Self.file(rows).dropLast(30))
    let later = Self.rows(2000, step: 3_600_000).dropFirst(151)
    let minutes = (1...9).map { "\(1_749_275_100_000 + $0 * 60_000),100,110,90,100,1" }
    return [
      (name, with { $0.swapAt(300, 301) }, "before the one above it"),
      (name, with { $0.insert($0[300], at: 301) }, "is there twice"),
      (name, with { $0[300] = $0[300].replacingOccurrences(of: "000,", with: "001,") }, "line 302"),
      (name, with { $0[300] = "1748736,1,1,1,1,1" }, "outside the years 2000 to 2100"),
      (name, with { $0[300] = "1749006900000,nan,2,1,1,1" }, "line 302"),
      (name, with { $0[300] = "1749006000000,100,90,110,100,1" }, "line 302"),
      (name, torn, "the last line is cut"), (name, "", "the file is empty"),
      (name, "time,o,h,l,c,v\n", "the columns are not"),
      (name, Self.file([]), "there is no candle"),
      ("binanceusdm_BTCUSDT_1h_test.csv", Self.file(rows), "its name says 1h"),
      ("binanceusdm_DOGEBTC_15m_test.csv", Self.file(rows), "no instrument is mapped"),
      (name + ".gz", Self.file(rows), "no gzip data"),
      (name, with { $0 += later }, "most of it are others"),
      (name, with { $0 += minutes }, "is not a multiple of 15m"),
    ]
  }()

  @Test(arguments: 0..<15) func `a bad file is refused with what, where and what to do`(
    _ index: Int
  ) async throws {
    let (name, text, words) = Self.badFiles[index]
    let folder = try ScratchFolder()
    let market = try folder.write(text, to: name)
    let answer = try await Self.run(folder, ["--market", market, "--strategy", "breakout"])
    #expect(answer.code == 78, "\(answer)")
    #expect(answer.errors.contains(words), "\(answer)")
    #expect(answer.errors.hasPrefix("interlock: fatal: unable to"), "\(answer)")
  }

  @Test func `missing bars are counted and told`() async throws {
    let folder = try ScratchFolder()
    var rows = Self.rows(600)
    rows.removeSubrange(200..<230)
    rows.remove(at: 100)
    let market = try folder.write(Self.file(rows), to: Self.name)
    let answer = try await Self.run(folder, ["--market", market, "--strategy", "breakout"])
    #expect(answer.code == 0, "\(answer)")
    #expect(answer.output.contains("569 bars") && answer.output.contains("2 gaps of 31 bars"))
  }

  @Test(arguments: [
    (["--strategy", "nobody"], 78, "unable to run strategy nobody: it is unknown"),
    (["--strategy", "breakout", "--from", "yesterday"], 64, "is no time"),
    (["--strategy", "breakout", "--timeframe", "7m"], 64, "is none of"),
    (["--strategy", "breakout", "--timeframe", "1m"], 78, "unable to make candles of 1m"),
    (["--strategy", "breakout", "--candle-latency", "999999"], 78, "latency"),
    (["--strategy", "breakout", "--balance", "0"], 64, "--balance"),
    (["--strategy", "breakout", "--taker-fee", "1001"], 64, "--taker-fee"),
    (["--strategy", "breakout", "--maker-fee", "nan"], 64, "--maker-fee"),
    (["--sweep", "nothing"], 64, "name a folder with --report"),
  ]) func `an option that makes no sense is refused`(
    _ arguments: [String], _ code: Int32, _ words: String
  ) async throws {
    let folder = try ScratchFolder()
    let market = try folder.write(Self.file(Self.rows(100)), to: Self.name)
    let answer = try await Self.run(folder, ["--market", market] + arguments)
    #expect(answer.code == code && answer.errors.contains(words), "\(answer)")
  }

  @Test func `an unknown parameter of a configuration or a sweep is refused`() async throws {
    let folder = try ScratchFolder()
    let market = try folder.write(Self.file(Self.rows(100)), to: Self.name)
    let config = try folder.write("breakout:\n  chanel_bars: 5\n", to: "c.yaml")
    var answer = try await Self.run(
      folder, ["--market", market, "--strategy", "breakout", "--config", config])
    #expect(answer.code == 78 && answer.errors.contains("chanel_bars"), "\(answer)")
    let sweep = try folder.write("breakout.chanel_bars: 5 6\n", to: "sweep")
    answer = try await Self.run(
      folder,
      [
        "--market", market, "--strategy", "breakout", "--sweep", sweep, "--report",
        folder.file("out"),
      ])
    #expect(answer.code == 78 && answer.errors.contains("chanel_bars"), "\(answer)")
  }
}
