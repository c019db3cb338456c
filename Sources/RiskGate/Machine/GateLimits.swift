package import Domain

/// What the gate allows: the numbers, and the few limits that are none.
package struct GateLimits: Hashable, Sendable {
  package var numbers = RiskLimits()
  package var sizing = SizingMethod.fixed
  /// Bases and symbols that are never entered.
  package var blocklist: Set<String> = []
  /// Who may propose; nil is anybody.
  package var strategies: Set<StrategyID>?

  package init() {}

  package subscript(_ id: RiskLimitID) -> Int64 {
    get { numbers[id] }
    set { numbers[id] = newValue }
  }

  /// Whether the symbol itself or its base, such as USDT of `PF_USDTUSD`, is never entered.
  func isBlocked(_ instrument: InstrumentID) -> Bool {
    guard !blocklist.isEmpty else { return false }
    if blocklist.contains(instrument.symbol) { return true }
    let name = instrument.symbol.split(separator: "_").last ?? ""
    return name.hasSuffix("USD") && blocklist.contains(String(name.dropLast(3)))
  }
}

/// How a size is found (risk.md, A2 to A4).
package enum SizingMethod: String, CaseIterable, Hashable, Sendable {
  case fixed
  case kelly
  case volatility
  case kellyVolatility = "kelly_volatility"

  var isKelly: Bool { self == .kelly || self == .kellyVolatility }
  var isScaled: Bool { self == .volatility || self == .kellyVolatility }
}
