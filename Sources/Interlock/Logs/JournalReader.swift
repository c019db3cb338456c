import Daemon
import Foundation
import Glibc

/// The journal of a unit, through `journalctl`.
final class JournalReader {
  private let process = Process()
  private let output = Pipe()
  private var rest: [UInt8] = []

  /// Nil when there is no journal to read.
  init?(unit: String, lines: Int, follow: Bool) throws {
    let places = ["/usr/bin/journalctl", "/bin/journalctl"]
    guard let program = places.first(where: { (path: String) in access(path, X_OK) == 0 }) else {
      return nil
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments =
      ["--unit", unit, "--output", "cat", "--no-pager", "--quiet", "--lines", "\(lines)"]
      + (follow ? ["--follow"] : [])
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    // A journal that is not there ends at once with nothing.
    if !follow, poll(output.fileHandleForReading.fileDescriptor, 10_000) == nil { return nil }
  }

  deinit { if process.isRunning { process.terminate() } }

  /// The next lines; nil at the end, or when asked to leave.
  func next(_ signals: SignalDescriptor) -> [String]? {
    let descriptor = output.fileHandleForReading.fileDescriptor
    while true {
      var items = [descriptor, signals.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      Glibc.poll(&items, 2, 1000)
      if signals.receive().contains(where: { $0 == SIGINT || $0 == SIGTERM }) { return nil }
      guard items[0].revents != 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 64 * 1024)
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return nil }
      rest.append(contentsOf: buffer.prefix(count))
      guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
      let lines = rest[..<last].split(separator: UInt8(ascii: "\n"))
        .map { String(decoding: $0, as: UTF8.self) }
      rest.removeSubrange(...last)
      return lines
    }
  }

  /// Whether there is something to read before it ends; nil when it ended with nothing.
  private func poll(_ descriptor: Int32, _ milliseconds: Int32) -> Bool? {
    var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    Glibc.poll(&item, 1, milliseconds)
    return item.revents & Int16(POLLIN) != 0 ? true : nil
  }
}
