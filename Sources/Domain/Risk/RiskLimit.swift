/// One limit of the gate: its key, its unit, its bounds and what it holds without a configuration.
package struct RiskLimit: Hashable, Sendable {
  /// What a value counts, and how the configuration writes it.
  package enum Unit: String, CaseIterable, Hashable, Sendable {
    /// A hundredth of something is 1 000 000.
    case percent
    /// A hundredth of a percent is 10 000.
    case basisPoints = "bps"
    /// One is 100 000 000.
    case ratio
    /// Millionths.
    case usd
    case count
    /// 0 or 1.
    case flag
    case milliseconds = "ms"
    /// Counted in milliseconds, written in seconds.
    case seconds = "s"

    /// How many counts one of what is written makes.
    package var scale: Int64 {
      switch self {
      case .percent, .usd: 1_000_000
      case .basisPoints: 10_000
      case .ratio: 100_000_000
      case .count, .flag, .milliseconds: 1
      case .seconds: 1000
      }
    }
  }

  /// Which way a limit moves to allow less.
  package enum Tighter: String, Hashable, Sendable {
    case lower
    case higher
  }

  /// A whole of what is counted in percent or as a ratio.
  package static let whole: Int64 = 100_000_000

  package let id: RiskLimitID
  /// In the section `risk_gate`.
  package let key: String
  package let unit: Unit
  package let tighter: Tighter
  package let range: ClosedRange<Int64>
  package let standard: Int64
  /// What a denial for it is called.
  package let code: DenialReason

  init(
    _ id: RiskLimitID, _ key: String, _ unit: Unit, _ tighter: Tighter,
    _ range: ClosedRange<Int64>, standard: Int64, _ code: DenialReason
  ) {
    self.id = id
    self.key = key
    self.unit = unit
    self.tighter = tighter
    self.range = range
    self.standard = standard
    self.code = code
  }

  /// With its section: `risk_gate.max_positions`.
  package var configKey: String { "risk_gate.\(key)" }

  /// Whether `value` allows less than `other`.
  package func isTighter(_ value: Int64, than other: Int64) -> Bool {
    tighter == .lower ? value < other : value > other
  }

  /// A value as people write it, with its unit: `2.5 %`, `50000 USD`, `4`.
  package func text(_ value: Int64) -> String { unit.text(value) }
}

extension RiskLimit.Unit {
  /// A value as people write it, with its unit.
  package func text(_ value: Int64) -> String {
    let sign = suffix.isEmpty ? "" : suffix == "%" ? "%" : " \(suffix)"
    return number(value) + sign
  }

  private var suffix: String {
    switch self {
    case .percent: "%"
    case .basisPoints: "bps"
    case .ratio, .count, .flag: ""
    case .usd: "USD"
    case .milliseconds: "ms"
    case .seconds: "s"
    }
  }

  /// Without trailing zeros, and with nothing lost.
  private func number(_ value: Int64) -> String {
    let whole = value.magnitude / UInt64(scale)
    var rest = value.magnitude % UInt64(scale)
    var text = (value < 0 ? "-" : "") + String(whole)
    guard rest > 0 else { return text }
    var places = 0
    var unit = scale
    while unit > 1 {
      unit /= 10
      places += 1
    }
    while rest % 10 == 0 {
      rest /= 10
      places -= 1
    }
    let digits = String(rest)
    text += "." + String(repeating: "0", count: max(0, places - digits.count)) + digits
    return text
  }
}
