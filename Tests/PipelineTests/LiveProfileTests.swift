import Foundation
import Testing

/// The profile `live`: every process real, and a paper venue in a process of its own in the part of
/// the real one, with a key that its operator has made.
@Suite("the live profile", .serialized, .timeLimit(.minutes(10)))
struct LiveProfileTests {
  /// The venue; killed with the value.
  private final class Venue {
    static let secret = Data(repeating: 7, count: 64).base64EncodedString()

    private let process: Process
    private let output: URL

    init(in folder: URL) throws {
      output = folder.appendingPathComponent("venue.txt")
      process = try Pipeline.launch(
        ["--key", "live-key", "--secret", Self.secret, "--no-rate-limits", "--speed", "60"],
        executable: "paper-venue", output: output)
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

  private func write(_ text: String, to name: String, in pipeline: Pipeline) throws -> String {
    let file = pipeline.folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    return file.path
  }

  @Test func `with the word, a key and a doctor that finds nothing, it trades there`() async throws
  {
    let pipeline = try Pipeline()
    let venue = try Venue(in: pipeline.folder)
    try await Pipeline.until("the venue listens", seconds: 60) { venue.url != nil }
    let url = try #require(venue.url)
    let key = try write("key=live-key\nsecret=\(Venue.secret)\n", to: "key", in: pipeline)
    let config = try write(
      """
      venue:
        url: \(url)
      account:
        margin: any
      market_data:
        instruments: [PF_XBTUSD, PF_ETHUSD]
        timeframe: 1m
        further_timeframes: []
      risk_gate:
        wide_structure_max_distortion_pct: 100000
        min_edge_over_cost: 0
        min_entry_depth_multiple: 0
        max_signal_age_s: 7200
        max_signal_ahead_s: 7200
      signal_service:
        strategies: [breakout]
      breakout:
        channel_bars: 2
        atr_bars: 2

      """, to: "live.yaml", in: pipeline)
    let word = "--i-understand-this-trades-real-money"
    try pipeline.start([
      "--profile", "live", "--account", "ours", "--config", config, "--secret-file", key, word,
    ])
    try await pipeline.waitUntilReady(seconds: 120, stages: 5)
    let status = try await pipeline.command(["status", "--json"])
    #expect(status.json["profile"] as? String == "live", "\(status.text)")
    #expect(status.json["account"] as? String == "ours")
    #expect(!status.text.contains("paper-venue"), "no venue of ours")
    try await Pipeline.until("an order has reached the venue", seconds: 120) {
      let answer = try await pipeline.command(["fills", "--json"])
      return answer.code == 0 && answer.text.contains("client_order_id")
    }
    try await Pipeline.until("each position has its stop", seconds: 60) {
      let answer = try await pipeline.command(["positions", "--json"])
      return answer.code == 0 && !answer.text.contains("\"protected\":false")
    }
    let log = try String(
      contentsOfFile: "\(pipeline.stateDirectory)/interlock.log", encoding: .utf8)
    #expect(!log.contains(Venue.secret) && !log.contains("live-key"))
    let run = try #require(pipeline.process)
    run.interrupt()
    try await Pipeline.ended(run, seconds: 120)
    #expect(run.terminationStatus == 0, "\(pipeline.output)")
    withExtendedLifetime(venue) {}
  }
}
