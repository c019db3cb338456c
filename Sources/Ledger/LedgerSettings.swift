/// What an operator may set about the ledger's file.
package struct LedgerSettings: Hashable, Sendable {
  /// A file of at most so many bytes is checked whole when it is opened; a larger one is read
  /// through by the audit at idle instead.
  package var quickCheckBytes: Int64 = 32 << 20
  /// At idle the log is moved into the database from so many pages of 4 KiB on.
  package var checkpointPages = 256
  /// With so many pages in the log it is moved before the next commit, idle or not.
  package var mostLogPages = 16_384
  package var reserve = DiskReserve.Limits()
  /// How long after its end an intent is kept; nil keeps all for ever.
  package var retentionMilliseconds: Int64?
  /// How many events one archive holds; nil writes none.
  package var archiveEvents: Int64?

  package init() {}

  /// The shortest retention: far beyond what a venue's fills and histories reach back to, so that
  /// no fill or order of a pruned intent can turn up again as an unknown one.
  package static let leastRetentionMilliseconds: Int64 = 7 * 86_400_000
}
