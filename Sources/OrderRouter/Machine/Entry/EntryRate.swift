import Domain

/// How many entries were accepted lately, by the ledger: a restart refills nothing; what protects
/// has its own budget and is never counted.
enum EntryRate {
  /// Why no further entry may be accepted now.
  static func denial(
    _ executions: [RiskBook.Execution], tenSeconds: Int64, minute: Int64, now: WallTime
  ) -> Denial? {
    // From the newest back; a clock that was set back makes no room.
    let recent = executions.reversed().prefix { now.milliseconds - $0.at.milliseconds < 60_000 }
    let burst = recent.prefix { now.milliseconds - $0.at.milliseconds < 10_000 }.count
    if recent.count >= minute {
      return Denial(.orderRate, "in_60_s=\(recent.count) limit=\(minute)")
    }
    if burst >= tenSeconds {
      return Denial(.orderRate, "in_10_s=\(burst) limit=\(tenSeconds)")
    }
    return nil
  }
}
