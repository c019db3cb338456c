import Glibc
import Synchronization

/// A bare HTTP server on loopback that does to each request what its script says.
///
/// It runs on a thread of its own, takes at most 256 requests, and ends with the object.
final class ScriptedServer: Sendable {
  /// What is done to one request.
  enum Turn: Sendable {
    case answer(status: Int = 200, String)
    /// Closes the connection without a word.
    case drop
    /// Keeps the connection open and says nothing.
    case silence
    /// Promises `more` further bytes than it sends, then closes.
    case truncate(String, more: Int)
    /// Sends these bytes as they are, then closes.
    case raw(String)
    /// Sends these bytes as they are and keeps the connection open.
    case kept(String)
    /// Answers with so many spaces.
    case flood(bytes: Int)
  }

  /// One request as it arrived.
  struct Seen: Sendable {
    let line: String
    let headers: [String: String]
    let body: String
    let connection: Int
  }

  private let core: ServerCore
  private let thread: pthread_t

  init(_ script: [Turn]) throws {
    core = try ServerCore(script)
    var started = pthread_t()
    let code = pthread_create(
      &started, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<ServerCore>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(core).toOpaque())
    guard code == 0 else { throw SocketFailure(what: "pthread_create", code: code) }
    thread = started
  }

  deinit {
    core.stop()
    pthread_join(thread, nil)
  }

  var url: String { "http://127.0.0.1:\(core.port)" }
  var seen: [Seen] { core.seen.withLock { $0 } }
  var connections: Int { core.accepted.withLock { $0 } }
}

struct SocketFailure: Error {
  let what: String
  let code: Int32
}

/// A port that is bound and does not listen: whoever connects is refused.
final class ClosedPort {
  let port: UInt16
  private let descriptor: Int32

  init() throws { (descriptor, port) = try Loopback.bound() }
  deinit { close(descriptor) }

  var url: String { "http://127.0.0.1:\(port)" }
}

enum Loopback {
  /// A stream socket bound to a free port of 127.0.0.1.
  static func bound() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure(what: "socket", code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
      }
    }
    guard code else {
      let code = errno
      close(descriptor)
      throw SocketFailure(what: "bind", code: code)
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }
}
