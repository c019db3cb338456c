package import Domain
import GRDB

/// One piece of upkeep that was done.
package enum IdleWork: Hashable, Sendable {
  /// So many pages of the log were moved into the database.
  case checkpointed(pages: Int)
  case reserve(DiskReserve.Action)
  /// The audit has followed the events up to this number and found nothing.
  case audited(through: Int64)
  /// Intents up to this place in the file were looked at, and nothing was found.
  case swept(place: Int64)
  /// Laws are broken: nothing may be trusted any more.
  case violated([Violation])
  case pruned(PruneReport)
  case archived(EventArchive.Summary)
  /// An archive has got this far.
  case archiving(through: Int64)
}

/// Where the upkeep of this life stands; everything in it may be lost.
struct Housekeeping {
  /// The next piece in turn, so that none starves another.
  var turn = 0
  /// Intents up to this place were looked at in this sweep; nil when the sweep is over.
  var sweepPlace: Int64? = 0
  /// The chain from its beginning, as far as this life has followed it.
  var chain: EventChain? = EventChain()
  /// Intents that ended up to here were searched for what may be pruned.
  var pruneCursor: Int64? = -1
  var prunedAt: WallTime?
  var archive: ArchiveWriter?
}

// Upkeep at idle, in pieces of a few milliseconds.
extension Ledger {
  /// Between two searches for what may be pruned.
  private static let prunePause: Int64 = 60_000

  /// Does one bounded piece of upkeep; nil when there is nothing to do.
  ///
  /// Call it when nothing else is due, again and again while there is time.
  package func idle(now: WallTime) throws(LedgerError) -> IdleWork? {
    if let failed { throw failed }
    // In turn, so that a busy piece leaves the others their share.
    for _ in 0..<6 {
      housekeeping.turn = (housekeeping.turn + 1) % 6
      let work: IdleWork? =
        switch housekeeping.turn {
        case 0: try moveLog()
        case 1: try tendReserve()
        case 2: try auditPiece()
        case 3: try sweepPiece()
        case 4: try prunePiece(now)
        default: try archivePiece(now)
        }
      if let work { return work }
    }
    return nil
  }

  private func moveLog() throws(LedgerError) -> IdleWork? {
    guard meter.pages >= settings.checkpointPages else { return nil }
    return .checkpointed(pages: try checkpoint())
  }

  private func tendReserve() throws(LedgerError) -> IdleWork? {
    let action = try keepReserve()
    return action == .keep ? nil : .reserve(action)
  }

  private func prunePiece(_ now: WallTime) throws(LedgerError) -> IdleWork? {
    guard let retention = settings.retentionMilliseconds else { return nil }
    if let last = housekeeping.prunedAt, housekeeping.pruneCursor == nil {
      guard last.advanced(byMilliseconds: Self.prunePause) <= now else { return nil }
      housekeeping.pruneCursor = -1
    }
    housekeeping.prunedAt = now
    return try prune(before: now.advanced(byMilliseconds: -retention), now: now)
      .map { .pruned($0) }
  }

  private func archivePiece(_ now: WallTime) throws(LedgerError) -> IdleWork? {
    guard let count = settings.archiveEvents else { return nil }
    if housekeeping.archive == nil {
      let through = try property("archived_through").flatMap { Int64($0) } ?? 0
      guard newestEvent - through >= count else { return nil }
      housekeeping.archive = try ArchiveWriter(self, from: through + 1, to: through + count)
    }
    guard let archive = housekeeping.archive else { return nil }
    // One that fails is begun anew the next time.
    housekeeping.archive = nil
    guard let summary = try archive.advance(self) else {
      housekeeping.archive = archive
      return .archiving(through: archive.next - 1)
    }
    try journaled { db in
      try LedgerFile.setProperty(db, "archived_through", String(summary.to))
      _ = try self.journal.append(.archived(summary), now: now, to: db)
    }
    return .archived(summary)
  }

  func property(_ key: String) throws(LedgerError) -> String? {
    try reading { db in try LedgerFile.property(db, key) }
  }
}
