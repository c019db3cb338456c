import Domain
import Failpoint
import Foundation
import GRDB

/// An archive under way: a bounded number of lines at a time, named only when it is whole.
final class ArchiveWriter {
  static let linesPerPiece: Int64 = 1000

  let from: Int64
  let to: Int64
  private let path: String
  private let file: FileHandle
  private(set) var next: Int64
  private var hash = ""
  /// What was written is read once more before it gets its name.
  private var verifier: ArchiveVerifier?

  private var part: String { "\(path).part" }

  init(_ ledger: Ledger, from: Int64, to: Int64) throws(LedgerError) {
    self.from = from
    self.to = to
    next = from
    path = EventArchive.path(ledger.path, from: from, to: to)
    let part = "\(path).part"
    let number = failpoint(.ledgerArchiveBefore)
    guard number == 0 else { throw .unusable("archive: failpoint \(number)") }
    guard FileManager.default.createFile(atPath: part, contents: nil),
      let file = FileHandle(forWritingAtPath: part)
    else { throw .unusable("unable to make \(part)") }
    self.file = file
    let previous = try ledger.reading { db in
      try Data.fetchOne(db, sql: "SELECT previous FROM events WHERE number = ?", arguments: [from])
    }
    try write(
      EventArchive.line([
        "format": EventArchive.format, "account": ledger.account.text, "from": from,
        "previous": Hexadecimal.text(Array(previous ?? Data())),
      ]))
  }

  /// Writes some lines, or verifies some; the summary when the file is whole, verified and named.
  func advance(_ ledger: Ledger) throws(LedgerError) -> EventArchive.Summary? {
    if let verifier {
      guard let summary = try verifier.advance() else { return nil }
      return try name(summary)
    }
    let last = min(to, next + Self.linesPerPiece - 1)
    let lines = try ledger.reading { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM events WHERE number BETWEEN ? AND ? ORDER BY number",
        arguments: [next, last]
      ).map { row in
        hash = Hexadecimal.text(Array(row["hash"] as Data))
        return try EventArchive.line([
          row["number"] as Int64, row["wall_ms"] as Int64, row["type"] as String,
          row["body"] as String, hash,
        ])
      }
    }
    try write(lines.reduce(Data(), +))
    next = last + 1
    guard next > to else { return nil }
    try write(EventArchive.line(["to": to, "hash": hash]))
    try finish()
    return nil
  }

  private func finish() throws(LedgerError) {
    do {
      try file.synchronize()
      try file.close()
    } catch { throw .unusable("unable to sync \(part): \(error)") }
    let number = failpoint(.ledgerArchiveWritten)
    guard number == 0 else { throw .unusable("archive: failpoint \(number)") }
    verifier = try ArchiveVerifier(part)
  }

  private func name(_ found: EventArchive.Summary) throws(LedgerError) -> EventArchive.Summary {
    guard found.from == from, found.to == to, found.hash == hash else {
      throw .unusable("archive \(part) holds \(found.text) where \(from) to \(to) was written")
    }
    guard rename(part, path) == 0 else {
      throw .unusable("unable to name \(path): \(String(cString: strerror(errno)))")
    }
    try LedgerFile.syncFolder(of: path)
    failpoint(.ledgerArchiveAfter)
    return EventArchive.Summary(path: path, from: from, to: to, hash: hash)
  }

  private func write(_ data: @autoclosure () throws -> Data) throws(LedgerError) {
    do { try file.write(contentsOf: data()) } catch {
      throw .unusable("unable to write \(part): \(error)")
    }
  }
}
