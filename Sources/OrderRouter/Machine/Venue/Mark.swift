import Domain

/// A mark price and when it was heard.
struct Mark: Hashable, Sendable {
  let price: Price
  let at: MachineTime
}

// Marks are heard from market-data, which may be dead for hours; what a stop is placed by has to be
// of now, and is asked of the venue itself.
extension RouterMachine {
  /// Beyond it a mark tells nothing of where a stop belongs.
  private static let oldestMilliseconds: Int64 = 60_000

  mutating func hear(_ tickers: [Ticker], _ now: RouterTime) {
    exposureMemo = nil
    for ticker in tickers {
      marks[ticker.instrument] = Mark(price: ticker.mark, at: now.machine)
    }
  }

  /// The mark of now; nil when there is none, and then the venue has been asked for it.
  mutating func freshMark(_ instrument: InstrumentID, _ now: RouterTime) -> Price? {
    if let mark = marks[instrument],
      now.machine.milliseconds(since: mark.at) < Self.oldestMilliseconds
    {
      return mark.price
    }
    if !purposes.values.contains(.marks) { request(.tickers, for: .marks) }
    return nil
  }

  /// What waited for a mark waits for the next reading.
  mutating func heardMarks(_ outcome: VenueOutcome, _ now: RouterTime) {
    guard case .answer(.tickers(let tickers)) = outcome else { return }
    hear(tickers, now)
    wantReading(now)
  }
}
