import Daemon
import Glibc

/// Reads the lines of a journal's file piece by piece.
enum JournalLines {
  private static let pieceBytes = 1 << 20

  static func parse(_ line: ArraySlice<UInt8>) -> [JournalEntry]? {
    JSONLine.decode([JournalEntry].self, line)
  }

  /// Gives every whole line between two offsets to `body`, with the offset at which it begins;
  /// empty lines are passed over.
  static func read(
    _ path: String, from start: Int64, to end: Int64,
    _ body: (Int64, ArraySlice<UInt8>) throws(Fatal) -> Void
  ) throws(Fatal) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { close(descriptor) }
    var offset = start
    var rest: [UInt8] = []
    while offset + Int64(rest.count) < end {
      let position = offset + Int64(rest.count)
      let wanted = Int(min(Int64(pieceBytes), end - position))
      var piece = [UInt8](repeating: 0, count: wanted)
      let count = pread(descriptor, &piece, wanted, off_t(position))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path) }
      guard count > 0 else { return }
      rest += piece[..<count]
      var begin = 0
      while let newline = rest[begin...].firstIndex(of: UInt8(ascii: "\n")) {
        if newline > begin { try body(offset + Int64(begin), rest[begin..<newline]) }
        begin = newline + 1
      }
      offset += Int64(begin)
      rest.removeFirst(begin)
    }
  }

  private static func unreadable(_ path: String) -> Fatal {
    Fatal(
      .badConfiguration,
      "unable to read \(path): \(SystemError.text()): make it readable for this user")
  }
}
