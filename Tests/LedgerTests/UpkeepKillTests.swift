import Domain
import Failpoint
import Foundation
import Testing

@testable import Ledger

/// What a ledger does at idle, killed at each of its points; the matrix of kills is too short-lived
/// to come to it.
@Suite("upkeep that is killed")
struct UpkeepKillTests {
  let place = TemporaryLedger()
  private static let later = Sample.now.advanced(byMilliseconds: 30 * PruningTests.day)

  private static var settings: LedgerSettings {
    var settings = TemporaryLedger.settings
    settings.retentionMilliseconds = 8 * PruningTests.day
    settings.archiveEvents = 10
    settings.checkpointPages = 1
    return settings
  }

  private static func open(_ path: String) throws -> Ledger {
    try Ledger(
      path: path, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now,
      settings: settings)
  }

  /// All that is due, and what it was.
  private static func keepUp(_ ledger: Ledger) throws -> [IdleWork] {
    var done: [IdleWork] = []
    for _ in 0..<300 {
      guard let work = try ledger.idle(now: later) else { return done }
      done.append(work)
    }
    throw LedgerError.unusable("upkeep has no end")
  }

  @Test(arguments: [
    "prune.before", "prune.after", "archive.before", "archive.written", "archive.after",
    "checkpoint.before", "checkpoint.after", "audit.before", "audit.after",
  ])
  func `at idle it is done by the next life, once`(point: String) async throws {
    let reference = TemporaryLedger()
    let whole = try Self.open(reference.path)
    try whole.play(Trade.several)
    _ = try Self.keepUp(whole)

    let path: String = place.path
    try { try Self.open(path).play(Trade.several) }()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, point = point as String] in
      _ = try? Failpoints.arm("ledger.\(point)=kill", stage: "test", generation: 1)
      _ = try? UpkeepKillTests.keepUp(UpkeepKillTests.open(path))
      _exit(3)
    }
    let ledger = try Self.open(path)
    let archives = try Self.keepUp(ledger).compactMap { work in
      if case .archived(let summary) = work { summary } else { nil }
    }
    #expect(try ledger.audit(full: true) == [])
    #expect(try ledger.counts().intents == whole.counts().intents)
    #expect(try ledger.counts().orders == whole.counts().orders)
    #expect(try ledger.eventRows(from: 1, count: 10, type: "PRUNED").count == 1)
    for summary in archives { #expect(try EventArchive.verify(summary.path) == summary) }
    // Each event is archived once, and nothing half-written has a name.
    let told = try ledger.eventRows(from: 1, count: 100, type: "ARCHIVED").count
    #expect(try place.files().count { $0.contains("events-") } == told)
  }

  @Test(arguments: ["copy.before", "copy.after"])
  func `a copy has its name when it is whole, or not at all`(point: String) async throws {
    let path: String = place.path
    try { try Self.open(path).play(Trade.several) }()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, point = point as String] in
      _ = try? Failpoints.arm("ledger.\(point)=kill", stage: "test", generation: 1)
      let copy = try? UpkeepKillTests.open(path).copy(to: "\(path).copy")
      while let copy, (try? copy.advance(pages: 1)) == false {}
      _exit(3)
    }
    #expect(try Self.open(path).audit(full: true) == [])
    let isThere = FileManager.default.fileExists(atPath: "\(path).copy")
    #expect(isThere == (point == "copy.after"))
    if isThere { #expect(try Self.open("\(path).copy").audit(full: true) == []) }
  }
}
