import Domain
import Wire

/// What a strategy program may say: under its own name, at a bearable rate, for a bounded time.
///
/// Invariants: 1. A program speaks for one strategy, that of the token it said hello with.
/// 2. Whatever it sends costs a token of its bucket before it is looked at; without one it is
/// denied and not written down, so that a flood fills neither time nor disk.
struct ProgramGuard: Sendable {
  /// Payloads a second, and how many may come at once.
  static let perSecond: Int64 = 20
  static let burst: Int64 = 60
  /// How far in the future a decision's end may lie.
  static let longestValidity: Int64 = 600_000
  private static let mostBuckets = 64

  private struct Bucket: Sendable {
    /// Thousandths of a payload.
    var level: Int64
    var filledAt: MachineTime
  }

  private var buckets: [StrategyID: Bucket] = [:]
  /// Payloads denied for their rate.
  private(set) var throttled: UInt64 = 0

  /// The strategy that a sender is bound to; nil for a stage.
  static func strategy(of source: String) -> StrategyID? {
    guard source.hasPrefix(LinkReceiver.programPrefix) else { return nil }
    return StrategyID(source.dropFirst(LinkReceiver.programPrefix.count))
  }

  /// Takes one payload from the bucket, or says that it is empty.
  mutating func rate(_ strategy: StrategyID, now: MachineTime) -> Denial? {
    let full = Self.burst * 1000
    guard buckets[strategy] != nil || buckets.count < Self.mostBuckets else {
      throttled += 1
      return Denial(.signalRate, "programs=\(buckets.count)")
    }
    var bucket = buckets[strategy] ?? Bucket(level: full, filledAt: now)
    let waited = max(0, now.nanoseconds - bucket.filledAt.nanoseconds) / 1_000_000
    bucket.level = min(full, bucket.level + min(waited, 1_000_000) * Self.perSecond)
    bucket.filledAt = now
    guard bucket.level >= 1000 else {
      buckets[strategy] = bucket
      throttled += 1
      return Denial(.signalRate, "limit=\(Self.perSecond)/s burst=\(Self.burst)")
    }
    bucket.level -= 1000
    buckets[strategy] = bucket
    return nil
  }

  /// Why `strategy` may not say this; nil when it may.
  static func objection(to signal: Signal, from strategy: StrategyID, now: WallTime) -> Denial? {
    objection(signal.id, signal.strategy, signal.validUntil, from: strategy, now)
  }

  static func objection(
    to exit: ExitProposal, from strategy: StrategyID, now: WallTime
  ) -> Denial? {
    objection(exit.id, exit.strategy, exit.validUntil, from: strategy, now)
  }

  /// The id carries the name, so that no program can use up an id of another strategy.
  private static func objection(
    _ id: SignalID, _ named: StrategyID, _ validUntil: WallTime, from strategy: StrategyID,
    _ now: WallTime
  ) -> Denial? {
    guard named == strategy, id.text.hasPrefix("\(strategy)/") else {
      return Denial(.foreignIdentity, "strategy=\(named) id=\(id) sender=\(strategy)")
    }
    let validity = validUntil.milliseconds - now.milliseconds
    guard validity <= longestValidity else {
      return Denial(.validTooLong, "valid_ms=\(validity) limit_ms=\(longestValidity)")
    }
    return nil
  }
}
