import Domain
import Foundation
import GRDB
import Testing

@testable import Ledger

@Suite("room on the disk")
struct DiskReserveTests {
  private static var limits: DiskReserve.Limits {
    var limits = DiskReserve.Limits()
    limits.ballast = 10
    limits.refuseBelow = 100
    limits.resumeAbove = 200
    return limits
  }

  @Test func `below the lower bound it refuses until the upper one is reached`() {
    var reserve = DiskReserve(Self.limits)
    let free: [Int64] = [1000, 150, 100, 99, 150, 199, 200, 150]
    let refusing = free.map { free in
      _ = reserve.step(free: free, hasBallast: true)
      return reserve.isRefusing
    }
    #expect(refusing == [false, false, false, true, true, true, false, false])
  }

  @Test func `an unknown amount counts as none`() {
    var reserve = DiskReserve(Self.limits)
    #expect(reserve.step(free: nil, hasBallast: true) == .keep)
    #expect(reserve.isRefusing)
  }

  @Test func `the ballast goes when a write found no room and comes back with room to spare`() {
    var reserve = DiskReserve(Self.limits)
    #expect(reserve.step(free: 1000, hasBallast: false) == .makeBallast)
    #expect(reserve.step(free: 5, hasBallast: true) == .keep)
    #expect(reserve.step(free: 0, hasBallast: true, wasFull: true) == .releaseBallast)
    #expect(reserve.isRefusing)
    #expect(reserve.step(free: 199, hasBallast: false) == .keep)
    #expect(reserve.step(free: 205, hasBallast: false) == .keep)
    #expect(reserve.step(free: 210, hasBallast: false) == .makeBallast)
  }

  @Test func `a ledger on a nearly full disk refuses intents and still writes what protects`()
    throws
  {
    let place = TemporaryLedger()
    let ledger = try place.open()
    #expect(ledger.refusal == nil)
    ledger.measureFree = { 0 }
    #expect(ledger.refusal?.reason == .diskNearlyFull)
    try ledger.play(Trade("a").opening)
    ledger.measureFree = { 1 << 40 }
    #expect(ledger.refusal == nil)
  }

  @Test func `the ballast is made of real blocks`() throws {
    let place = TemporaryLedger()
    var settings = TemporaryLedger.settings
    settings.reserve.ballast = 1 << 20
    let ledger = try place.open(settings: settings)
    #expect(ledger.ballast.isThere)
    var information = stat()
    #expect(stat(ledger.ballast.path, &information) == 0)
    #expect(information.st_blocks * 512 >= 1 << 20)
    try ledger.ballast.release()
    #expect(!ledger.ballast.isThere)
    #expect(try ledger.keepReserve() == .makeBallast)
    #expect(ledger.ballast.isThere)
  }
}

@Suite("pruning")
struct PruningTests {
  let place = TemporaryLedger()
  static let day: Int64 = 86_400_000
  private static let later = Sample.now.advanced(byMilliseconds: 30 * day)
  private static let cutoff = Sample.now.advanced(byMilliseconds: day)

  @Test func `what is long over goes, with an event, and every law holds on`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    let report = try #require(try ledger.prune(before: Self.cutoff, now: Self.later))
    // Setups b and c. Setup a has a position open in its second generation; the position of f was
    // adjusted, so its fills do not cancel out and it stays.
    #expect(report.setups == 2 && report.intents == 2 && report.orders == 2)
    #expect(try ledger.prune(before: Self.cutoff, now: Self.later) == nil)
    #expect(try ledger.audit(full: true) == [])
    #expect(try ledger.audit(full: false) == [])
    let rows = try ledger.eventRows(from: 1, count: 10, type: "PRUNED")
    #expect(rows.map(\.body) == [report.text])
  }

  @Test func `a setup goes only as a whole`() throws {
    let ledger = try place.open()
    try ledger.play(Trade("a").opening + Trade("a").closing)
    let young = Trade(Sample.intent("a", generation: 1, at: Self.later))
    try ledger.play(young.opening + young.closing, now: Self.later)
    #expect(try ledger.prune(before: Self.cutoff, now: Self.later) == nil)
    #expect(try ledger.counts().intents == 2)
  }

  @Test func `a pruned setup goes on with the next generation and never repeats a hash`() throws {
    let ledger = try place.open()
    let first = Trade("a")
    let second = Trade("a", generation: 1)
    try ledger.play(first.opening + first.closing + second.opening + second.closing)
    let signal = first.signal
    #expect(try ledger.past(of: signal).closed.filter(\.traded).map(\.generation) == [0, 1])
    // The flat position still names its owner; the next owner takes it over.
    let other = Trade(Sample.intent("z", at: Self.later))
    try ledger.play(other.opening, now: Self.later)
    #expect(try ledger.prune(before: Self.cutoff, now: Self.later)?.intents == 2)
    let past = try ledger.past(of: signal)
    #expect(past.closed.isEmpty && past.retiredGenerations == 2)
    let third = Trade("a", generation: 2)
    #expect(third.intent.hash != first.intent.hash && third.intent.hash != second.intent.hash)
    try ledger.play(other.closing + third.opening, now: Self.later)
    #expect(try ledger.audit(full: true) == [])
  }

  @Test func `the exits of a position go with the entry that opened it`() throws {
    let ledger = try place.open()
    let trade = Trade("f", on: "PF_XRPUSD")
    try ledger.play(trade.opening + trade.leaving)
    // As if the exit had filled whole, and another entry owned the flat position.
    let other = Trade(Sample.intent("g", on: Sample.known("PF_XRPUSD"), at: Self.later))
    try ledger.play(other.opening, now: Self.later)
    try ledger.queue.write { db in
      try db.execute(sql: "DELETE FROM adjustments")
      try db.execute(
        sql: """
          UPDATE fills SET quantity_lots = 10 WHERE client_order_id IN (
            SELECT client_order_id FROM orders WHERE role = 'exit')
          """)
    }
    let report = try #require(try ledger.prune(before: Self.cutoff, now: Self.later))
    #expect(report.setups == 1 && report.intents == 2 && report.orders == 3)
    #expect(try ledger.counts().intents == 1)
  }

  @Test func `nothing younger than the shortest retention goes, whatever is asked`() throws {
    let ledger = try place.open()
    try ledger.play(Trade("b", on: "PF_ETHUSD").refused)
    let soon = Sample.now.advanced(byMilliseconds: 6 * Self.day)
    #expect(try ledger.prune(before: soon, now: soon) == nil)
  }

  @Test func `at idle pruning, checkpoint, audit and archive all get their turn`() throws {
    var settings = TemporaryLedger.settings
    settings.retentionMilliseconds = 8 * Self.day
    settings.archiveEvents = 10
    settings.checkpointPages = 1
    let ledger = try place.open(settings: settings)
    try ledger.play(Trade.several)
    var kinds: Set<String> = []
    for _ in 0..<200 {
      guard let work = try ledger.idle(now: Self.later) else { break }
      kinds.insert("\(work)".prefix { $0 != "(" }.description)
    }
    #expect(kinds.isSuperset(of: ["pruned", "checkpointed", "audited", "swept", "archived"]))
    #expect(!kinds.contains("violated"))
    #expect(try ledger.idle(now: Self.later) == nil)
  }
}

@Suite("archives of events")
struct EventArchiveTests {
  let place = TemporaryLedger()

  private func archived() throws -> (Ledger, EventArchive.Summary) {
    var settings = TemporaryLedger.settings
    settings.archiveEvents = 12
    let ledger = try place.open(settings: settings)
    try ledger.play(Trade.several)
    for _ in 0..<100 {
      if case .archived(let summary)? = try ledger.idle(now: Sample.now) {
        return (ledger, summary)
      }
    }
    throw LedgerError.unusable("no archive was made")
  }

  @Test func `an archive proves itself, and the live file keeps every event`() throws {
    let (ledger, summary) = try archived()
    #expect(summary.from == 1 && summary.to == 12)
    #expect(try EventArchive.verify(summary.path) == summary)
    #expect(try ledger.events(from: 1, count: 12).count == 12)
    #expect(try ledger.eventRows(from: 1, count: 9, type: "ARCHIVED").map(\.body) == [summary.text])
    #expect(try ledger.audit(full: true) == [])
  }

  @Test func `a long archive is verified in pieces, as it was written`() throws {
    var settings = TemporaryLedger.settings
    settings.archiveEvents = 1200
    let ledger = try place.open(settings: settings)
    for number in 0..<4 {
      try ledger.commit((0..<300).map { .state("\(number * 300 + $0)") }, now: Sample.now)
    }
    var pieces = 0
    var summary: EventArchive.Summary?
    for _ in 0..<1000 where summary == nil {
      switch try ledger.idle(now: Sample.now) {
      case .archiving?: pieces += 1
      case .archived(let whole)?: summary = whole
      default: break
      }
    }
    // Two of a thousand lines and less are written, two of five hundred read before the last.
    #expect(pieces == 4)
    #expect(summary?.to == 1200)
    #expect(try summary.map { try EventArchive.verify($0.path) } == summary)
  }

  @Test func `the next archive begins where the last one ended`() throws {
    let (ledger, first) = try archived()
    for number in 0..<20 { try ledger.commit([.state("\(number)")], now: Sample.now) }
    var second: EventArchive.Summary?
    while second == nil {
      if case .archived(let summary)? = try ledger.idle(now: Sample.now) { second = summary }
    }
    #expect(second?.from == first.to + 1)
    #expect(try second.map { try EventArchive.verify($0.path) } == second)
  }

  @Test(arguments: ["\"long\"", "filled", "PF_XRPUSD", "\"to\":12"])
  func `an altered archive is refused`(word: String) throws {
    let (_, summary) = try archived()
    let text = try String(contentsOfFile: summary.path, encoding: .utf8)
    // Within a body quotes stand escaped.
    let found = text.contains(word) ? word : word.replacing("\"", with: "\\\"")
    let altered = text.replacing(found, with: String(found.reversed()), maxReplacements: 1)
    #expect(altered != text)
    try altered.write(toFile: summary.path, atomically: true, encoding: .utf8)
    #expect(throws: LedgerError.self) { try EventArchive.verify(summary.path) }
  }

  @Test func `a cut archive is refused`() throws {
    let (_, summary) = try archived()
    let text = try String(contentsOfFile: summary.path, encoding: .utf8)
    let lines = text.split(separator: "\n")
    let cut = (lines[..<5] + lines[6...]).joined(separator: "\n") + "\n"
    try cut.write(toFile: summary.path, atomically: true, encoding: .utf8)
    #expect(throws: LedgerError.self) { try EventArchive.verify(summary.path) }
  }
}

@Suite("copies")
struct LedgerCopyTests {
  let place = TemporaryLedger()

  private var target: String { "\(place.path).copy" }

  @Test func `a copy made in steps holds what was committed between them`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    let copy = try ledger.copy(to: target)
    var steps = 0
    while try !copy.advance(pages: 1) {
      if steps % 4 == 0 { try ledger.commit([.state("meanwhile \(steps)")], now: Sample.now) }
      steps += 1
    }
    #expect(steps > 4)
    let rows = try DatabaseQueue(path: target).read { db in
      try Int64.fetchOne(db, sql: "SELECT max(number) FROM events")
    }
    #expect(rows == ledger.newestEvent)
    #expect(try place.files().filter { $0.hasPrefix("ledger.sqlite.copy") }.count == 1)
    // It is a whole ledger of its own.
    let second = try Ledger(
      path: target, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now,
      settings: TemporaryLedger.settings)
    #expect(try second.audit(full: true) == [])
  }

  @Test func `a file that exists is never written over`() throws {
    let ledger = try place.open()
    try Data("mine".utf8).write(to: URL(fileURLWithPath: target))
    #expect(throws: LedgerError.self) { try ledger.copy(to: target) }
    #expect(throws: LedgerError.self) { try ledger.copy(to: place.path) }
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "mine")
  }

  @Test func `a copy that is given up leaves nothing behind`() throws {
    let ledger = try place.open()
    try ledger.play(Trade.several)
    try { _ = try ledger.copy(to: target).advance(pages: 1) }()
    #expect(try place.files().allSatisfy { !$0.contains("copy") })
    try ledger.commit([.state("x")], now: Sample.now)
  }
}
