import Domain

/// How many entries were accepted lately, by the ledger: a restart refills nothing; what protects
/// has its own budget and is never counted.
enum EntryRate {
  /// Why no further entry may be accepted now.
  static func denial(
    _ executions: [RiskBook.Execution], tenSeconds: Int64, minute: Int64, now: WallTime
  ) -> Denial? {
    // From the newest back; a clock that was set back makes no room.
    func count(within milliseconds: Int64) -> Int {
      var count = 0
      for execution in executions.reversed() {
        guard now.milliseconds - execution.at.milliseconds < milliseconds else { break }
        count += 1
      }
      return count
    }
    // Executions are counted only where a count could matter.
    if executions.count >= minute, case let recent = count(within: 60_000), recent >= minute {
      return Denial(.orderRate, "in_60_s=\(recent) limit=\(minute)")
    }
    if executions.count >= tenSeconds, case let burst = count(within: 10_000),
      burst >= tenSeconds
    {
      return Denial(.orderRate, "in_10_s=\(burst) limit=\(tenSeconds)")
    }
    return nil
  }
}
