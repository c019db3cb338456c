import Domain
import Glibc

@testable import Exchange

/// Runs a venue or a transport the way a process's loop does, for a bounded time.
enum Drive {
  static let boundMilliseconds: Int64 = 8000

  static func now() -> MachineTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MachineTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The reports of `venue` until there are `count`, or fewer when the bound is reached.
  static func reports(
    _ venue: KrakenFutures, count: Int = 1, within milliseconds: Int64 = boundMilliseconds
  ) -> [VenueReport] {
    loop(
      count, within: milliseconds, { venue.descriptors }, { venue.deadline },
      { venue.advance(ready: $0, now: $1) })
  }

  static func results(
    _ transport: CurlTransport, count: Int = 1
  ) -> [(tag: UInt64, result: TransportResult)] {
    var turns = 0
    return results(transport, count: count, turns: &turns)
  }

  /// Counts the turns of the loop as well.
  static func results(
    _ transport: CurlTransport, count: Int = 1, turns: inout Int
  ) -> [(tag: UInt64, result: TransportResult)] {
    loop(
      count, { transport.descriptors }, { transport.deadline },
      {
        turns += 1
        return transport.advance(ready: $0, now: $1)
      })
  }

  private static func loop<Outcome>(
    _ count: Int, within milliseconds: Int64 = boundMilliseconds,
    _ descriptors: () -> [PollDescriptor], _ deadline: () -> MachineTime?,
    _ advance: ([PollDescriptor], MachineTime) -> [Outcome]
  ) -> [Outcome] {
    let end = now().advanced(byMilliseconds: milliseconds)
    var outcomes: [Outcome] = []
    while outcomes.count < count, now() < end {
      let until = min(deadline() ?? end, end)
      outcomes += advance(wait(descriptors(), until: until), now())
    }
    return outcomes
  }

  private static func wait(
    _ descriptors: [PollDescriptor], until: MachineTime
  ) -> [PollDescriptor] {
    var polled = descriptors.map {
      let events = ($0.readable ? POLLIN : 0) | ($0.writable ? POLLOUT : 0)
      return pollfd(fd: $0.descriptor, events: Int16(events), revents: 0)
    }
    let left = max(0, until.nanoseconds - now().nanoseconds)
    poll(&polled, nfds_t(polled.count), Int32((left + 999_999) / 1_000_000))
    return polled.filter { $0.revents != 0 }.map {
      PollDescriptor(
        descriptor: $0.fd, readable: $0.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0,
        writable: $0.revents & Int16(POLLOUT) != 0)
    }
  }
}
