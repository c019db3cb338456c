import CTLS
import Glibc
import Synchronization

/// An HTTPS server on loopback that answers every request with `{}`.
///
/// One connection at a time, on a thread of its own; it ends with the object.
final class TLSServer: Sendable {
  struct Seen: Sendable, Equatable {
    var connections = 0
    var handshakes = 0
    /// What arrived inside the encryption.
    var bytes: [UInt8] = []
    var requests: Int {
      String(decoding: bytes, as: UTF8.self).split(separator: "HTTP/1.1").count - 1
    }
  }

  private final class Core: Sendable {
    let listener: Int32
    let port: UInt16
    let seen = Mutex(Seen())
    private let context: UInt

    init(_ identity: TestAuthority.Identity) throws {
      (listener, port) = try Loopback.bound()
      guard listen(listener, 16) == 0, let context = SSL_CTX_new(TLS_server_method()),
        SSL_CTX_use_certificate(context, identity.certificate) == 1,
        SSL_CTX_use_PrivateKey(context, identity.key) == 1
      else { throw SocketFailure(what: "TLS context", code: errno) }
      self.context = UInt(bitPattern: context)
    }

    deinit {
      close(listener)
      SSL_CTX_free(OpaquePointer(bitPattern: context))
    }

    func run() {
      // libssl writes without MSG_NOSIGNAL, and clients that refuse us hang up.
      var mask = sigset_t()
      sigemptyset(&mask)
      sigaddset(&mask, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &mask, nil)
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        seen.withLock { $0.connections += 1 }
        serve(connection)
        close(connection)
      }
    }

    private func serve(_ connection: Int32) {
      var patience = timeval(tv_sec: 2, tv_usec: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      let session = SSL_new(OpaquePointer(bitPattern: context))
      defer { SSL_free(session) }
      SSL_set_fd(session, connection)
      guard SSL_accept(session) == 1 else { return }
      seen.withLock { $0.handshakes += 1 }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = SSL_read(session, &chunk, Int32(chunk.count))
        guard count > 0 else { return }
        seen.withLock { $0.bytes += chunk.prefix(Int(count)) }
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8)
        guard SSL_write(session, answer, Int32(answer.count)) > 0 else { return }
      }
    }
  }

  private let core: Core
  private let thread: pthread_t

  init(_ identity: TestAuthority.Identity) throws {
    core = try Core(identity)
    var started = pthread_t()
    let code = pthread_create(
      &started, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Core>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(core).toOpaque())
    guard code == 0 else { throw SocketFailure(what: "pthread_create", code: code) }
    thread = started
  }

  deinit {
    shutdown(core.listener, Int32(SHUT_RDWR))
    pthread_join(thread, nil)
  }

  var port: UInt16 { core.port }
  var seen: Seen { core.seen.withLock { $0 } }
}
