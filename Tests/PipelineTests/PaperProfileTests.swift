import Foundation
import Testing

/// The profile `paper`: every process real, and a second paper venue in the part of the real one.
@Suite("the paper profile", .serialized)
struct PaperProfileTests {
  /// The venue that is followed; killed with the value.
  private final class Leader {
    private let process: Process
    private let output: URL

    init(in folder: URL) throws {
      output = folder.appendingPathComponent("leader.txt")
      process = try Pipeline.launch(
        [
          "--key", "k", "--secret", Data(repeating: 1, count: 64).base64EncodedString(),
          "--no-rate-limits",
        ], executable: "paper-venue", output: output)
    }

    deinit {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    var url: String? {
      (try? String(contentsOf: output, encoding: .utf8))?.split(separator: "\n")
        .first { $0.hasPrefix("listening on ") }.map { String($0.dropFirst(13)) }
    }
  }

  private func follow(_ pipeline: Pipeline) async throws -> (leader: Leader, config: String) {
    let leader = try Leader(in: pipeline.folder)
    try await Pipeline.until("the leader listens", seconds: 20) { leader.url != nil }
    let config = pipeline.folder.appendingPathComponent("paper.yaml")
    let url = try #require(leader.url)
    let text = """
      venue:
        public_url: \(url)
      market_data:
        instruments: [PF_XBTUSD, PF_ETHUSD]
        timeframe: 1m
        further_timeframes: []
      signal_service:
        strategies: [breakout]
      breakout:
        channel_bars: 2
        atr_bars: 2

      """
    try Data(text.utf8).write(to: config)
    return (leader, config.path)
  }

  @Test func `the pipeline trades on another venue's market, and every promise is kept`()
    async throws
  {
    let pipeline = try Pipeline()
    let (leader, config) = try await follow(pipeline)
    try pipeline.start([
      "--profile", "paper", "--config", config, "--for", "75s", "--summary", pipeline.summary.path,
    ])
    try await pipeline.waitUntilReady()
    let candles = try await pipeline.command(
      ["tap", "candles", "--json", "--count", "2"], seconds: 70)
    #expect(candles.code == 0, "\(candles.text)")
    try await pipeline.killAndAwaitReturn("paper-venue")
    let run = try #require(pipeline.process)
    try await Pipeline.ended(run, seconds: 150)
    #expect(run.terminationStatus == 0, "\(pipeline.output)")
    let summary = try pipeline.readSummary()
    #expect(summary["candles"] as? Int ?? 0 >= 2, "\(summary)")
    for key in ["duplicate_orders", "lost_intents", "unprotected", "held"] {
      #expect(summary[key] as? Int == 0, "\(key) in \(summary)")
    }
    withExtendedLifetime(leader) {}
  }

  @Test(arguments: [["--market", "/tmp"], ["--speed", "60"]])
  func `a market of one's own has no place in it`(_ arguments: [String]) async throws {
    let pipeline = try Pipeline()
    let answer = try await pipeline.command(
      ["run", "--profile", "paper", "--state-dir", pipeline.stateDirectory] + arguments)
    #expect(answer.code == 64, "\(answer.text)")
    #expect(answer.text.contains("\(arguments[0]): the profile paper"), "\(answer.text)")
  }
}
