import Domain

/// Which setups have been signalled, and when one may be again.
///
/// One setup is one signal. It is armed again when so many hours have passed *and* an hour has
/// closed outside its zone since: a market that stays where it is says nothing new. The router's
/// own rule (position closed and cooled down) stands behind it.
struct SetupMemory: Hashable, Sendable {
  private struct Entry: Hashable, Sendable {
    let low: Int64
    let high: Int64
    let openTime: MarketTime
    var signalledAt: MarketTime
    var hasLeft = false
  }

  /// A setup leaves the windows within so many hours, and is forgotten then.
  static let hours = SmcWindows.bars
  private var entries: [String: Entry] = [:]

  /// Takes in the newest hour.
  mutating func take(_ last: Bar) {
    let oldest = last.openTime.advanced(
      byMilliseconds: -Int64(Self.hours) * Timeframe.oneHour.milliseconds)
    entries = entries.filter { $0.value.openTime >= oldest }
    for (name, entry) in entries where !(entry.low...entry.high).contains(last.close) {
      entries[name]?.hasLeft = true
    }
  }

  func isArmed(_ zone: SmcZone, at time: MarketTime, bars: Int) -> Bool {
    guard let entry = entries[zone.key] else { return true }
    let passed =
      (time.milliseconds - entry.signalledAt.milliseconds) / Timeframe.oneHour.milliseconds
    return entry.hasLeft && passed >= Int64(bars)
  }

  mutating func signalled(_ zone: SmcZone, at time: MarketTime) {
    entries[zone.key] = Entry(
      low: zone.low, high: zone.high, openTime: zone.openTime, signalledAt: time)
  }
}
