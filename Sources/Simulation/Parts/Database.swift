import Domain
import Foundation
import Ledger

/// The real ledger file beside the simulated disk, in a folder of its own that goes with it.
final class Database {
  private let folder: URL
  private let account: AccountID
  private var ledger: Ledger?

  init(account: AccountID) {
    self.account = account
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("interlock-simulate-\(UUID().uuidString)")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A new life's look at the file; objections are findings.
  func open(at now: WallTime) -> (contents: LedgerContents?, objections: [String]) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let opened = try Ledger(
        path: folder.appendingPathComponent("ledger.sqlite").path, account: account,
        profile: "demo", now: now)
      ledger = opened
      return (try opened.beginEpoch(), [])
    } catch {
      return (nil, ["the ledger does not open: \(error)"])
    }
  }

  func close() { ledger = nil }

  /// Why the commit failed; nil when it is durable.
  func commit(_ records: [LedgerRecord], now: WallTime) -> String? {
    do {
      try ledger?.commit(records, now: now)
      return nil
    } catch {
      return "the ledger refuses a commit: \(error)"
    }
  }

  func past(of signal: Signal) -> SetupPast? { try? ledger?.past(of: signal) }

  /// What the file and the fold of what was committed do not agree about; nil when they do.
  func audit(_ disk: Disk) -> String? {
    do {
      guard let rows = try ledger?.intents(count: 100_000) else { return "the ledger is closed" }
      for row in rows where disk.archive[row.hash]?.state != row.state {
        return "the ledger says \(row.state.rawValue) of \(row.name)"
      }
      return rows.count == disk.archive.count
        ? nil : "the ledger holds \(rows.count) intents, not \(disk.archive.count)"
    } catch {
      return "the ledger cannot be read: \(error)"
    }
  }
}
