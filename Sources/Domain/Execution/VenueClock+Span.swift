extension VenueClock {
  /// What one reading allows: venue time minus machine time, in microseconds, both ends included.
  struct Span: Hashable, Sendable {
    let low: Int64
    let high: Int64
    let heard: MachineTime

    init(low: Int64, high: Int64, heard: MachineTime) {
      self.low = low
      self.high = high
      self.heard = heard
    }

    /// A stamp may be cut or rounded, so a step of its resolution is allowed on the far side too.
    init(_ reading: Reading) {
      let stamp = reading.stamp.milliseconds * 1000
      low = stamp - 1000 - reading.received.nanoseconds / 1000 - 1
      high = stamp + reading.resolutionMilliseconds * 1000 - reading.sent.nanoseconds / 1000 + 1
      heard = reading.received
    }

    /// Wider by what the clocks may have drifted apart since.
    func at(_ machine: MachineTime, drift: Int64) -> Span {
      let wider = max(0, machine.milliseconds(since: heard)) * drift / 1000
      return Span(low: low - wider, high: high + wider, heard: machine)
    }

    func overlap(_ other: Span) -> Span? {
      let low = max(low, other.low)
      let high = min(high, other.high)
      return low <= high ? Span(low: low, high: high, heard: heard) : nil
    }

    func time(_ offset: Int64, _ machine: MachineTime) -> WallTime {
      WallTime(milliseconds: (machine.nanoseconds / 1000 + offset) / 1000)
    }

    /// The offsets that the most spans allow, and how many those are (Marzullo's algorithm).
    static func agreement(_ spans: [Span]) -> (span: Span, votes: Int)? {
      guard let newest = spans.last else { return nil }
      var ends = spans.flatMap { [(at: $0.low, opens: true), (at: $0.high, opens: false)] }
      ends.sort { $0.at == $1.at ? $0.opens && !$1.opens : $0.at < $1.at }
      var open = 0
      var votes = 0
      var low: Int64 = 0
      var high: Int64 = 0
      for end in ends {
        if end.opens {
          open += 1
          if open > votes { (votes, low) = (open, end.at) }
        } else {
          // A second place with as many votes widens the answer rather than losing to the first.
          if open == votes { high = end.at }
          open -= 1
        }
      }
      return (Span(low: low, high: high, heard: newest.heard), votes)
    }
  }
}
