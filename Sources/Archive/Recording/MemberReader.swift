import CZlib
import Glibc

/// The gzip members of one file, one after the other; only whole ones with a right checksum.
final class MemberReader {
  /// What comes next in the file.
  enum Next: Equatable {
    case member([UInt8])
    case end
    /// Nothing from here on can be believed.
    case torn
  }

  private static let pieceSize = 1 << 16

  private let file: Int32
  private var stream = z_stream()
  private var input = [UInt8](repeating: 0, count: MemberReader.pieceSize)
  /// How much of `input` holds bytes of the file, and how many of them are read.
  private var held = 0
  private var used = 0
  private var output = [UInt8](repeating: 0, count: MemberReader.pieceSize)
  private var isAtEnd = false
  /// Bytes of whole members read so far.
  private(set) var offset = 0

  /// Nil when the file cannot be opened.
  init?(_ path: String) {
    file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    guard
      inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      close(file)
      return nil
    }
  }

  deinit {
    inflateEnd(&stream)
    close(file)
  }

  func next() -> Next {
    guard inflateReset(&stream) == Z_OK else { return .torn }
    var member: [UInt8] = []
    var consumed = 0
    while true {
      if used == held {
        guard fill() else { return .torn }
        if used == held { return consumed == 0 ? .end : .torn }
      }
      let available = held - used
      let code = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
          stream.next_in = source.baseAddress?.advanced(by: used)
          stream.avail_in = UInt32(available)
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          return inflate(&stream, Z_NO_FLUSH)
        }
      }
      let eaten = available - Int(stream.avail_in)
      used += eaten
      consumed += eaten
      member.append(contentsOf: output.prefix(output.count - Int(stream.avail_out)))
      guard member.count <= RecordingFormat.largestMember else { return .torn }
      if code == Z_STREAM_END {
        offset += consumed
        return .member(member)
      }
      guard code == Z_OK else { return .torn }
    }
  }

  /// False when the disk cannot be read.
  private func fill() -> Bool {
    guard !isAtEnd else { return true }
    var count = read(file, &input, Self.pieceSize)
    while count < 0, errno == EINTR { count = read(file, &input, Self.pieceSize) }
    guard count >= 0 else { return false }
    isAtEnd = count == 0
    held = count
    used = 0
    return true
  }
}
