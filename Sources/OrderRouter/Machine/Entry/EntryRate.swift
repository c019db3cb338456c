import Domain

/// How many entries were accepted lately; what protects has its own budget and is never counted.
struct EntryRate: Sendable {
  private var accepted: [MachineTime] = []

  mutating func count(_ now: MachineTime) { accepted.append(now) }

  /// Why no further entry may be accepted now.
  mutating func denial(_ settings: RouterSettings, now: MachineTime) -> Denial? {
    accepted.removeAll { now.milliseconds(since: $0) >= 60_000 }
    let burst = accepted.count { now.milliseconds(since: $0) < 10_000 }
    if accepted.count >= settings.entriesPerMinute {
      return Denial(.orderRate, "in_60_s=\(accepted.count) limit=\(settings.entriesPerMinute)")
    }
    if burst >= settings.entriesPerTenSeconds {
      return Denial(.orderRate, "in_10_s=\(burst) limit=\(settings.entriesPerTenSeconds)")
    }
    return nil
  }
}
