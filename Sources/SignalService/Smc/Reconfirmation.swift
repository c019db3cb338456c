import Domain

/// Whether price came back to where a confirmed change may be entered.
enum Reconfirmation: Hashable, Sendable {
  case missed
  /// Inside the zone.
  case exact
  /// Beside it, within the tolerance.
  case tolerated

  private static let leastQuarters = 3
  private static let span = 10
  private static let most = WorkingDecimal(coefficient: 5, exponent: -2)
  private static let one = WorkingDecimal(coefficient: 1, exponent: 0)

  struct Setting {
    let direction: Direction
    let breakPrice: Int64
    /// Low and high of the zone, if there is one.
    let zone: (low: Int64, high: Int64)?
    let tolerance: WorkingDecimal
  }

  /// Of the newest quarter-hour: it moved past the break, and closes in the zone, or, where there
  /// is no zone, beside the break.
  init(_ quarters: BarWindow, _ setting: Setting, scale: PriceScale) {
    guard quarters.count >= Self.leastQuarters, let last = quarters.last,
      Self.hasMoved(quarters.newest(Self.span), setting)
    else {
      self = .missed
      return
    }
    let price = scale.decimal(last.close)
    let (low, high) = setting.zone ?? (setting.breakPrice, setting.breakPrice)
    if setting.zone != nil, (low...high).contains(last.close) {
      self = .exact
    } else {
      let least = scale.decimal(low) * (Self.one - setting.tolerance)
      let most = scale.decimal(high) * (Self.one + setting.tolerance)
      self = least <= price && price <= most ? .tolerated : .missed
    }
  }

  private static func hasMoved(_ quarters: BarWindow, _ setting: Setting) -> Bool {
    setting.direction == .long
      ? quarters.highest.map { $0 > setting.breakPrice } == true
      : quarters.lowest.map { $0 < setting.breakPrice } == true
  }

  /// The tolerance of `parameters` where the newest close is `close` and ranges average `range`.
  ///
  /// Capped at 5 % only where it adapts; nil numbers leave it as configured.
  static func tolerance(
    _ parameters: SmcParameters, range: Double?, close: WorkingDecimal
  ) -> WorkingDecimal {
    guard let base = WorkingDecimal(parameters.zoneTolerance) else { return .zero }
    guard parameters.zoneToleranceIsAdaptive, let range, let range = WorkingDecimal(range),
      let factor = WorkingDecimal(parameters.zoneToleranceATR), let part = range / close
    else { return base }
    return min(base + part * factor, most)
  }
}
