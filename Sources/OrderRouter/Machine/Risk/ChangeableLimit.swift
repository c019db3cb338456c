package import Domain

/// One limit that a person may change while the pipeline runs, whichever stage keeps to it.
package struct ChangeableLimit: Hashable, Sendable {
  /// As in the configuration, with its section.
  package let key: String
  package let unit: RiskLimit.Unit
  package let tighter: RiskLimit.Tighter
  /// What it may be set to.
  package let range: ClosedRange<Int64>
  /// What the configuration says, in counts of the unit.
  package let configured: Int64
  /// Whether 0 means that there is no limit at all.
  package let zeroIsNone: Bool

  package init(
    key: String, unit: RiskLimit.Unit, tighter: RiskLimit.Tighter, range: ClosedRange<Int64>,
    configured: Int64, zeroIsNone: Bool = false
  ) {
    self.key = key
    self.unit = unit
    self.tighter = tighter
    self.range = range
    self.configured = configured
    self.zeroIsNone = zeroIsNone
  }

  /// Whether `value` allows less than `other`.
  func isTighter(_ value: Int64, than other: Int64) -> Bool {
    if zeroIsNone, value == 0 || other == 0 { return value != 0 }
    return tighter == .lower ? value < other : value > other
  }

  func text(_ value: Int64) -> String {
    zeroIsNone && value == 0 ? "none" : unit.text(value)
  }

  /// A number as it is written in the configuration, in counts of the unit; nil for no such number.
  func value(_ text: String) -> Int64? {
    guard let decimal = ExactDecimal(text) else { return nil }
    var count = Int128(decimal.mantissa) * Int128(unit.scale)
    guard (-18...18).contains(decimal.exponent) else { return nil }
    var power: Int128 = 1
    for _ in 0..<abs(decimal.exponent) { power *= 10 }
    if decimal.exponent < 0 {
      guard count % power == 0 else { return nil }
      count /= power
    } else {
      let (product, overflow) = count.multipliedReportingOverflow(by: power)
      guard !overflow else { return nil }
      count = product
    }
    return Int64(exactly: count)
  }
}

/// The router's own limits by name; the gate's stand in `RiskLimit.all`.
enum RouterLimits {
  static let maxOrder = "order_router.max_order_usd"
  static let maxInstrument = "order_router.max_instrument_usd"
  static let maxTotal = "order_router.max_total_usd"
  static let perTenSeconds = "order_router.entries_per_10_s"
  static let perMinute = "order_router.entries_per_minute"

  static func rows(_ settings: RouterSettings) -> [ChangeableLimit] {
    let money: [(String, Money?)] = [
      (maxOrder, settings.maxOrderNotional), (maxInstrument, settings.maxInstrumentNotional),
      (maxTotal, settings.maxTotalNotional),
    ]
    return money.map { key, limit in
      ChangeableLimit(
        key: key, unit: .usd, tighter: .lower, range: 0...1_000_000_000_000_000,
        configured: limit?.micros ?? 0, zeroIsNone: true)
    } + [
      ChangeableLimit(
        key: perTenSeconds, unit: .count, tighter: .lower, range: 1...1000,
        configured: Int64(settings.entriesPerTenSeconds)),
      ChangeableLimit(
        key: perMinute, unit: .count, tighter: .lower, range: 1...6000,
        configured: Int64(settings.entriesPerMinute)),
    ]
  }
}

extension RouterSettings {
  /// The router's limits and those of the gate that it knows.
  var changeableLimits: [ChangeableLimit] { RouterLimits.rows(self) + gateLimits }
}

/// Those of the gate's limits that the router keeps to once more at the last hop.
enum SharedLimits {
  static let positions = "risk_gate.max_positions"
  static let order = "risk_gate.max_notional_usd"
  static let instrument = "risk_gate.max_notional_per_instrument_usd"
  static let total = "risk_gate.max_aggregate_notional_pct"
  static let margin = "risk_gate.max_aggregate_margin_pct"
  static let collar = "risk_gate.collar_pct"
  static let stale = "risk_gate.stale_after_ms"
}
