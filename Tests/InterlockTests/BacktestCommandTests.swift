import Foundation
import Testing

/// `interlock backtest` as a command: text, JSON, nothing traded, and what cannot be read.
@Suite("interlock backtest", .serialized, .timeLimit(.minutes(10)))
struct BacktestCommandTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A day of minutes whose price climbs and falls, or stands still.
  private func candles(still: Bool) throws -> String {
    let start = 1_735_689_600
    let lines = (0..<1440).map { minute -> String in
      let wave = still ? 0 : abs(minute % 240 - 120) * 25
      let open = 90_000 + wave
      let close = still ? open : 90_000 + abs((minute + 1) % 240 - 120) * 25
      let (high, low) = (max(open, close) + 5, min(open, close) - 5)
      return "\((start + minute * 60) * 1000),\(open),\(high),\(low),\(close),12"
    }
    let text = (["ts,open,high,low,close,volume"] + lines).joined(separator: "\n") + "\n"
    return try folder.write(text, to: "kraken_XBTUSD_1m.csv")
  }

  private func run(_ flags: [String]) async throws -> RealCommand.Answer {
    try await RealCommand(["backtest"] + flags, in: folder).answer(seconds: 240)
  }

  @Test(arguments: [false, true])
  func `candles are traded and reported`(_ still: Bool) async throws {
    let path = try candles(still: still)
    let text = try await run(["--market", path, "--strategy", "breakout"])
    #expect(text.code == 0 && text.output.contains("hash: "), "\(text)")
    let json = try await run(["--market", path, "--strategy", "breakout", "--json"])
    #expect(json.code == 0, "\(json)")
    #expect((try? JSONSerialization.jsonObject(with: Data(json.output.utf8))) != nil, "\(json)")
    let again = try await run(["--market", path, "--strategy", "breakout", "--json"])
    #expect(again.output == json.output, "the same bytes")
  }

  @Test(arguments: [[], ["--json"]])
  func `what is not there, or no misuse of ours, is said in a line`(_ flags: [String]) async throws
  {
    let missing = try await run(["--market", folder.file("no_XBTUSD_1m.csv")] + flags)
    #expect(missing.code != 0 && missing.output.isEmpty, "\(missing)")
    #expect(missing.errors.contains("no_XBTUSD_1m.csv"), "\(missing)")
    let misuse = try await run(["--balance", "none"] + flags)
    #expect(misuse.code == 64 && misuse.output.isEmpty, "\(misuse)")
  }
}
