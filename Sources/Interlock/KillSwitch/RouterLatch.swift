import Daemon

/// The router's answer to `latch`.
struct RouterLatch: Decodable {
  let active: Bool
  /// What of the kill is not done.
  let pending: [String]
  /// The router's life.
  let epoch: UInt64
  /// Numbers of its readings of the venue.
  let started: Int
  let completed: Int

  static func ask(
    _ place: LatchPlace, timeoutMilliseconds: Int64
  ) throws(Fatal) -> RouterLatch {
    let answer = try place.client("order-router", timeoutMilliseconds: timeoutMilliseconds)
      .ask("latch")
    guard let latch = JSONLine.decode(RouterLatch.self, Array(answer.utf8)) else {
      throw Fatal(.internalError, "unable to read order-router's latch: another build's")
    }
    return latch
  }
}

/// Waits for a reading of the venue that began after the press and shows that all is done.
///
/// A successor of the router is begun with anew: its readings have numbers of their own.
struct KillWatch {
  private var epoch: UInt64?
  /// The reading last started when this life was first asked.
  private var baseline = 0

  /// What is missing now; empty when the kill is verified.
  mutating func missing(_ place: LatchPlace) -> [String] {
    do throws(Fatal) {
      let router = try RouterLatch.ask(place, timeoutMilliseconds: 1000)
      guard router.active else { return ["order-router has not read the latch"] }
      if epoch != router.epoch {
        _ = try place.client("order-router", timeoutMilliseconds: 1000).ask("reconcile")
        epoch = router.epoch
        baseline = router.started
      }
      guard router.completed > baseline else {
        return router.pending.isEmpty
          ? ["the venue has not been read since the press"] : router.pending
      }
      return router.pending
    } catch {
      return [error.message]
    }
  }
}
