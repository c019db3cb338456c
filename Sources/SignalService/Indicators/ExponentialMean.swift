/// Exponential weighting that is seeded by the first number it is given.
///
/// `com = (n − 1) ÷ 2`, `α = 1 ÷ (1 + com)`, `β = 1 − α`. Where a number is missing (NaN) the
/// weight of what came before fades on and the weights are renormalised at the next number. The
/// order of operations is that of the reference, bit for bit: docs/strategy-smc.md names the
/// source.
package struct ExponentialMean: Sendable {
  private let alpha: Double
  private let beta: Double
  private var weight = 1.0
  /// NaN until the first number.
  package private(set) var value = Double.nan

  package init(span: Int) {
    let centre = Double(span - 1) / 2
    alpha = 1 / (1 + centre)
    beta = 1 - alpha
  }

  /// The mean with `number` in it.
  @discardableResult
  package mutating func take(_ number: Double) -> Double {
    guard !value.isNaN else {
      value = number
      return value
    }
    weight *= beta
    if !number.isNaN {
      if value != number { value = (weight * value + alpha * number) / (weight + alpha) }
      weight = 1
    }
    return value
  }
}
