import CLinux
import Glibc

/// The control socket of one process, served in its own loop.
///
/// 1. Only this user and root are heard.
/// 2. At most `mostConnections` at a time; one more is told so and closed.
/// 3. When descriptors run out the socket rests for a moment instead of spinning or dying.
package final class ControlServer {
  static let mostConnections = 16
  private static let rest: Int64 = 100_000_000
  private static let retry: Int64 = 5_000_000

  private let path: String
  private let listener: Int32
  private var connections: [ControlConnection] = []
  private var restingUntil: Int64 = 0

  /// Listens at `path`, in place of whatever a dead predecessor left there.
  package init(path: String) throws(Fatal) {
    guard path.utf8.count <= UnixSocket.longestPath else {
      throw Fatal(
        .badConfiguration,
        "unable to listen at \(path): longer than \(UnixSocket.longestPath) bytes: "
          + "choose a shorter --run-dir")
    }
    let descriptor = UnixSocket.stream()
    unlink(path)
    guard descriptor >= 0, UnixSocket.bind(descriptor, path), chmod(path, 0o600) == 0,
      listen(descriptor, 16) == 0
    else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      throw Fatal(
        SystemError.exitCode(code),
        "unable to listen at \(path): \(SystemError.text(code)): choose a writable --run-dir")
    }
    self.path = path
    listener = descriptor
  }

  deinit { close(listener) }

  /// What to poll for readability.
  package var descriptors: [Int32] {
    let listening = restingUntil == 0 ? [listener] : []
    return listening + connections.filter(\.wantsInput).map(\.descriptor)
  }

  /// When `service` must be called though nothing is readable; nil when that is never.
  package func deadline(now: Int64) -> Int64? {
    if connections.contains(where: \.needsTurn) { return now + Self.retry }
    let expiry = connections.isEmpty ? nil : now + ControlConnection.patience
    return restingUntil == 0 ? expiry : min(restingUntil, expiry ?? .max)
  }

  /// Accepts, reads and writes what is possible now; the questions that are complete.
  package func service(now: Int64) -> [ControlQuery] {
    if now >= restingUntil {
      restingUntil = 0
      accept(now)
    }
    let queries = connections.compactMap { $0.service(now: now) }
    connections.removeAll(where: \.isClosed)
    return queries
  }

  private func accept(_ now: Int64) {
    for _ in 0..<Self.mostConnections {
      let flags = UnixSocket.nonBlocking | UnixSocket.closeOnExec
      let descriptor = il_accept(listener, flags)
      guard descriptor >= 0 else {
        if errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS {
          restingUntil = now + Self.rest
        }
        return
      }
      let connection = ControlConnection(descriptor, now: now)
      guard isTrusted(descriptor) else {
        connection.close()
        continue
      }
      if connections.count >= Self.mostConnections {
        connection.reply(.refusal("too many connections: try again"))
        connection.close()
        continue
      }
      connections.append(connection)
    }
  }

  private func isTrusted(_ descriptor: Int32) -> Bool {
    var peer = il_peer()
    guard il_peer_credentials(descriptor, &peer) == 0 else { return false }
    return peer.uid == geteuid() || peer.uid == 0
  }
}
