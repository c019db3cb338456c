import Daemon
import Domain
import Ledger

/// What keeps a second router of one account from acting on this machine, held for the process's
/// life and taken before anything else is opened.
///
/// 1. A lock on a file of the state directory: one router a directory, whatever key it is given.
/// 2. A name made of the key's digest: one router a key, whatever directory it is given.
/// 3. SQLite's exclusive lock on the ledger's file, taken by `Ledger` itself: one router a ledger,
///    by whatever path, directory or key it came there.
///
/// The kernel keeps all three while the process is stopped, and drops them with it, so no clock and
/// no patience is in them. Who loses ends with 75, says who is there, and has changed nothing but
/// the number of its life. Other machines are out of their reach: see the runbook.
final class RouterFence {
  private let file: FileLock
  private let name: NameLock

  init(stateDirectory: String, key: String) throws(Fatal) {
    file = try FileLock(
      "\(stateDirectory)/order-router.lock",
      remedy: "one router for a state directory: stop the other one")
    name = try NameLock(
      Self.name(of: key), what: "the account's key",
      remedy: "one router for a key, also from another state directory: stop the other one")
  }

  /// The name in the machine's list of abstract sockets; it gives nothing of the key away.
  static func name(of key: String) -> String {
    let digest = Digest.sha256(Array("interlock-router-1/\(key)".utf8))
    return "interlock-router-\(Hexadecimal.text(digest.prefix(16)))"
  }
}
