import Daemon
import Domain
import Foundation
import SimulatedVenue

/// The market clock on disk, so that a killed venue comes back at the moment the market is at.
enum VenueClockFile {
  /// The clock of this life.
  ///
  /// Within one run (a predecessor of the same run has said where it listens) the clock goes on as
  /// if the venue had never been away. A new run goes on after the last market time in its book, so
  /// that no candle is traded twice, or begins at `start` when less than an hour of the market is
  /// left after it.
  static func open(
    _ path: String?, isSameRun: Bool, choice: MarketChoice, book: VenueBook, speed: Double,
    wall: WallTime
  ) throws(Fatal) -> MarketClock {
    let previous =
      try path.map { path throws(Fatal) in
        try AtomicFile.readJSON(MarketClock.self, from: path)
      } ?? nil
    if isSameRun, let previous { return previous }
    var anchor = choice.start
    // Where the last run stopped is known no better than by its last record; a run in which nothing
    // was ordered is played again.
    let recorded = book.lastWallTime.flatMap { previous?.market(at: $0) }
    if let last = [recorded, book.lastMarketTime].compactMap({ $0 }).max(), last >= choice.start,
      choice.end.map({ last.advanced(byMilliseconds: 3_600_000) < $0 }) ?? true
    {
      anchor = Timeframe.oneMinute.openTime(of: last).advanced(byMilliseconds: 60_000)
    }
    let clock = MarketClock(marketAnchor: anchor, wallAnchor: wall, speed: speed)
    if let path { try AtomicFile.writeJSON(clock, to: path) }
    return clock
  }
}
