import CCrypto
import Domain
import Glibc

/// The venue's instrument list on disk: its own bytes, whence and when they came, and their hash.
///
///     interlock-instruments 1
///     source https://futures.kraken.com
///     read 1795341600000
///     sha256 …64 digits…
///     length 300000
///     (an empty line, then the body of the answer)
///
/// Invariants:
/// 1. What is read is what was written: a file that is torn, changed, of another venue or none of
///    ours is refused with the reason.
/// 2. A list older than `maxAgeMilliseconds`, or from the future, is refused.
/// 3. The file is replaced as a whole. It need not survive a loss of power, which its hash would
///    show.
package struct InstrumentCache: Hashable, Sendable {
  package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "unable to use \(path): \(reason): the venue is asked" }
  }

  struct Content: Hashable, Sendable {
    let body: [UInt8]
    let readAt: WallTime
  }

  private static let magic = "interlock-instruments 1"
  private static let headBound = 1024
  /// A clock that was set back by more than this makes the age meaningless.
  private static let futureBound: Int64 = 60_000

  package let path: String
  package let maxAgeMilliseconds: Int64

  package init(path: String, maxAgeMilliseconds: Int64) {
    self.path = path
    self.maxAgeMilliseconds = maxAgeMilliseconds
  }

  /// The list that came from `source`; nil when there is no file.
  func read(source: String, now: WallTime) throws(Refusal) -> Content? {
    guard let bytes = try load() else { return nil }
    let content = try Self.parse(bytes, source: source, path: path)
    let age = now.milliseconds - content.readAt.milliseconds
    guard age >= -Self.futureBound else { throw refusal("it is \(-age) ms from the future") }
    guard age <= maxAgeMilliseconds else {
      throw refusal("it is \(age) ms old, more than \(maxAgeMilliseconds)")
    }
    return content
  }

  static func parse(
    _ bytes: [UInt8], source: String, path: String = ""
  ) throws(Refusal) -> Content {
    func refusal(_ reason: String) -> Refusal { Refusal(path: path, reason: reason) }
    let end = bytes.prefix(headBound).indices.first {
      $0 > 0 && bytes[$0] == 0x0A && bytes[$0 - 1] == 0x0A
    }
    guard let end, bytes.starts(with: magic.utf8) else {
      throw refusal("it is no list of instruments, or a newer one's")
    }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n")
    let words = lines.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
    guard lines.count == 5, lines[0] == magic[...], words.allSatisfy({ $0.count == 2 }),
      words.dropFirst().map({ $0[0] }) == ["source", "read", "sha256", "length"],
      let read = Int64(words[2][1]), (0..<253_402_300_800_000).contains(read),
      let length = Int(words[4][1])
    else { throw refusal("its head is not as written") }
    guard words[1][1] == source else { throw refusal("it is of \(words[1][1])") }
    let body = Array(bytes[(end + 1)...])
    guard body.count == length else { throw refusal("\(body.count) of \(length) bytes are there") }
    guard hash(body) == words[3][1] else { throw refusal("its hash is another's") }
    let content = Content(body: body, readAt: WallTime(milliseconds: read))
    // Signs and zeros that a number may be read with are not written by us.
    guard Self.bytes(content, source: source) == bytes else {
      throw refusal("its head is not as written")
    }
    return content
  }

  static func bytes(_ content: Content, source: String) -> [UInt8] {
    let head = """
      \(magic)
      source \(source)
      read \(content.readAt.milliseconds)
      sha256 \(hash(content.body))
      length \(content.body.count)


      """
    return Array(head.utf8) + content.body
  }

  static func hash(_ body: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = SHA256(body, body.count, &digest)
    return Hexadecimal.text(digest)
  }

  private func refusal(_ reason: String) -> Refusal { Refusal(path: path, reason: reason) }
}

// MARK: - The file

extension InstrumentCache {
  private static let fileBound = 16 << 20

  /// Replaces the file by way of a neighbour and rename(2).
  func write(_ content: Content, source: String) throws(Refusal) {
    let temporary = "\(path).\(getpid()).new"
    let descriptor = open(temporary, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure("create it") }
    let bytes = Self.bytes(content, source: source)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count > 0 {
        written += count
      } else if errno != EINTR {
        let failure = failure("write it")
        close(descriptor)
        unlink(temporary)
        throw failure
      }
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let failure = failure("replace it")
      unlink(temporary)
      throw failure
    }
  }

  private func load() throws(Refusal) -> [UInt8]? {
    // A pipe in its place must not hold the process up.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("open it")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw failure("read it")
      }
      bytes += chunk.prefix(count)
      guard bytes.count <= Self.fileBound else { throw refusal("it is too long") }
    }
  }

  private func failure(_ verb: String) -> Refusal {
    refusal("unable to \(verb): \(String(cString: strerror(errno)))")
  }
}
