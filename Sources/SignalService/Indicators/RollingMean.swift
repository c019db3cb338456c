/// The mean of the newest values of a series, as the reference's library sums it.
///
/// One running sum over the whole series with Kahan's compensation, separate terms for what leaves
/// and what comes; the value that leaves is taken away first. A plain sum differs in its last
/// digits.
package enum RollingMean {
  /// Nil with fewer values than `count`.
  package static func last(_ values: [Double], _ count: Int) -> Double? {
    guard count > 0, values.count >= count else { return nil }
    var sum = 0.0
    var added = 0.0
    var removed = 0.0
    for (index, value) in values.enumerated() {
      if index >= count { Self.add(-values[index - count], to: &sum, &removed) }
      Self.add(value, to: &sum, &added)
    }
    return sum / Double(count)
  }

  private static func add(_ value: Double, to sum: inout Double, _ lost: inout Double) {
    let corrected = value - lost
    let total = sum + corrected
    lost = total - sum - corrected
    sum = total
  }
}
