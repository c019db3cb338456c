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
  /// that no candle is traded twice, or begins at `start` when that does not lie in the market.
  static func open(
    _ path: String?, isSameRun: Bool, choice: MarketChoice, lastTraded: MarketTime?, speed: Double,
    wall: WallTime
  ) throws(Fatal) -> MarketClock {
    if isSameRun, let path,
      let clock = try AtomicFile.readJSON(MarketClock.self, from: path)
    {
      return clock
    }
    let previous =
      try path.map { path throws(Fatal) in
        try AtomicFile.readJSON(MarketClock.self, from: path)
      } ?? nil
    var anchor = choice.start
    // Where the last run stopped is known no better than by its last fill; a run that traded
    // nothing is played again.
    if let lastTraded, previous != nil, lastTraded >= choice.start,
      choice.end.map({ lastTraded.advanced(byMilliseconds: 3_600_000) < $0 }) ?? true
    {
      anchor = Timeframe.oneMinute.openTime(of: lastTraded).advanced(byMilliseconds: 60_000)
    }
    let clock = MarketClock(marketAnchor: anchor, wallAnchor: wall, speed: speed)
    if let path { try AtomicFile.writeJSON(clock, to: path) }
    return clock
  }
}
