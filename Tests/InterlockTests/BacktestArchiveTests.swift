import Foundation
import Testing

/// `interlock backtest --archive`, and files that were torn on their way.
@Suite("a backtest of the archive", .serialized)
struct BacktestArchiveTests {
  private static func run(
    _ folder: ScratchFolder, _ arguments: [String]
  ) async throws -> RealCommand.Answer {
    try await RealCommand(arguments, in: folder).answer(seconds: 300)
  }

  @Test func `the archive trades as the file that was imported`() async throws {
    let folder = try ScratchFolder()
    let market = try folder.write(
      BacktestFilesTests.file(BacktestFilesTests.rows(6000)),
      to: "binanceusdm_BTCUSDT_15m_test.csv")
    // The newest bar of a file may still form and is held back.
    let longer = try folder.write(
      BacktestFilesTests.file(BacktestFilesTests.rows(6001)),
      to: "binanceusdm_BTCUSDT_15m_longer.csv")
    let archive = folder.file("archive.sqlite")
    let imported = try await Self.run(folder, ["data", "import", longer, "--archive", archive])
    try #require(imported.code == 0, "\(imported)")
    let limits = try folder.write(BacktestFilesTests.wideLimits, to: "limits.yaml")
    let flags = ["--strategy", "breakout", "--config", limits, "--report"]
    let sources = [("file", ["--market", market]), ("archive", ["--archive", archive])]
    for (name, source) in sources {
      let answer = try await Self.run(
        folder, ["backtest"] + source + flags + [folder.file(name)])
      try #require(answer.code == 0, "\(answer)")
    }
    for name in ["trades.csv", "equity.csv", "days.csv"] {
      #expect(folder.read("file/\(name)") == folder.read("archive/\(name)"), "\(name)")
    }
    #expect(folder.read("archive/trades.csv").split(separator: "\n").count > 10)

    let other = try await Self.run(
      folder, ["backtest", "--archive", archive, "--symbol", "PF_ETHUSD", "--strategy", "breakout"])
    #expect(other.code == 78 && other.errors.contains("holds no candles of it"), "\(other)")
  }

  @Test(arguments: [
    (["--archive", "nowhere.sqlite"], 78, "no such file"),
    (["--archive", "text.sqlite"], 78, "archive"),
    (["--archive", "text.sqlite", "--market", "text.sqlite"], 64, "--market"),
    (["--market", "text.sqlite", "--symbol", "PF_XBTUSD"], 64, "--symbol"),
    (["--archive", "text.sqlite", "--symbol", "XBT/USD"], 64, "no contract such as"),
  ]) func `an archive that cannot be played is refused`(
    _ flags: [String], _ code: Int32, _ words: String
  ) async throws {
    let folder = try ScratchFolder()
    _ = try folder.write("no database\n", to: "text.sqlite")
    let placed = flags.map { $0.hasSuffix(".sqlite") ? folder.file($0) : $0 }
    let answer = try await Self.run(folder, ["backtest", "--strategy", "breakout"] + placed)
    #expect(answer.code == code && answer.errors.contains(words), "\(answer)")
  }

  @Test func `a gzip file that ends too early is refused, and played when it is whole`()
    async throws
  {
    let folder = try ScratchFolder()
    let name = "binanceusdm_BTCUSDT_15m_test.csv"
    let plain = try folder.write(BacktestFilesTests.file(BacktestFilesTests.rows(3000)), to: name)
    let packed = try await RealCommand([plain], in: folder, executable: "/bin/gzip")
      .answer(seconds: 60)
    try #require(packed.code == 0, "\(packed)")
    let flags = ["backtest", "--strategy", "breakout", "--market", "\(plain).gz"]
    let whole = try await Self.run(folder, flags)
    #expect(whole.code == 0 && whole.output.contains("3000 bars"), "\(whole)")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(plain).gz"))
    try bytes.prefix(bytes.count * 2 / 3).write(to: URL(fileURLWithPath: "\(plain).gz"))
    let torn = try await Self.run(folder, flags)
    #expect(torn.code == 78 && torn.errors.contains("\(name).gz"), "\(torn)")
    #expect(torn.errors.hasPrefix("interlock: fatal: unable to"), "\(torn)")
  }
}
