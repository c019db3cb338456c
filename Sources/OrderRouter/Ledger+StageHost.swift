import Daemon
import Domain
import Ledger

extension Ledger {
  static func path(_ stateDirectory: String) -> String { "\(stateDirectory)/ledger.sqlite" }

  /// The ledger of this state directory; one router at a time.
  convenience init(host: StageHost) throws {
    let path = Self.path(try host.options.requireStateDirectory())
    do throws(LedgerError) {
      try self.init(
        path: path, account: AccountID(unchecked: host.options.account),
        profile: host.options.profile.rawValue,
        now: WallTime(milliseconds: Clock.wallMilliseconds()),
        settings: LedgerSettings(host.configuration.ledger))
    } catch {
      let code: ExitCode =
        switch error {
        case .owned: .tryAgain
        case .foreign, .newerSchema, .needsOperator: .badConfiguration
        case .outcomeUnknown, .lawBroken, .unusable: .internalError
        }
      throw Fatal(code, "unable to open ledger: \(error)")
    }
  }
}
