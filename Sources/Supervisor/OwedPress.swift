import Daemon

/// A press of the latch that the disk did not take: people were told that all has stopped, so it is
/// tried until it has.
struct OwedPress: Hashable, Sendable {
  static let pause: Int64 = 1_000_000_000

  let reason: String
  let since: Int64
  /// Machine time of the next attempt.
  let due: Int64
}

extension SupervisorLoop {
  /// The press of the breaker; when even that fails the owner of orders is told all the same, and
  /// the latch is pressed again every second.
  func pressLatch(_ reason: String) { pressLatch(reason, since: Clock.wallMilliseconds()) }

  func payPress() {
    guard let owed = owedPress, owed.due <= now else { return }
    pressLatch(owed.reason, since: owed.since)
    if owedPress == nil { log.notice("latch pressed at last", ["reason": owed.reason]) }
  }

  private func pressLatch(_ reason: String, since: Int64) {
    do throws(Fatal) {
      let latch = try LatchFile(
        stateDirectory: premises.stateDirectory,
        owner: LatchFile.owner(account: options.account, profile: options.profile), makes: false)
      try latch.press(
        LatchBlock.Entry(scope: "all", by: "supervisor", reason: reason, since: since))
      owedPress = nil
    } catch {
      if owedPress == nil {
        log.error("latch not pressed", ["reason": error.message])
        raise(
          .stageAlert, "supervisor",
          "the latch is NOT pressed and entries may leave: \(error.message); it is tried again: "
            + "stop order-router if this stays")
      }
      owedPress = OwedPress(reason: reason, since: since, due: now + OwedPress.pause)
    }
  }
}
