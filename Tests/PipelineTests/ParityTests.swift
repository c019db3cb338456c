import Foundation
import Testing

/// The same market through real processes and through a backtest.
///
/// With `ops/test --long` only: a process that a busy machine holds up may miss a candle.
@Suite(
  "a run and a backtest over the same market", .serialized,
  .enabled(
    if: ProcessInfo.processInfo.environment["INTERLOCK_PARITY"] == "1",
    "SKIPPED: a run of real processes beside a backtest: INTERLOCK_PARITY=1, or ops/test --long"))
struct ParityTests {
  private static let minute: Int64 = 60_000
  private static let first: Int64 = 1_748_736_000_000
  private static let count = 900

  /// Short waves with a jitter on them: a channel of three bars breaks every few minutes.
  private static var market: String {
    var state: UInt64 = 7
    var close = 100_000.0
    let rows = (0..<count).map { index -> String in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let jitter = Double(Int64(state >> 40) % 60) - 30
      let open = close
      close = 100_000 + 900 * sin(Double(index) / 2.5) + jitter
      let (high, low) = (max(open, close) + 15, min(open, close) - 15)
      let time = first + Int64(index) * minute
      return "\(time),\(Int(open)),\(Int(high)),\(Int(low)),\(Int(close)),12.5"
    }
    return (["ts,open,high,low,close,volume"] + rows).joined(separator: "\n") + "\n"
  }

  /// A demo's limits, said aloud: a backtest has those of paper otherwise.
  private static let configuration = """
    market_data:
      timeframe: 1m
      further_timeframes: []
    breakout:
      channel_bars: 3
      atr_bars: 3
    risk_gate:
      risk_per_trade_pct: 0.5
      max_loss_per_trade_usd: 10000
      wide_structure_max_distortion_pct: 100000
      min_edge_over_cost: 0
      min_entry_depth_multiple: 0
      max_signal_age_s: 7200
      max_signal_ahead_s: 7200
      daily_loss_limit_pct: 50
      drawdown_degraded_pct: 60
      drawdown_halt_pct: 75
      positions_degraded: 1001
      positions_halt: 1002
      state_recovery_s: 10
      shock_pause_s: 60
    risk_state:
      loss_streak_cooldown_tight: 0
      loss_streak_cooldown_wide: 0
      symbol_loss_count: 0
      post_close_cooldown_win_min: 0
      post_close_cooldown_loss_min: 0
      post_close_cooldown_strategic_min: 0
      strategy_max_executions: 0

    """

  /// Saves what `compare` reads of a run.
  private func save(_ pipeline: Pipeline, _ folder: URL) async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for verb in ["intents", "orders", "fills"] {
      let answer = try await pipeline.command([verb, "--json"], seconds: 60)
      try #require(answer.code == 0, "\(answer.text)")
      try Data(answer.text.utf8).write(to: folder.appendingPathComponent("\(verb).json"))
    }
    for name in ["signals.jsonl", "gate.jsonl"] {
      try FileManager.default.copyItem(
        atPath: "\(pipeline.stateDirectory)/\(name)",
        toPath: folder.appendingPathComponent(name).path)
    }
  }

  /// What decides is the same to the tick; what only latency can change may differ, and is listed.
  @Test func `both decide, size and protect the same`() async throws {
    let pipeline = try Pipeline()
    let market = pipeline.folder.appendingPathComponent("binanceusdm_BTCUSDT_1m_waves.csv")
    try Data(Self.market.utf8).write(to: market)
    let config = pipeline.folder.appendingPathComponent("parity.yaml")
    try Data(Self.configuration.utf8).write(to: config)
    try pipeline.start([
      "--market", market.path, "--speed", "20", "--config", config.path, "--strategy", "breakout",
      "--for", "10m",
    ])
    try await pipeline.waitUntilReady()
    try await Pipeline.until("three entries", seconds: 240) {
      let answer = try await pipeline.command(["intents", "--json"], seconds: 60)
      return answer.text.components(separatedBy: "\"kind\":\"entry\"").count > 3
    }
    let saved = pipeline.folder.appendingPathComponent("saved")
    try await save(pipeline, saved)

    let start = ISO8601DateFormatter().string(
      from: Date(
        timeIntervalSince1970: Double(Self.first + Int64(Self.count / 3) * Self.minute) / 1000))
    let report = pipeline.folder.appendingPathComponent("report")
    let backtest = try await pipeline.command(
      [
        "backtest", "--market", market.path, "--config", config.path, "--strategy", "breakout",
        "--from", start, "--paper-prices", "--report", report.path,
      ], seconds: 300, addsRunDirectory: false)
    try #require(backtest.code == 0, "\(backtest.text)")

    let answer = try await pipeline.command(
      ["compare", saved.path, report.path, "--json"], seconds: 60, addsRunDirectory: false)
    let decisions = try #require(answer.json["decisions"] as? Int, "\(answer.text)")
    let intents = try #require(answer.json["intents"] as? Int, "\(answer.text)")
    #expect(decisions >= 2 && intents >= 1, "\(answer.text)")
    let differences = try #require(answer.json["differences"] as? [[String: Any]])
    // A process that comes late decides nothing on a candle that is over: the backtest, which is
    // never late, may decide more, and nothing else may differ.
    let odd = differences.filter { difference in
      difference["isLatency"] as? Bool == false && difference["run"] as? String != "none"
    }
    #expect(odd.isEmpty, "\(odd)")
  }
}
