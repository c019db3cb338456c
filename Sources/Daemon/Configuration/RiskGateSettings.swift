/// How much may be risked, and what makes the gate say no.
///
/// Every number is kept as a whole count of its unit, so that what was written is what holds.
package struct RiskGateSettings: Equatable, Sendable {
  /// What a number counts.
  enum Unit {
    case percent
    case basisPoints
    case ratio
    case usd
    case count
    case flag
    case milliseconds
    case seconds

    /// How many counts one of what is written makes; whole numbers are written without a point.
    var scale: Int64 {
      switch self {
      case .percent, .usd: 1_000_000
      case .basisPoints: 10_000
      case .ratio: 100_000_000
      case .count, .flag, .milliseconds: 1
      case .seconds: 1000
      }
    }

    var isDecimal: Bool {
      switch self {
      case .percent, .basisPoints, .ratio: true
      case .usd, .count, .flag, .milliseconds, .seconds: false
      }
    }
  }

  /// One key with its standard and its bounds, as they are written.
  struct Number {
    let key: String
    let unit: Unit
    let standard: Double
    let bounds: ClosedRange<Double>
    /// Where a demo differs.
    let demo: Double?

    init(
      _ key: String, _ unit: Unit, _ standard: Double, _ bounds: ClosedRange<Double>,
      demo: Double? = nil
    ) {
      self.key = key
      self.unit = unit
      self.standard = standard
      self.bounds = bounds
      self.demo = demo
    }
  }

  static let sizingMethods = ["fixed", "kelly", "volatility", "kelly_volatility"]

  package let sizingMethod: String
  /// Bases and venue symbols that are never entered.
  package let entryBlocklist: [String]
  /// Counts by key.
  package private(set) var values: [String: Int64] = [:]

  init(_ section: ConfigurationSection, profile: Profile) {
    sizingMethod = section.text(
      "sizing_method", "fixed", expected: "one of \(Self.sizingMethods.joined(separator: ", "))"
    ) { Self.sizingMethods.contains($0) }
    entryBlocklist = section.list(
      "entry_blocklist",
      [
        "USDT", "USDC", "DAI", "TUSD", "FDUSD", "PYUSD", "USDE", "EUR", "GBP", "AUD", "CHF", "CAD",
        "JPY",
      ], expected: "currencies or venue symbols such as USDT or PF_XBTUSD", VenueSettings.isSymbol)
    for number in Self.numbers {
      let standard = (profile == .demo ? number.demo : nil) ?? number.standard
      values[number.key] = Self.count(section, number, standard)
    }
  }

  private static func count(
    _ section: ConfigurationSection, _ number: Number, _ standard: Double
  ) -> Int64 {
    if number.unit.isDecimal {
      let value = section.decimal(number.key, standard, number.bounds)
      return Int64((value * Double(number.unit.scale)).rounded())
    }
    let bounds = Int64(number.bounds.lowerBound)...Int64(number.bounds.upperBound)
    return section.integer(number.key, Int64(standard), bounds) * number.unit.scale
  }

  /// The count of a key; a key that does not exist is a fault of ours.
  package func value(_ key: String) -> Int64 {
    guard let value = values[key] else { fatalError("invariant broken: risk_gate.\(key) exists") }
    return value
  }

  package var riskPerTradePercent: Double { percent("risk_per_trade_pct") }
  package var collarPercent: Double { percent("collar_pct") }
  package var minimumStopPercent: Double { percent("min_stop_pct") }

  private func percent(_ key: String) -> Double { Double(value(key)) / Double(Unit.percent.scale) }

  package var staleAfterMilliseconds: Int64 { value("stale_after_ms") }
  package var maximumPositions: Int64 { value("max_positions") }
  package var maximumNotionalUSD: Int64 { value("max_notional_usd") / 1_000_000 }
}
