import Foundation
import Testing

@testable import Interlock

@Suite("a sweep", .serialized)
struct SweepTests {
  private static let text = """
    # two parameters
    breakout.channel_bars: 10 20 40
    breakout.stop_atr: 1.5, 2
    """

  @Test func `every combination is one configuration`() throws {
    let sweep = try SweepFile(text: Self.text, path: "sweep")
    #expect(sweep.count == 6)
    #expect(sweep.values(of: 0) == ["10", "1.5"] && sweep.values(of: 5) == ["40", "2"])
    #expect(Set((0..<6).map { sweep.values(of: $0) }).count == 6)
    let base = "risk_gate:\n  max_positions: 2\nbreakout:\n  channel_bars: 5\n  atr_bars: 9\n"
    #expect(
      sweep.configuration(base, 3).hasPrefix(
        "risk_gate:\n  max_positions: 2\nbreakout:\n  stop_atr: 2\n  channel_bars: 20\n"))
  }

  @Test(arguments: ["", "breakout: 1 2", "a.b: 1\na.b: 2", "a.b:", "nonsense"])
  func `a sweep that says nothing is refused`(_ text: String) {
    #expect(throws: (any Error).self) { try SweepFile(text: text, path: "sweep") }
  }

  /// Killed in its middle and started again, it comes to what an undisturbed one comes to.
  @Test func `an interrupted sweep goes on where it stopped`() async throws {
    let folder = try ScratchFolder()
    let market = try folder.write(
      BacktestFilesTests.file(BacktestFilesTests.rows(1200)),
      to: "binanceusdm_BTCUSDT_15m_test.csv")
    let sweep = try folder.write(Self.text, to: "sweep")
    func arguments(_ name: String) -> [String] {
      [
        "backtest", "--market", market, "--strategy", "breakout", "--sweep", sweep, "--report",
        folder.file(name),
      ]
    }
    let first = try RealCommand(arguments("killed"), in: folder)
    // A head and at least one combination.
    try await RealCommand.until("a combination has ended", seconds: 300) {
      folder.read("killed/sweep.jsonl").split(separator: "\n").count > 1
        || !first.process.isRunning
    }
    first.signal(SIGKILL)
    _ = try await first.answer(seconds: 60)
    let torn = folder.read("killed/sweep.jsonl") + "{\"index\":"
    _ = try folder.write(torn, to: "killed/sweep.jsonl")
    let known = torn.split(separator: "\n").count - 2
    let again = try await RealCommand(arguments("killed"), in: folder).answer(seconds: 300)
    try #require(again.code == 0, "\(again)")
    #expect(again.output.contains("\(6 - known) combinations ran, \(known) were done before"))
    let whole = try await RealCommand(arguments("whole"), in: folder).answer(seconds: 300)
    try #require(whole.code == 0, "\(whole)")
    #expect(folder.read("killed/sweep.csv") == folder.read("whole/sweep.csv"))
    #expect(folder.read("whole/sweep.csv").split(separator: "\n").count == 7)

    _ = try folder.write(Self.text + "\nbreakout.atr_bars: 9\n", to: "sweep")
    let other = try await RealCommand(arguments("whole"), in: folder).answer(seconds: 60)
    #expect(other.code == 78 && other.errors.contains("it is of another sweep"), "\(other)")
  }
}
