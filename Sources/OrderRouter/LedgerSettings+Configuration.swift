import Daemon
import Ledger

extension LedgerSettings {
  init(_ configured: LedgerFileSettings) {
    self.init()
    reserve.ballast = configured.ballastMegabytes << 20
    reserve.refuseBelow = configured.refuseBelowMegabytes << 20
    reserve.resumeAbove = configured.resumeAboveMegabytes << 20
    retentionMilliseconds =
      configured.retentionDays == 0 ? nil : configured.retentionDays * 86_400_000
    archiveEvents = configured.archiveEvents == 0 ? nil : configured.archiveEvents
    quickCheckBytes = configured.quickCheckMegabytes << 20
  }
}
