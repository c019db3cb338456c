package import Domain

/// How good a setup is, in points, and what they are for.
///
/// At most 25 + 15 + 20 + 15 + 20: the reference always assumes a cost of 15 bps and so never gives
/// more than 15 for it, 90 in all.
package struct SmcScore: Hashable, Sendable {
  package let structure: Double
  package let fibonacci: Double
  package let bias: Double
  package let trend: Double
  package let cost: Double
  /// What an entry beside its zone loses; zero or below, and in no part above.
  package let penalty: Double

  package var total: Double { structure + fibonacci + bias + trend + cost + penalty }

  /// A level scores within this part of it, whatever the gate's own tolerance.
  private static let nearness = WorkingDecimal(coefficient: 2, exponent: -3)

  package struct Evidence {
    package let direction: Direction
    package let entry: Int64
    package let bias: Bias
    package let hasOrderBlock: Bool
    package let hasGap: Bool
    package let hasBreak: Bool
    package let trendIndex: Double
    package let costBps: Double
    package let penalty: Double
    package let range: FibonacciRange?
    package let anchor: FibonacciRange.Anchor
  }

  package init(_ evidence: Evidence) {
    structure =
      (evidence.hasOrderBlock ? 10 : 0) + (evidence.hasGap ? 8 : 0) + (evidence.hasBreak ? 7 : 0)
    fibonacci = Self.fibonacci(evidence)
    bias = Self.bias(evidence.bias, evidence.direction)
    trend = Self.trend(evidence.trendIndex)
    cost = Self.cost(evidence.costBps)
    penalty = evidence.penalty
  }

  private static func fibonacci(_ evidence: Evidence) -> Double {
    guard let range = evidence.range else { return 0 }
    if range.isOptimalEntry(evidence.entry, from: evidence.anchor) { return 15 }
    let isNear = { (ratios: [Int64]) in
      range.isNear(evidence.entry, ratios, tolerance: nearness, from: evidence.anchor)
    }
    return isNear([382, 618, 500, 786]) ? 10 : isNear([1272, 1618]) ? 5 : 0
  }

  private static func bias(_ bias: Bias, _ direction: Direction) -> Double {
    switch (bias, direction) {
    case (.neutral, _): 10
    case (.bullish, .long), (.bearish, .short): 20
    case (.bullish, .short), (.bearish, .long): 0
    }
  }

  private static func trend(_ index: Double) -> Double {
    index >= 40 ? 15 : index >= 30 ? 12 : index >= 25 ? 10 : index >= 20 ? 7 : 0
  }

  private static func cost(_ bps: Double) -> Double {
    bps <= 10 ? 20 : bps <= 20 ? 15 : bps <= 30 ? 10 : bps <= 50 ? 5 : 0
  }

  /// The grade that a total has, A best.
  package var grade: String {
    total >= 80 ? "A" : total >= 65 ? "B" : total >= 50 ? "C" : total >= 35 ? "D" : "F"
  }
}

extension SmcParameters {
  /// The points that a setup needs.
  package func leastScore(_ setup: SmcSetup, _ bias: Bias) -> Double {
    switch (setup.isTight, bias == .neutral) {
    case (true, false): scoreTightAligned
    case (true, true): scoreTightNeutral
    case (false, false): scoreWideAligned
    case (false, true): scoreWideNeutral
    }
  }
}
