import Domain
import Ledger

// What has been tried and when: whether the venue has been looked at since, whether another attempt
// may follow, and until when one may still take effect.
extension RouterMachine {
  mutating func touch(_ id: ClientOrderID) {
    touched[id] = readingsStarted
  }

  /// Whether a complete reading has begun and ended since the order was last acted on, and nothing
  /// about it is under way.
  func isSettled(_ order: OrderRow) -> Bool {
    touched[order.id, default: 0] < readingsCompleted && order.change == nil
      && !purposes.values.contains { $0.order == order.id }
  }

  /// Whether a further attempt may follow `order`: one that may have been at the venue waits for a
  /// look at it, one of which no byte left only for a moment.
  func mayFollow(_ order: OrderRow, _ now: RouterTime) -> Bool {
    guard order.status == .denied else { return order.status.isTerminal && isSettled(order) }
    // Every attempt is a row for good: an outage of hours must not make ten thousand.
    let pause = Self.unsentRetryMilliseconds << min(order.attempt - 1, Self.mostUnsentDoublings)
    return age(of: order, now) >= pause
  }

  /// Milliseconds since `order` was sent.
  ///
  /// One from the future, which a clock that was set back makes, was sent long ago: nothing that
  /// protects waits until the clock is there again.
  func age(of order: OrderRow, _ now: RouterTime) -> Int64 {
    let age = now.wall.milliseconds - order.sentAt.milliseconds
    return age < 0 ? .max : age
  }

  private static let unsentRetryMilliseconds: Int64 = 250
  private static let mostUnsentDoublings = 3

  /// From here on the absence of an order, or of what was to happen to it, counts.
  func settled(
    after deadline: WallTime, on instrument: InstrumentID, margin: Int64? = nil
  ) -> WallTime {
    let hold = instruments[instrument]?.makerProtectionMilliseconds ?? 100
    let margin = min(margin ?? .max, settings.skewMarginMilliseconds)
    return deadline.advanced(byMilliseconds: hold + margin)
  }

  func stopDeadline(_ now: RouterTime) -> WallTime {
    now.venue.now.advanced(byMilliseconds: settings.stopDeadlineMilliseconds)
  }
}
