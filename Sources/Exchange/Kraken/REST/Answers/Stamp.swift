import Domain

/// The venue's time in one answer: its own member, or the date of the header.
struct Stamp: Hashable, Sendable {
  let time: WallTime
  let resolutionMilliseconds: Int64

  /// Nil when the answer says neither.
  init?(_ result: TransportResult, serverTime: WallTime?) {
    if let serverTime {
      self.init(time: serverTime, resolutionMilliseconds: 1)
    } else if case .answered(_, _, let head) = result, let date = head.date {
      self.init(time: WallTime(milliseconds: date), resolutionMilliseconds: 1000)
    } else {
      return nil
    }
  }

  private init(time: WallTime, resolutionMilliseconds: Int64) {
    self.time = time
    self.resolutionMilliseconds = resolutionMilliseconds
  }

  func reading(sent: MachineTime, received: MachineTime) -> VenueClock.Reading {
    VenueClock.Reading(
      sent: sent, received: received, stamp: time,
      resolutionMilliseconds: resolutionMilliseconds)
  }
}
