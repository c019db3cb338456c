import Daemon
import Domain
import SimulatedVenue

/// The journal and the book as they stood at one moment.
struct HistoryView: Sendable {
  let journal: JournalReader
  let book: VenueBook

  /// The newest fills before a moment, newest first, as far back as the journal goes.
  func fills(before time: WallTime, most: Int) throws(Fatal) -> [VenueFill] {
    var fills: [VenueFill] = []
    var block = journal.blockCount == 0 ? -1 : journal.block(atWall: time.milliseconds)
    while block >= 0, fills.count < most {
      for record in try journal.entries(ofBlock: block).compactMap(\.record).reversed()
      where fills.count < most {
        if case .fill(let fill, _, _) = record.change, fill.time < time { fills.append(fill) }
      }
      block -= 1
    }
    return fills
  }
}
