/// How often something took so long, in Prometheus' cumulative buckets.
struct Histogram {
  private static let standard: [Double] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]

  /// Upper bounds in seconds.
  let bounds: [Double]
  /// Observations per bucket; the last is everything above.
  private(set) var counts: [UInt64]
  private(set) var sum: Double
  var count: UInt64 { counts.reduce(0, &+) }

  init() {
    self.init(
      bounds: Self.standard, counts: Array(repeating: 0, count: Self.standard.count + 1), sum: 0)
  }

  /// What another process has counted; it has one count more than bounds.
  init(bounds: [Double], counts: [UInt64], sum: Double) {
    self.bounds = bounds
    self.counts = counts
    self.sum = sum
  }

  /// Clocks of two processes may differ by less than they tell: a negative time counts as none.
  mutating func add(milliseconds: Int64) {
    let seconds = Double(max(0, milliseconds)) / 1000
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += seconds
  }

  /// The bound below which `share` of all lie; nil without any, infinite past the last bound.
  func quantile(_ share: Double) -> Double? {
    guard count > 0 else { return nil }
    let wanted = (Double(count) * share).rounded(.up)
    var seen = 0.0
    for (index, number) in counts.enumerated() {
      seen += Double(number)
      if seen >= wanted { return index < bounds.count ? bounds[index] : .infinity }
    }
    return .infinity
  }
}

/// The steps of a decision on its way to the venue that are measured.
enum Hop: String, CaseIterable {
  /// A candle was heard, then the signal that was decided on it.
  case candleToSignal = "candle_to_signal"
  /// The signal was heard, and the router has committed its intent.
  case signalToIntent = "signal_to_intent"
  /// The signal was heard, and the gate stamps the verdict, of which the router's is a part.
  case signalToDecision = "signal_to_decision"
  case intentToSending = "intent_to_sending"
  case sendingToAnswer = "sending_to_answer"
  /// The fill that opens a position, until its stop rests.
  case fillToStop = "fill_to_stop"

  var title: String {
    switch self {
    case .candleToSignal: "candle → signal"
    case .signalToDecision: "signal → verdict"
    case .signalToIntent: "signal → intent committed"
    case .intentToSending: "intent committed → order sent"
    case .sendingToAnswer: "order sent → venue’s answer"
    case .fillToStop: "fill → stop at the venue"
    }
  }
}
