import Daemon
import Domain
import Exchange
import Wire

/// Questions to a venue, one after the other, each waited for.
final class VenueRound {
  let venue: KrakenFutures
  private let patienceMilliseconds: Int64
  private let poller = Poller()
  private var tag: UInt64 = 0
  private(set) var asked = 0
  /// When the venue last answered, by its own clock and by ours.
  private(set) var lastTimes: (venue: WallTime, ours: Int64)?

  init(_ venue: KrakenFutures, patienceMilliseconds: Int64) {
    self.venue = venue
    self.patienceMilliseconds = patienceMilliseconds
  }

  func ask(_ request: VenueRequest) -> VenueOutcome {
    tag += 1
    asked += 1
    venue.start(request, tag: tag)
    let end = Self.now.advanced(byMilliseconds: patienceMilliseconds)
    var ready: [PollDescriptor] = []
    while true {
      let now = Self.now
      for report in venue.advance(ready: ready, now: now) where report.tag == tag {
        lastTimes = report.serverTime.map { ($0, Clock.wallMilliseconds()) } ?? lastTimes
        return report.outcome
      }
      guard now < end else { return .ambiguous(why: "no answer in \(patienceMilliseconds) ms") }
      do {
        ready = try poller.wait(
          sockets: [], descriptors: venue.descriptors, until: min(end, venue.deadline ?? end),
          now: now
        ).descriptors
      } catch {
        return .ambiguous(why: "\(error)")
      }
    }
  }

  /// How far our clock is ahead of the venue's, in milliseconds; nil before it said its time.
  var skewMilliseconds: Int64? {
    if let estimate = venue.clock.now(at: Self.now) {
      return Clock.wallMilliseconds() - estimate.milliseconds
    }
    return lastTimes.map { $0.ours - $0.venue.milliseconds }
  }

  private static var now: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }
}
