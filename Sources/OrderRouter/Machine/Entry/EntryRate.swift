import Domain

/// How many entries were accepted lately; what protects has its own budget and is never counted.
struct EntryRate: Sendable {
  /// Oldest first: the machine's clock never goes back.
  private var accepted: [MachineTime] = []

  mutating func count(_ now: MachineTime) { accepted.append(now) }

  /// Why no further entry may be accepted now.
  mutating func denial(_ settings: RouterSettings, now: MachineTime) -> Denial? {
    let old = accepted.prefix { now.milliseconds(since: $0) >= 60_000 }.count
    if old > 0 { accepted.removeFirst(old) }
    let burst = count(within: 10_000, of: now)
    if accepted.count >= settings.entriesPerMinute {
      return Denial(.orderRate, "in_60_s=\(accepted.count) limit=\(settings.entriesPerMinute)")
    }
    if burst >= settings.entriesPerTenSeconds {
      return Denial(.orderRate, "in_10_s=\(burst) limit=\(settings.entriesPerTenSeconds)")
    }
    return nil
  }

  private func count(within milliseconds: Int64, of now: MachineTime) -> Int {
    var (low, high) = (0, accepted.count)
    while low < high {
      let middle = (low + high) / 2
      if now.milliseconds(since: accepted[middle]) < milliseconds {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return accepted.count - low
  }
}
