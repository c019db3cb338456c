import Domain

/// The prices of one entry in whole ticks, all measured from the worst price it may fill at.
///
/// Rounded against us: the limit towards the entry, the stop away from it, the target further out.
struct SmcPrices: Hashable, Sendable {
  let worst: Int64
  let stop: Int64
  /// Nearest first; each at least the least reward away.
  let takeProfits: [Int64]

  private static let one = WorkingDecimal(coefficient: 1, exponent: 0)
  private static let hundred = WorkingDecimal(coefficient: 100, exponent: 0)

  struct Basis {
    let zone: SmcZone
    /// The market's newest price.
    let close: Int64
    let tolerance: WorkingDecimal
    let range: WorkingDecimal
    let parameters: SmcParameters
    let scale: PriceScale
  }

  enum Failure: Error {
    case awayFromZone
    case stopPassed
    case zeroRisk
  }

  init(_ basis: Basis, _ hours: BarWindow) throws(Failure) {
    let isLong = basis.zone.direction == .long
    let scale = basis.scale
    guard let worst = Self.worst(basis), let stop = Self.stop(basis), worst > 0, stop > 0 else {
      throw .zeroRisk
    }
    guard isLong ? basis.close <= worst : basis.close >= worst else { throw .awayFromZone }
    guard isLong ? basis.close > stop : basis.close < stop else { throw .stopPassed }
    guard isLong ? worst > stop : worst < stop else { throw .zeroRisk }
    let reward =
      (scale.decimal(worst) - scale.decimal(stop)).magnitude
      * (WorkingDecimal(basis.parameters.rewardLeast) ?? .zero)
    guard let least = scale.ticks(reward, rounding: .up), least > 0 else { throw .zeroRisk }
    self.worst = worst
    self.stop = stop
    let (limit, overflow) =
      isLong
      ? worst.addingReportingOverflow(least) : worst.subtractingReportingOverflow(least)
    guard !overflow else { throw .zeroRisk }
    let swings = SmcLevels.candidates(hours, basis.zone.direction, beyond: worst)
      .filter { isLong ? $0 >= limit : $0 <= limit }
      // Swings that reached the same price are one target.
      .reduce(into: [Int64]()) { targets, price in
        if targets.last != price { targets.append(price) }
      }
    // A short whose least reward would lie at zero or below goes without a target.
    takeProfits = swings.isEmpty ? (limit > 0 ? [limit] : []) : swings
  }

  /// No further than the tolerance from the entry, and no further than the slippage from the
  /// market.
  private static func worst(_ basis: Basis) -> Int64? {
    let isLong = basis.zone.direction == .long
    let slip =
      (WorkingDecimal(basis.parameters.slippagePercent) ?? .zero) / hundred ?? .zero
    let reach = { (price: Int64, part: WorkingDecimal) -> Int64? in
      let factor = isLong ? one + part : one - part
      return basis.scale.ticks(
        basis.scale.decimal(price) * factor, rounding: isLong ? .down : .up)
    }
    guard let chased = reach(basis.zone.entry, basis.tolerance), let near = reach(basis.close, slip)
    else { return nil }
    return isLong ? min(chased, near) : max(chased, near)
  }

  private static func stop(_ basis: Basis) -> Int64? {
    let isLong = basis.zone.direction == .long
    let parameters = basis.parameters
    let factor = basis.zone.setup.isTight ? parameters.tightStop : parameters.wideStop
    let distance = basis.range * (WorkingDecimal(factor) ?? .zero)
    let invalid = basis.scale.decimal(basis.zone.invalid)
    return basis.scale.ticks(
      isLong ? invalid - distance : invalid + distance, rounding: isLong ? .down : .up)
  }
}
