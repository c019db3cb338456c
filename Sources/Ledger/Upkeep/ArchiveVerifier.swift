import Domain
import Foundation

/// Follows the chain of an archive from its first line to its last, a bounded number of lines at a
/// time and without holding more of the file than a few of them: the router does it between turns.
final class ArchiveVerifier {
  static let linesPerPiece = 500
  private static let chunk = 1 << 16
  /// An event's body has a bound of its own, far below.
  private static let longestLine = 1 << 20

  private let path: String
  private let file: FileHandle
  private var buffer = Data()
  private var isAtEnd = false
  /// The first event and the one last followed; nil before the header.
  private var from: Int64?
  private var number: Int64 = 0
  private var hash: [UInt8] = []

  init(_ path: String) throws(LedgerError) {
    self.path = path
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .unusable("archive \(path) cannot be read: keep the live file, archive again")
    }
    self.file = file
  }

  /// Reads some lines; the summary once the last one has been followed.
  func advance() throws(LedgerError) -> EventArchive.Summary? {
    for _ in 0..<Self.linesPerPiece {
      guard let line = try nextLine() else { throw broken("it has no footer") }
      if let summary = try follow(line) {
        guard try nextLine() == nil else { throw broken("something follows its footer") }
        return summary
      }
    }
    return nil
  }

  private func follow(_ line: Data) throws(LedgerError) -> EventArchive.Summary? {
    let value: Any
    do { value = try JSONSerialization.jsonObject(with: line) } catch {
      throw broken("the line after event \(number) is no JSON: \(error)")
    }
    if let fields = value as? [Any] {
      try followEvent(fields)
    } else if from == nil {
      try begin(value as? [String: Any] ?? [:])
    } else {
      return try end(value as? [String: Any] ?? [:])
    }
    return nil
  }

  private func begin(_ head: [String: Any]) throws(LedgerError) {
    guard head["format"] as? String == EventArchive.format, let first = head["from"] as? Int64,
      let previous = (head["previous"] as? String).flatMap({ Hexadecimal.bytes($0) })
    else { throw broken("no header of \(EventArchive.format)") }
    from = first
    number = first - 1
    hash = previous
  }

  private func followEvent(_ fields: [Any]) throws(LedgerError) {
    guard from != nil, fields.count == 5, let place = fields[0] as? Int64,
      let wall = fields[1] as? Int64, let type = fields[2] as? String,
      let body = fields[3] as? String, let told = fields[4] as? String
    else { throw broken("line after event \(number) is no event") }
    hash = ChainLink(number: place, milliseconds: wall, type: type, text: body).hash(after: hash)
    guard place == number + 1, Hexadecimal.text(hash) == told else {
      throw broken("event \(number + 1) does not follow from the one before")
    }
    number = place
  }

  private func end(_ foot: [String: Any]) throws(LedgerError) -> EventArchive.Summary {
    guard let from, number >= from else { throw broken("it holds no event") }
    guard foot["to"] as? Int64 == number, foot["hash"] as? String == Hexadecimal.text(hash) else {
      throw broken("its footer does not say that it ends at \(number)")
    }
    return EventArchive.Summary(path: path, from: from, to: number, hash: Hexadecimal.text(hash))
  }

  /// Without its line feed; nil behind the last one.
  private func nextLine() throws(LedgerError) -> Data? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer = buffer[(end + 1)...] }
        return buffer[..<end]
      }
      guard !isAtEnd, buffer.count < Self.longestLine else {
        guard buffer.isEmpty else { throw broken("a line without an end after event \(number)") }
        return nil
      }
      do {
        let more = try file.read(upToCount: Self.chunk) ?? Data()
        isAtEnd = more.isEmpty
        // A slice keeps what is before it: a new value lets that go.
        buffer = Data(buffer) + more
      } catch {
        throw broken("\(error)")
      }
    }
  }

  private func broken(_ why: String) -> LedgerError {
    .unusable("archive \(path) does not hold: \(why): keep the live file, archive again")
  }
}
