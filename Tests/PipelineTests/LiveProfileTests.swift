import Daemon
import Foundation
import Testing

@testable import Interlock

/// The profile `live`: every process real, and a paper venue in the part of the real one.
@Suite("the live profile", .serialized, .timeLimit(.minutes(12)))
struct LiveProfileTests {
  private static let secret = Data(repeating: 0x2A, count: 64).base64EncodedString()
  private static let contracts = (0..<12).map { index in
    "PF_L\(UnicodeScalar(UInt8(65 + index)))USD"
  }

  private let pipeline: Pipeline
  private let venue: VenueProcess
  private let address: VenueAddress

  init() async throws {
    pipeline = try Pipeline()
    let folder = pipeline.folder
    for room in ["venue/core", "venue/open", "kept"] {
      try FileManager.default.createDirectory(
        atPath: folder.appendingPathComponent(room).path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    let listed = folder.appendingPathComponent("instruments.json")
    try JSONSerialization.data(withJSONObject: Self.instruments).write(to: listed)
    venue = VenueProcess(
      try Pipeline.launch(
        [
          "--run-dir", folder.appendingPathComponent("venue").path, "--state-dir",
          folder.appendingPathComponent("kept").path, "--key", "k", "--secret", Self.secret,
          "--instruments", listed.path,
        ], executable: "paper-venue", output: folder.appendingPathComponent("venue.txt")))
    let run = RunFiles(folder.appendingPathComponent("venue").path)
    try await Pipeline.until("the venue listens", seconds: 60) { try run.readVenue() != nil }
    address = try #require(try run.readVenue())
  }

  private static var instruments: [String: Any] {
    let levels = [["numNonContractUnits": 0, "initialMargin": 0.02, "maintenanceMargin": 0.01]]
    return [
      "result": "success", "serverTime": "2026-01-01T00:00:00.000Z",
      "instruments": contracts.map { symbol in
        [
          "symbol": symbol, "pair": "\(symbol.dropFirst(3).prefix(2)):USD",
          "base": "\(symbol.dropFirst(3).prefix(2))", "quote": "USD", "type": "flexible_futures",
          "tickSize": 0.1, "contractSize": 1, "tradeable": true, "impactMidSize": 1,
          "maxPositionSize": 16000, "openingDate": "2022-01-01T00:00:00.000Z",
          "marginLevels": levels, "retailMarginLevels": levels, "fundingRateCoefficient": 24,
          "maxRelativeFundingRate": 0.0025, "contractValueTradePrecision": 3, "postOnly": false,
          "feeScheduleUid": "5b755fea-c5b0-4307-a66e-b392cd5bd931", "category": "",
          "tags": [String](), "tradfi": false, "mtf": false, "isExpired": false,
        ] as [String: Any]
      },
    ]
  }

  private func live(mode: mode_t = 0o600) throws -> [String] {
    let keys = pipeline.folder.appendingPathComponent("keys").path
    try Data("key=k\nsecret=\(Self.secret)\n".utf8).write(to: URL(fileURLWithPath: keys))
    chmod(keys, mode)
    let config = pipeline.folder.appendingPathComponent("live.yaml")
    let text = """
      venue:
        url: \(address.url)
      market_data:
        instruments: [\(Self.contracts.joined(separator: ", "))]
        timeframe: 1m
        further_timeframes: []
      signal_service:
        strategies: [breakout]
      breakout:
        channel_bars: 2
        atr_bars: 2
        slippage_pct: 0.5
        stop_atr: 24.0
      risk_gate:
        max_positions: 10
        max_notional_usd: 5000
        risk_per_trade_pct: 0.01
        min_stop_pct: 0.001

      """
    try Data(text.utf8).write(to: config)
    return [
      "--profile", "live", "--account", "mine", "--config", config.path, "--secret-file", keys,
      "--i-understand-this-trades-real-money",
    ]
  }

  private func book() throws -> VenueBookReport {
    try VenueBookReport.read(pipeline.folder.appendingPathComponent("venue").path)
  }

  private func ended(seconds: Double = 180) async throws -> Int32 {
    let run = try #require(pipeline.process)
    try await Pipeline.ended(run, seconds: seconds)
    return run.terminationStatus
  }

  @Test func `a doctor that does not pass keeps real money where it is`() async throws {
    try pipeline.start(try live(mode: 0o644))
    #expect(try await ended() == 78)
    #expect(pipeline.output.contains("doctor does not pass"), "\(pipeline.output)")
    #expect(pipeline.output.contains("key: "), "\(pipeline.output)")
    #expect(!pipeline.output.contains(Self.secret), "a secret was said")
    #expect(
      !FileManager.default.fileExists(atPath: "\(pipeline.stateDirectory)/ledger.sqlite"),
      "a router ran")
  }

  @Test func `it trades at the venue, a killed router sends nothing twice, a later start waits`()
    async throws
  {
    let arguments = try live()
    try pipeline.start(arguments)
    try await pipeline.waitUntilReady(seconds: 120)
    #expect(try await !pipeline.stages().contains { $0.name == "paper-venue" })
    try await Pipeline.until("an entry stands in the venue's book", seconds: 300) {
      try book().orders.contains { !$0.reduceOnly }
    }
    try await pipeline.killAndAwaitReturn("order-router")
    try await Pipeline.until("every position has its stop", seconds: 60) {
      let book = try book()
      return !book.positions.isEmpty
        && book.positions.allSatisfy { $0.uncoveredSinceMilliseconds == nil }
    }
    try endRun()
    #expect(try await ended() == 0, "\(pipeline.output)")
    let gate = try String(contentsOfFile: "\(pipeline.stateDirectory)/gate.jsonl", encoding: .utf8)
    let accepted = gate.split(separator: "\n").count {
      $0.contains(#""accepted":true"#) && $0.contains(#""signal":"#)
    }
    let entries = try book().orders.filter { !$0.reduceOnly }
    #expect(entries.count <= accepted, "\(entries.count) entries of \(accepted) decisions")
    #expect(Set(entries.map(\.clientOrderID)).count == entries.count, "a client order id twice")

    // The venue is away: a first start would be refused, this one has positions to look after.
    venue.signal(SIGSTOP)
    try pipeline.start(arguments)
    try await Pipeline.until("the router waits for the venue", seconds: 120) {
      try await pipeline.stages().contains { $0.name == "order-router" && $0.state != "ready" }
    }
    venue.signal(SIGCONT)
    try await pipeline.waitUntilReady(seconds: 120)
    try endRun()
    #expect(try await ended() == 0, "\(pipeline.output)")
    withExtendedLifetime(venue) {}
  }

  private func endRun() throws {
    kill(try #require(pipeline.process).processIdentifier, SIGINT)
  }

  /// Killed with the value.
  private final class VenueProcess {
    private let process: Process

    init(_ process: Process) { self.process = process }

    deinit {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }
  }
}
