import Domain
import Foundation
import GRDB

@testable import Ledger

/// A ledger file in a folder of its own, gone with the test.
final class TemporaryLedger {
  let folder: URL
  var path: String { folder.appendingPathComponent("ledger.sqlite").path }

  /// In memory when `isFast`, for tests that have their own idea of what a disk keeps.
  init(isFast: Bool = false) {
    let memory = URL(fileURLWithPath: "/dev/shm", isDirectory: true)
    let isThere = FileManager.default.isWritableFile(atPath: memory.path)
    let parent = isFast && isThere ? memory : FileManager.default.temporaryDirectory
    folder = parent.appendingPathComponent("interlock-\(UUID().uuidString)")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Settings that make a ledger open fast: a ballast of one page.
  static var settings: LedgerSettings {
    var settings = LedgerSettings()
    settings.reserve.ballast = 4096
    settings.reserve.refuseBelow = 1
    settings.reserve.resumeAbove = 2
    return settings
  }

  func open(
    account: String = "demo", profile: String = "demo",
    settings: LedgerSettings = TemporaryLedger.settings
  ) throws(LedgerError) -> Ledger {
    try Ledger(
      path: path, account: AccountID(unchecked: account), profile: profile, now: Sample.now,
      settings: settings)
  }

  /// Runs `sql` as somebody who breaks laws: references are not enforced.
  func shell(_ sql: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    try DatabaseQueue(path: path, configuration: configuration).write { db in
      try db.execute(sql: sql)
    }
  }

  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }
}
