import Foundation
import Testing

@testable import Interlock

/// A running demo pipeline, a process that is dead or stopped, and the venue's book as the judge.
final class KillScene {
  enum Condition: String, CaseIterable, Sendable {
    case alive, dead, stopped
  }

  /// One row of the matrix: what befalls which process before the press.
  typealias Cell = (process: String, condition: Condition)

  /// Every process of a pipeline.
  static let processes = [
    "order-router", "risk-gate", "signal-service", "market-data", "tap-relay", "paper-venue",
    "console", "alerter", "supervisor",
  ]
  static var isWhole: Bool {
    ProcessInfo.processInfo.environment["INTERLOCK_KILL_MATRIX"] == "1"
  }
  /// `slice`, or everybody dead and stopped with `INTERLOCK_KILL_MATRIX=1`.
  static func cells(_ slice: [Cell]) -> [Cell] {
    guard isWhole else { return slice }
    return [("nobody", .alive)]
      + processes.flatMap { process in [(process, .dead), (process, .stopped)] }
  }

  let pipeline: Pipeline
  private let speed = "240"
  private var stopped: Int32?

  private let stages: Int
  private let flags: [String]

  /// With `flags` of one's own, a strategy program stands in place of signal-service.
  init(_ flags: ((Pipeline) throws -> [String])? = nil) async throws {
    pipeline = try Pipeline()
    self.flags = try flags?(pipeline) ?? []
    stages = flags == nil ? 6 : 5
    try Self.addAlerter(pipeline)
    try start()
    try await pipeline.waitUntilReady(seconds: 120, stages: stages)
  }

  deinit { if let stopped { kill(stopped, SIGCONT) } }

  func start() throws {
    let config = flags.contains("--config") ? [] : ["--config", Self.config(pipeline)]
    try pipeline.start(["--speed", speed] + config + flags)
  }

  private static func config(_ pipeline: Pipeline) -> String {
    pipeline.folder.appendingPathComponent("kill.yaml").path
  }

  /// With an alerter, whose messages nobody takes.
  static func alerts(_ pipeline: Pipeline) -> String {
    "alerts:\n  secrets_file: \(pipeline.folder.path)/alerts\n"
  }

  private static func addAlerter(_ pipeline: Pipeline) throws {
    let secrets = "\(pipeline.folder.path)/alerts"
    try Data("webhook=http://127.0.0.1:1/nobody\n".utf8).write(to: URL(fileURLWithPath: secrets))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secrets)
    try Data(alerts(pipeline).utf8).write(to: URL(fileURLWithPath: config(pipeline)))
  }

  /// Orders the venue has ever received.
  func orders() throws -> Int { try book().orders.count }

  /// Client order ids that came to the venue a second time.
  func repeats() throws -> [String] { try book().repeated.map(\.clientOrderID) }

  func holdsPosition() throws -> Bool { try book().positions.contains(where: isOpen) }

  /// How many entries rest at the venue.
  func resting() throws -> Int {
    try book().orders.count { $0.status == "open" && !$0.reduceOnly }
  }

  private func book() throws -> VenueBookReport { try VenueBookReport.read(pipeline.runDirectory) }

  private func isOpen(_ position: VenueBookReport.Position) -> Bool {
    position.size.contains { ("1"..."9").contains($0) }
  }

  func awaitPosition() async throws {
    try await Pipeline.until("a position", seconds: 60) {
      try holdsPosition()
    }
  }

  /// Flat and kept so: paused, and closed by hand.
  func becomeFlat() async throws {
    let paused = try await pipeline.command(["pause", "--reason", "flat"])
    #expect(paused.code == 0, "\(paused)")
    try await Pipeline.until("flat", seconds: 60) {
      let answer = try await pipeline.command(["flatten", "--reason", "flat", "--execute"])
      #expect([0, 1].contains(answer.code), "\(answer)")
      return try !holdsPosition()
    }
    let resumed = try await pipeline.command(["resume", "--reason", "flat"])
    #expect(resumed.code == 0, "\(resumed)")
  }

  func pid(_ process: String) async throws -> Int32 {
    let status = try await pipeline.command(["status", "--json"])
    if process == "supervisor" {
      return Int32(try #require(status.json["pid"] as? Int, "\(status.text)"))
    }
    let stages = status.json["stages"] as? [[String: Any]] ?? []
    let stage = stages.first { $0["name"] as? String == process }
    return Int32(try #require(stage?["pid"] as? Int, "\(process) in \(status.text)"))
  }

  func inflict(_ condition: Condition, on process: String) async throws {
    guard condition != .alive else { return }
    let pid = try await pid(process)
    if condition == .stopped { stopped = pid }
    #expect(kill(pid, condition == .dead ? SIGKILL : SIGSTOP) == 0)
  }

  /// Lets a stopped process run on, if it still is there.
  func relent() {
    if let stopped { kill(stopped, SIGCONT) }
    stopped = nil
  }

  func activate(_ flags: [String] = []) async throws -> Pipeline.Answer {
    try await pipeline.command(
      ["kill-switch", "activate", "--reason", "test"] + flags, seconds: 90)
  }

  /// With the supervisor everybody dies: the press latches, and says that it cannot verify; the
  /// next life finds the latch.
  func pressAlone() async throws {
    let answer = try await activate(["--timeout", "1"])
    #expect(answer.code == 75, "\(answer.text)")
    let run = try #require(pipeline.process)
    try await Pipeline.ended(run, seconds: 60)
    try start()
    try await pipeline.waitUntilReady(seconds: 120, stages: stages)
    #expect(try await latch()["active"] as? Bool == true, "the latch has survived")
  }

  func latch() async throws -> [String: Any] {
    try await pipeline.command(["kill-switch", "status", "--json"]).json
  }

  /// What a verified kill means at the venue: nothing of ours at rest but stops, each position
  /// under its own by its deadline, and nothing received since `milliseconds` but stops and what
  /// takes a position away that no stop can protect.
  func judge(since milliseconds: Int64) async throws {
    let book = try book()
    let resting = book.orders.filter { $0.status == "open" && $0.type != "stp" }
    #expect(resting.isEmpty, "\(resting)")
    // One that came just before the press has as long as ever to get it.
    try await Pipeline.until("each position under its stop", seconds: 5) {
      try self.book().positions.filter(isOpen).allSatisfy {
        $0.uncoveredSinceMilliseconds == nil
      }
    }
    let late = book.orders.filter { $0.receivedMilliseconds > milliseconds && $0.type != "stp" }
    guard !late.isEmpty else { return }
    let closes = try await closesOfTheUnprotectable()
    let wrong = late.filter { order in
      !(order.reduceOnly && order.clientOrderID.map(closes.contains) == true)
    }
    #expect(wrong.isEmpty, "\(wrong)")
  }

  /// Client order ids of the closes that the router decided for want of a stop.
  private func closesOfTheUnprotectable() async throws -> Set<String> {
    func rows(_ verb: String) async throws -> [[String: Any]] {
      let answer = try await pipeline.command([verb, "--json"])
      let rows = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
      return try #require(rows as? [[String: Any]], "\(answer.text)")
    }
    let intents = try await rows("intents").filter { row in
      (row["signal"] as? String ?? "").contains("/unprotectable/")
    }.compactMap { $0["intent"] as? String }
    return try await Set(
      rows("orders").filter { intents.contains($0["intent"] as? String ?? "") }
        .compactMap { $0["client_order_id"] as? String })
  }

  /// A line of the table that `INTERLOCK_KILL_MATRIX=1` makes.
  func note(_ cell: Cell, _ situation: String, _ code: Int32, _ milliseconds: Int64) {
    guard Self.isWhole else { return }
    print(
      "kill matrix: \(cell.process) \(cell.condition.rawValue), \(situation): exit \(code), "
        + "verified in \(milliseconds) ms")
  }

  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// Time in which a pipeline that trades would have sent an entry.
  func letTradesComeUp() async throws { try await Task.sleep(for: .seconds(2)) }

  /// Everything ready again, the latch acknowledged and clear.
  func recover() async throws {
    relent()
    try await pipeline.waitUntilReady(seconds: 120, stages: stages)
    let answer = try await pipeline.command(
      ["kill-switch", "acknowledge", "--reason", "next"])
    #expect(answer.code == 0, "\(answer)")
    #expect(try await latch()["active"] as? Bool == false)
  }
}
