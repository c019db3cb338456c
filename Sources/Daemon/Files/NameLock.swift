import CLinux
import Failpoint
import Glibc

/// A name that one process of this machine holds, until this value or the process goes.
///
/// An abstract Unix socket: no file, so no folder decides who meets whom, and nothing is left
/// behind; the kernel gives the name back however the process ends, and not while it is stopped.
/// Processes in different network namespaces do not meet. The socket listens only so that the
/// kernel tells the next one who is there; nobody is ever answered.
package final class NameLock {
  /// How many may have asked who is there before the kernel stops telling.
  private static let backlog: Int32 = 64

  private let descriptor: Int32

  /// Takes the name or throws `tryAgain` with the holder's process id.
  ///
  /// `what` stands for the name in messages.
  package init(_ name: String, what: String, remedy: String) throws(Fatal) {
    descriptor = UnixSocket.stream()
    guard descriptor >= 0 else {
      throw Fatal(
        .tryAgain, "unable to lock \(what): \(SystemError.text()): close some files")
    }
    let pretended = failpoint(.daemonNameBefore)
    errno = pretended
    guard pretended == 0, UnixSocket.bindAbstract(descriptor, name),
      listen(descriptor, Self.backlog) == 0
    else {
      let reason = errno
      guard reason == EADDRINUSE else {
        throw Fatal(.tryAgain, "unable to lock \(what): \(SystemError.text(reason)): try again")
      }
      throw Fatal(.tryAgain, "unable to lock \(what): \(Self.holder(name)) holds it: \(remedy)")
    }
    failpoint(.daemonNameAfter)
  }

  deinit { close(descriptor) }

  private static func holder(_ name: String) -> String {
    let descriptor = UnixSocket.stream()
    guard descriptor >= 0 else { return "another process" }
    defer { close(descriptor) }
    var peer = il_peer()
    guard UnixSocket.connectAbstract(descriptor, name),
      il_peer_credentials(descriptor, &peer) == 0, peer.pid > 0
    else { return "another process" }
    return "process \(peer.pid)"
  }
}
