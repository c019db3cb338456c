import Domain
import Failpoint
import Foundation
import GRDB
import Testing

@testable import Ledger

@Suite("opening a ledger")
struct OpeningTests {
  let place = TemporaryLedger()

  @Test func `every setting durability rests on is the one SQLite has`() throws {
    let ledger = try place.open()
    let found = try ledger.queue.read { db in
      try ["locking_mode", "journal_mode", "synchronous", "mmap_size", "wal_autocheckpoint"]
        .map { try String.fetchOne(db, sql: "PRAGMA \($0)") ?? "" }
    }
    #expect(found == ["exclusive", "wal", "2", "0", "0"])
    #expect(try place.files() == ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite.ballast"])
  }

  @Test func `opening and closing the file elsewhere in the process is noticed before a commit`()
    throws
  {
    let ledger = try place.open()
    try ledger.commit([.state("before")], now: Sample.now)
    let descriptor = open(place.path, O_RDONLY)
    #expect(descriptor >= 0)
    close(descriptor)
    let error = #expect(throws: LedgerError.self) {
      try ledger.commit([.state("after")], now: Sample.now)
    }
    #expect(error?.description.contains("the lock on") == true)
    #expect(throws: LedgerError.self) { try ledger.commit([.state("again")], now: Sample.now) }
  }

  @Test func `a refused second opener does not take the lock from the first`() throws {
    let first = try place.open()
    #expect(throws: LedgerError.owned(path: place.path)) { try place.open() }
    try first.commit([.state("still mine")], now: Sample.now)
  }

  @Test func `another process is refused while this one owns the file`() async throws {
    let ledger = try place.open()
    let path: String = place.path
    await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
      do {
        _ = try Ledger(
          path: path, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now)
        exit(0)
      } catch LedgerError.owned {
        exit(7)
      } catch {
        exit(8)
      }
    }
    try ledger.commit([.state("x")], now: Sample.now)
  }

  @Test func `a damaged file is refused with its findings`() throws {
    try { try place.open().play(Trade.several) }()
    let handle = try #require(FileHandle(forUpdatingAtPath: place.path))
    try handle.seek(toOffset: 4096)
    try handle.write(contentsOf: Data(repeating: 0xA5, count: 3 * 4096))
    try handle.close()
    #expect(throws: LedgerError.self) { try place.open() }
  }

  private func expectNeedsOperator(_ word: String) {
    let error = #expect(throws: LedgerError.self) { try place.open() }
    guard case .needsOperator(let why) = error else {
      Issue.record("not for an operator: \(String(describing: error))")
      return
    }
    #expect(why.contains(word), "\(why)")
  }

  @Test func `a file that is no database is refused`() throws {
    try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: place.path))
    expectNeedsOperator("not a database")
  }

  /// Of the ledger, in 4 KiB pages; 0 is the whole file gone.
  @Test(arguments: [0, 1, 5])
  func `a ledger that was cut is refused, not begun anew`(pages: Int) throws {
    try { try place.open().play(Trade.several) }()
    #expect(truncate(place.path, pages * 4096) == 0)
    expectNeedsOperator(place.path)
    expectNeedsOperator(place.path)
  }

  @Test func `a ledger that was taken away is refused, not begun anew`() throws {
    try { try place.open().play(Trade.several) }()
    try FileManager.default.removeItem(atPath: place.path)
    expectNeedsOperator("is empty")
  }

  /// As another user where the tests are root's, whom no mode keeps out.
  @Test func `a ledger that may not be written is for an operator`() async throws {
    try { try place.open().play(Trade.several) }()
    let path: String = place.path
    #expect(chmod(path, 0o444) == 0)
    await #expect(processExitsWith: .exitCode(9)) { [path = path as String] in
      if geteuid() == 0 { guard setgid(65_534) == 0, setuid(65_534) == 0 else { exit(10) } }
      do {
        _ = try Ledger(
          path: path, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now,
          settings: TemporaryLedger.settings)
        exit(11)
      } catch LedgerError.needsOperator(let why) {
        exit(why.contains("make it writable") ? 9 : 12)
      } catch {
        exit(13)
      }
    }
  }

  @Test func `the check of the doctor finds nothing in a sound ledger and changes nothing`() throws
  {
    try { try place.open().play(Trade.several) }()
    let before = try Data(contentsOf: URL(fileURLWithPath: place.path))
    let account = AccountID(unchecked: "demo")
    #expect(try Ledger.check(path: place.path, account: account, profile: "demo") == [])
    #expect(try Data(contentsOf: URL(fileURLWithPath: place.path)) == before)
    #expect(throws: LedgerError.self) {
      try Ledger.check(path: place.path, account: account, profile: "live")
    }
    let owner = try place.open()
    #expect(throws: LedgerError.owned(path: place.path)) {
      try Ledger.check(path: place.path, account: account, profile: "demo")
    }
    try owner.commit([.state("x")], now: Sample.now)
  }

  @Test func `a log that grows too long is moved before the next commit`() throws {
    var settings = TemporaryLedger.settings
    settings.mostLogPages = 8
    let ledger = try place.open(settings: settings)
    for number in 0..<30 { try ledger.commit([.state("\(number)")], now: Sample.now) }
    #expect(ledger.meter.pages < 16)
    #expect(ledger.newestEvent == 30)
  }
}

@Suite("commits that fail")
struct CommitFailureTests {
  let place = TemporaryLedger()

  /// A process that arms `plan`, commits two records and says by its exit code what it was told.
  private static func commitTwice(_ path: String, _ plan: String) -> Never {
    _ = try? Failpoints.arm(plan, stage: "test", generation: 1)
    do {
      let ledger = try Ledger(
        path: path, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now,
        settings: TemporaryLedger.settings)
      try ledger.commit([.state("one")], now: Sample.now)
      do {
        try ledger.commit([.state("two")], now: Sample.now)
      } catch LedgerError.outcomeUnknown {
        let isRefused = (try? ledger.commit([.state("three")], now: Sample.now)) == nil
        _exit(isRefused ? 9 : 10)
      }
      _exit(0)
    } catch { _exit(11) }
  }

  @Test(arguments: ["before", "within"], ["eio", "enospc"])
  func `a commit that fails is unknown, ends all commits, and is absent whole`(
    side: String, word: String
  ) async throws {
    let path: String = place.path
    await #expect(processExitsWith: .exitCode(9)) {
      [path = path as String, side = side as String, word = word as String] in
      Self.commitTwice(path, "ledger.commit.\(side)=\(word)@2")
    }
    #expect(try place.open().newestEvent == 1)
  }

  @Test func `a commit that reports an error after the disk had it is there in the next life`()
    async throws
  {
    let path: String = place.path
    await #expect(processExitsWith: .exitCode(9)) { [path = path as String] in
      // Passed once for the stamps of a new file, once for each commit.
      Self.commitTwice(path, "ledger.commit.after=eio@2")
    }
    let ledger = try place.open()
    #expect(ledger.newestEvent == 2)
    #expect(try ledger.audit(full: true) == [])
  }

  @Test(arguments: [("before", Int64(1)), ("within", 1), ("after", 2)])
  func `a process killed around a commit leaves it whole or absent`(
    side: String, events: Int64
  ) async throws {
    let path: String = place.path
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, side = side as String] in
      Self.commitTwice(path, "ledger.commit.\(side)=kill@2")
    }
    let ledger = try place.open()
    #expect(ledger.newestEvent == events)
    #expect(try ledger.audit(full: true) == [])
  }

  @Test func `a full disk gets the ballast back`() async throws {
    try { _ = try place.open() }()
    #expect(try place.files().contains("ledger.sqlite.ballast"))
    let path: String = place.path
    await #expect(processExitsWith: .exitCode(9)) { [path = path as String] in
      Self.commitTwice(path, "ledger.commit.within=enospc@2")
    }
    #expect(try !place.files().contains("ledger.sqlite.ballast"))
  }

  @Test func `a failed checkpoint ends all commits and loses nothing`() async throws {
    let path: String = place.path
    await #expect(processExitsWith: .exitCode(9)) { [path = path as String] in
      _ = try? Failpoints.arm("ledger.checkpoint.before=eio", stage: "test", generation: 1)
      do {
        let ledger = try Ledger(
          path: path, account: AccountID(unchecked: "demo"), profile: "demo", now: Sample.now,
          settings: TemporaryLedger.settings)
        try ledger.commit([.state("one")], now: Sample.now)
        guard (try? ledger.checkpoint()) == nil else { _exit(10) }
        _exit((try? ledger.commit([.state("two")], now: Sample.now)) == nil ? 9 : 12)
      } catch { _exit(11) }
    }
    #expect(try place.open().newestEvent == 1)
  }
}
