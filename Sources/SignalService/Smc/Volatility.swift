/// How wide the market's ranges are beside their own average, and what follows from it.
package enum Volatility {
  private static let bars = 20

  /// The newest average true range over the mean of the last twenty; nil where that is undefined.
  package static func ratio(_ ranges: [Double]) -> Double? {
    guard let last = ranges.last, let mean = RollingMean.last(ranges, bars), mean > 0 else {
      return nil
    }
    return last / mean
  }

  /// How many bars a change needs to be confirmed.
  package static func confirmationBars(_ ratio: Double?, _ parameters: SmcParameters) -> Int {
    guard parameters.isAdaptive, let ratio else { return parameters.confirmationBars }
    if ratio > parameters.highVolatility { return parameters.mostConfirmationBars }
    if ratio < parameters.lowVolatility { return parameters.leastConfirmationBars }
    return parameters.confirmationBars
  }
}
