/// How the ledger's file is kept: room, retention, archives.
package struct LedgerFileSettings: Equatable, Sendable {
  package let ballastMegabytes: Int64
  package let refuseBelowMegabytes: Int64
  package let resumeAboveMegabytes: Int64
  /// 0 keeps everything.
  package let retentionDays: Int64
  /// 0 writes no archives.
  package let archiveEvents: Int64
  package let quickCheckMegabytes: Int64

  init(_ section: ConfigurationSection) {
    ballastMegabytes = section.integer("ballast_mb", 16, 1...1024)
    refuseBelowMegabytes = section.integer("refuse_below_mb", 64, 1...1_000_000)
    resumeAboveMegabytes = section.integer("resume_above_mb", 128, 1...1_000_000)
    retentionDays = section.integer("retention_days", 90, 0...36_500)
    archiveEvents = section.integer("archive_events", 100_000, 0...10_000_000)
    quickCheckMegabytes = section.integer("quick_check_mb", 32, 0...1024)
    section.demand(
      refuseBelowMegabytes < resumeAboveMegabytes, "refuse_below_mb",
      "\(refuseBelowMegabytes) is not below resume_above_mb \(resumeAboveMegabytes)")
    section.demand(
      retentionDays == 0 || retentionDays >= 7, "retention_days",
      "\(retentionDays) is below 7, the shortest retention; 0 keeps everything")
  }
}
