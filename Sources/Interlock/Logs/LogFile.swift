import Foundation
import Glibc

/// A log that grows, and may be put aside and begun anew while it is read.
final class LogFile {
  private static let chunk = 1 << 20

  private let path: String
  private var descriptor: Int32 = -1
  private var identity: (device: dev_t, node: ino_t)?
  private var offset: Int64 = 0
  private var rest: [UInt8] = []

  init(_ path: String) {
    self.path = path
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var exists: Bool { access(path, R_OK) == 0 }

  /// The lines that were completed since the last call.
  func read() -> [String] {
    var lines = readOpen()
    var information = stat()
    guard stat(path, &information) == 0 else { return lines }
    let isSame =
      identity.map { $0.device == information.st_dev && $0.node == information.st_ino } ?? false
    if isSame, information.st_size >= offset { return lines }
    // Another file has the name now, or this one was cut off.
    if descriptor >= 0 { close(descriptor) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, fstat(descriptor, &information) == 0 else {
      identity = nil
      return lines
    }
    identity = (information.st_dev, information.st_ino)
    (offset, rest) = (0, [])
    lines += readOpen()
    return lines
  }

  private func readOpen() -> [String] {
    guard descriptor >= 0 else { return [] }
    var lines: [String] = []
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, off_t(offset))
      guard count > 0 else { return lines }
      offset += Int64(count)
      rest.append(contentsOf: buffer.prefix(count))
      lines += takeLines()
    }
  }

  private func takeLines() -> [String] {
    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    let whole = rest[..<last]
    let lines = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
      .map { String(decoding: $0, as: UTF8.self) }
    rest.removeSubrange(...last)
    return lines
  }
}
