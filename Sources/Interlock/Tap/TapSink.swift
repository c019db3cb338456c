import Daemon
import Foundation
import Glibc

/// Where a tap's lines go: standard output, or a file of their own.
final class TapSink {
  private static let flushBytes = 64 * 1024

  private let descriptor: Int32
  private let path: String?
  private var waiting: [UInt8] = []

  /// A new file of mode 0600; one that exists is refused, never replaced.
  init(file: String?) throws(Fatal) {
    path = file
    guard let file else {
      descriptor = STDOUT_FILENO
      return
    }
    descriptor = open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_APPEND, 0o600)
    guard descriptor >= 0 else {
      let isThere = errno == EEXIST
      throw Fatal(
        isThere ? .no : .badConfiguration,
        "unable to create \(file): \(SystemError.text()): name a new file in a folder you may write"
      )
    }
  }

  deinit { if path != nil { close(descriptor) } }

  func add(_ line: String) {
    waiting.append(contentsOf: line.utf8)
    waiting.append(UInt8(ascii: "\n"))
  }

  /// Whether there is enough that writing pays, or something at all.
  var isFull: Bool { waiting.count >= Self.flushBytes }

  /// Writes what waits; false when nobody reads standard output any more.
  ///
  /// Throws `tryAgain` for a file that cannot take it.
  func flush() throws(Fatal) -> Bool {
    var rest = waiting[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        guard let path else { return false }
        throw Fatal(.tryAgain, "unable to write \(path): \(SystemError.text()): make room")
      }
    }
    waiting.removeAll(keepingCapacity: true)
    return true
  }
}
