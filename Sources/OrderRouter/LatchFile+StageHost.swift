import Daemon
import Glibc
import Ledger

extension LatchFile {
  /// Made before the ledger: whoever finds a ledger and no latch finds it missing, and so latched.
  convenience init(host: StageHost) throws {
    let state = try host.options.requireStateDirectory()
    let isNew = access(Ledger.path(state), F_OK) != 0
    try self.init(
      stateDirectory: state,
      owner: LatchFile.owner(account: host.options.account, profile: host.options.profile),
      makes: isNew)
  }
}
