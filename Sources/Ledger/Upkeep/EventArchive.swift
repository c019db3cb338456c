import Domain
import Failpoint
import Foundation
import GRDB

/// A range of events as a file of JSON lines: a header, one line an event, a footer.
///
///     {"format":"interlock-events-1","account":…,"from":1,"previous":"00…"}
///     [1,1764000000000,"STATE","{…}","hash"]
///     {"to":1000,"hash":"…"}
///
/// It proves itself: each line's hash follows from the line before, the first from `previous`. The
/// live file is never thinned; archives are what leaves the machine.
package enum EventArchive {
  static let format = "interlock-events-1"

  package struct Summary: Hashable, Sendable {
    package let path: String
    package let from: Int64
    package let to: Int64
    /// Hash of the last event.
    package let hash: String

    var text: String { "{\"from\":\(from),\"hash\":\"\(hash)\",\"to\":\(to)}" }
  }

  static func path(_ ledger: String, from: Int64, to: Int64) -> String {
    "\(ledger).events-\(from)-\(to).jsonl"
  }

  /// Reads the archive at `path` and follows its chain from the first line to the last.
  package static func verify(_ path: String) throws(LedgerError) -> Summary {
    func broken(_ why: String) -> LedgerError {
      .unusable("archive \(path) does not hold: \(why): keep the live file, archive again")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw broken("not readable as UTF-8")
    }
    let lines = text.split(separator: "\n")
    guard lines.count >= 3, text.hasSuffix("\n"),
      let head = object(lines[0]), head["format"] as? String == format,
      let from = head["from"] as? Int64,
      let previous = (head["previous"] as? String).flatMap({ Hexadecimal.bytes($0) }),
      let foot = object(lines[lines.count - 1]), let to = foot["to"] as? Int64
    else { throw broken("no header or footer of \(format)") }
    var number = from - 1
    var hash = previous
    for line in lines[1..<(lines.count - 1)] {
      guard let fields = array(line), fields.count == 5, let place = fields[0] as? Int64,
        let wall = fields[1] as? Int64, let type = fields[2] as? String,
        let body = fields[3] as? String, let told = fields[4] as? String
      else { throw broken("line after event \(number) is no event") }
      let link = ChainLink(number: place, milliseconds: wall, type: type, text: body)
      hash = link.hash(after: hash)
      guard place == number + 1, Hexadecimal.text(hash) == told else {
        throw broken("event \(number + 1) does not follow from the one before")
      }
      number = place
    }
    guard number == to, foot["hash"] as? String == Hexadecimal.text(hash) else {
      throw broken("it ends at \(number), not at \(to)")
    }
    return Summary(path: path, from: from, to: to, hash: Hexadecimal.text(hash))
  }

  private static func object(_ line: Substring) -> [String: Any]? {
    try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
  }

  private static func array(_ line: Substring) -> [Any]? {
    try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any]
  }

  static func line(_ value: Any) throws -> Data {
    try JSONSerialization.data(
      withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes]) + Data("\n".utf8)
  }
}

/// An archive under way: a bounded number of lines at a time, named only when it is whole.
final class ArchiveWriter {
  static let linesPerPiece: Int64 = 1000

  let from: Int64
  let to: Int64
  private let path: String
  private let file: FileHandle
  private(set) var next: Int64
  private var hash = ""

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

  /// Writes some lines; the summary when the file is whole, verified and named.
  func advance(_ ledger: Ledger) throws(LedgerError) -> EventArchive.Summary? {
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
    return try finish()
  }

  private func finish() throws(LedgerError) -> EventArchive.Summary {
    do {
      try file.synchronize()
      try file.close()
    } catch { throw .unusable("unable to sync \(part): \(error)") }
    let number = failpoint(.ledgerArchiveWritten)
    guard number == 0 else { throw .unusable("archive: failpoint \(number)") }
    _ = try EventArchive.verify(part)
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
