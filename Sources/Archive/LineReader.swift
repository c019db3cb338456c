import CZlib
import Glibc

/// The lines of a file, gzip or plain, read piece by piece in bounded memory.
///
/// Invariants: 1. No more than one piece and one line are held. 2. A gzip file that ends early or
/// whose checksum differs is an error, never a short file.
final class LineReader {
  /// One line without its end.
  struct Line {
    let bytes: ArraySlice<UInt8>
    /// Counted from 1.
    let number: Int
    /// False for a last line that the file ends in the middle of, as far as one can see.
    let isTerminated: Bool
  }

  static let mostBytes = 256 << 20
  static let longestLine = 4096
  private static let pieceSize = 1 << 16

  private let path: String
  private let file: gzFile
  private let mostBytes: Int
  private let size: Int
  private var buffer: [UInt8] = []
  private var position = 0
  private var total = 0
  private var number = 0
  private var isAtEnd = false

  /// `mostBytes` bounds the text, unpacked.
  init(_ path: String, mostBytes: Int = LineReader.mostBytes) throws(ArchiveError) {
    self.path = path
    self.mostBytes = mostBytes
    guard let kind = PathKind(path) else {
      throw ArchiveError(.missing, path, "no such file", remedy: "check the path")
    }
    guard kind == .file else {
      throw ArchiveError(.unreadable, path, "not a file", remedy: "name a candle file")
    }
    guard let file = gzopen(path, "rb") else {
      throw ArchiveError(
        .unreadable, path, String(cString: strerror(errno)), remedy: "let this user read it")
    }
    self.file = file
    var status = stat()
    size = stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  deinit {
    gzclose(file)
  }

  /// How much of the file on disk has been read, 0 to 1.
  var fraction: Double {
    size > 0 ? min(1, Double(max(0, gzoffset(file))) / Double(size)) : 1
  }

  /// The next line; nil at the end of the file.
  func next() throws(ArchiveError) -> Line? {
    while true {
      if let end = lineEnd() {
        let bytes = buffer[position..<end]
        position = end + 1
        return try line(bytes, isTerminated: true)
      }
      if isAtEnd {
        guard position < buffer.count else { return nil }
        let bytes = buffer[position...]
        position = buffer.count
        return try line(bytes, isTerminated: false)
      }
      guard buffer.count - position <= Self.longestLine else { throw tooLong(number + 1) }
      try fill()
    }
  }

  /// Index of the next line feed.
  private func lineEnd() -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, position < bytes.count,
        let end = memchr(base + position, Int32(UInt8(ascii: "\n")), bytes.count - position)
      else { return nil }
      return base.distance(to: UnsafeRawPointer(end))
    }
  }

  private func line(
    _ bytes: ArraySlice<UInt8>, isTerminated: Bool
  ) throws(ArchiveError) -> Line {
    number += 1
    guard bytes.count <= Self.longestLine else { throw tooLong(number) }
    let text = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    return Line(bytes: text, number: number, isTerminated: isTerminated)
  }

  private func tooLong(_ line: Int) -> ArchiveError {
    ArchiveError(
      .tooLarge, path, line: line, "a line of more than \(Self.longestLine) bytes",
      remedy: "this is no candle file; leave it out")
  }

  /// Appends one piece to what is left of the last.
  private func fill() throws(ArchiveError) {
    buffer.removeFirst(position)
    position = 0
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    let count = gzread(file, &piece, UInt32(Self.pieceSize))
    if total == 0, path.hasSuffix(".gz"), count > 0, gzdirect(file) == 1 {
      throw torn("its name ends in .gz but it holds no gzip data")
    }
    // At a premature end zlib returns what it has, and the error only when asked.
    var code: Int32 = Z_OK
    let word = gzerror(file, &code).map { String(cString: $0) } ?? ""
    switch code {
    case Z_OK, Z_STREAM_END: break
    case Z_BUF_ERROR: throw torn("the gzip data ends early")
    case Z_ERRNO:
      throw ArchiveError(
        .unreadable, path, String(cString: strerror(errno)), remedy: "check the disk")
    default: throw torn("the gzip data is damaged (\(word))")
    }
    total += max(0, Int(count))
    guard total <= mostBytes else {
      throw ArchiveError(
        .tooLarge, path, "more than \(mostBytes >> 20) MB of text", remedy: "split the file")
    }
    isAtEnd = count < Self.pieceSize
    buffer.append(contentsOf: piece.prefix(max(0, Int(count))))
  }

  private func torn(_ what: String) -> ArchiveError {
    ArchiveError(.torn, path, what, remedy: "fetch the file again")
  }
}
