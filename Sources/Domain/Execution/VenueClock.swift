/// The venue's clock as it can be known from here: an offset to machine time, with a bound.
///
/// Each answer that carries the venue's time bounds the offset from both sides: the stamp was made
/// after the request left and before the answer came. The offset that most of the newest readings
/// allow is believed, so that a minority of wrong stamps moves nothing.
///
/// Invariants:
/// 1. `earliest` ≤ `now` ≤ `latest`, and the venue's clock is between them as long as most of the
///    readings are true and no clock drifts faster than the allowance.
/// 2. A step of the venue's clock is followed once the newest readings agree about it; while two of
///    them contradict what is believed, nothing is trusted.
/// 3. Our own wall clock has no part in the estimate.
package struct VenueClock: Hashable, Sendable {
  package struct Limits: Hashable, Sendable {
    /// Readings that are needed before any of them is believed.
    package var leastReadings = 3
    /// Half the width of what is known, at the most.
    package var uncertaintyMilliseconds: Int64 = 1000
    /// Since the last reading, at the most.
    package var ageMilliseconds: Int64 = 60_000
    /// Between the venue's clock and our wall clock, at the most.
    package var skewMilliseconds: Int64 = 5000

    package init() {}
  }

  /// One stamp of the venue and the machine times around it.
  package struct Reading: Hashable, Sendable {
    package let sent: MachineTime
    package let received: MachineTime
    package let stamp: WallTime
    /// 1 for a stamp in milliseconds, 1000 for one that is cut to whole seconds.
    package let resolutionMilliseconds: Int64

    package init(
      sent: MachineTime, received: MachineTime, stamp: WallTime,
      resolutionMilliseconds: Int64 = 1
    ) {
      self.sent = sent
      self.received = received
      self.stamp = stamp
      self.resolutionMilliseconds = resolutionMilliseconds
    }
  }

  private static let readingBound = 16
  private static let dissentBound = 3
  /// Parts per million that the two clocks may drift apart.
  private static let drift: Int64 = 100
  /// Stamps beyond the year 9999 are none.
  private static let stamps: Range<Int64> = 0..<253_402_300_800_000

  package let limits: Limits
  /// Oldest first.
  private var spans: [Span] = []
  private var agreed: Span?
  private var dissent = 0

  package init(_ limits: Limits = Limits()) {
    self.limits = limits
  }

  package mutating func hear(_ reading: Reading) {
    guard reading.sent <= reading.received, Self.stamps.contains(reading.stamp.milliseconds),
      (1...1000).contains(reading.resolutionMilliseconds)
    else { return }
    let span = Span(reading)
    guard spans.last.map({ $0.heard <= span.heard }) ?? true else { return }
    let believed = agreed?.at(span.heard, drift: Self.drift)
    dissent = believed.map { $0.overlap(span) == nil } == true ? dissent + 1 : 0
    spans.append(span)
    spans.removeFirst(max(0, spans.count - Self.readingBound))
    let newest = spans.suffix(Self.dissentBound).map { $0.at(span.heard, drift: Self.drift) }
    if dissent >= Self.dissentBound, Span.agreement(newest)?.votes == newest.count {
      spans.removeFirst(spans.count - Self.dissentBound)
      dissent = 0
    }
    let all = spans.map { $0.at(span.heard, drift: Self.drift) }
    if let found = Span.agreement(all), found.votes * 2 > all.count { agreed = found.span }
  }

  /// The best estimate of the venue's clock; nil before enough was heard.
  package func now(at machine: MachineTime) -> WallTime? {
    span(at: machine).map { $0.time(($0.low + $0.high) / 2, machine) }
  }

  /// The venue's clock is at least here.
  package func earliest(at machine: MachineTime) -> WallTime? {
    span(at: machine).map { $0.time($0.low, machine) }
  }

  /// The venue's clock is at most here.
  package func latest(at machine: MachineTime) -> WallTime? {
    span(at: machine).map { $0.time($0.high, machine) }
  }

  /// Half the width of what is known, rounded up.
  package func uncertaintyMilliseconds(at machine: MachineTime) -> Int64? {
    span(at: machine).map { ($0.high - $0.low + 1999) / 2000 }
  }

  /// How far the venue's clock is ahead of `wall`, our own.
  package func skewMilliseconds(wall: WallTime, at machine: MachineTime) -> Int64? {
    now(at: machine).map { $0.milliseconds - wall.milliseconds }
  }

  /// Why no entry may leave for now; nil when the clock is known well enough.
  package func objection(wall: WallTime, at machine: MachineTime) -> String? {
    guard spans.count >= limits.leastReadings, let last = spans.last,
      let uncertainty = uncertaintyMilliseconds(at: machine),
      let skew = skewMilliseconds(wall: wall, at: machine)
    else { return "venue clock: \(spans.count) of \(limits.leastReadings) readings" }
    let age = machine.milliseconds(since: last.heard)
    if age > limits.ageMilliseconds { return "venue clock: last heard \(age) ms ago" }
    if dissent > 1 { return "venue clock: the last \(dissent) readings contradict it" }
    if uncertainty > limits.uncertaintyMilliseconds {
      return "venue clock: known to \(uncertainty) ms only"
    }
    return skew.magnitude > limits.skewMilliseconds.magnitude
      ? "venue clock: \(skew) ms from ours" : nil
  }

  /// Whether deadlines in venue time can be computed and judged.
  package func isTrusted(wall: WallTime, at machine: MachineTime) -> Bool {
    objection(wall: wall, at: machine) == nil
  }

  /// The stamp after which the venue refuses a request that is made now; nil before enough was
  /// heard.
  package func processBefore(lifetimeMilliseconds: Int64, at machine: MachineTime) -> WallTime? {
    now(at: machine)?.advanced(byMilliseconds: lifetimeMilliseconds)
  }

  /// Whether `deadline` is over at the venue for certain.
  package func hasPassed(_ deadline: WallTime, at machine: MachineTime) -> Bool {
    earliest(at: machine).map { $0 > deadline } ?? false
  }

  private func span(at machine: MachineTime) -> Span? {
    spans.count >= limits.leastReadings ? agreed?.at(machine, drift: Self.drift) : nil
  }
}
