package import Domain

/// What the gate allows: the numbers, and the few limits that are none.
package struct GateLimits: Hashable, Sendable {
  package var numbers = RiskLimits()
  package var sizing = SizingMethod.fixed
  /// Bases and symbols that are never entered.
  package var blocklist: Set<String> = []
  /// Who may propose; nil is anybody.
  package var strategies: Set<StrategyID>?

  /// When a day begins, after midnight UTC.
  package var dayStartsMilliseconds: Int64 = 0

  package init() {}

  package subscript(_ id: RiskLimitID) -> Int64 {
    get { numbers[id] }
    set { numbers[id] = newValue }
  }

  /// Whether the symbol itself or its base, such as USDT of `PF_USDTUSD`, is never entered.
  func isBlocked(_ instrument: InstrumentID) -> Bool {
    guard !blocklist.isEmpty else { return false }
    let symbol = instrument.symbol
    if blocklist.contains(symbol) { return true }
    guard symbol.hasSuffix("USD") else { return false }
    let from = symbol.utf8.lastIndex(of: UInt8(ascii: "_")).map(symbol.utf8.index(after:))
    return blocklist.contains(String(symbol[(from ?? symbol.startIndex)...].dropLast(3)))
  }

  private static let day: Int64 = 86_400_000

  /// Which day a moment belongs to.
  func day(_ time: WallTime) -> Int64 {
    let since = Int128(time.milliseconds) - Int128(dayStartsMilliseconds)
    return Int64(clamping: Rounding.down.divide(since, by: Int128(Self.day)))
  }

  /// When the day of a moment is over.
  func dayEnd(_ time: WallTime) -> WallTime {
    let end = (Int128(day(time)) + 1) * Int128(Self.day) + Int128(dayStartsMilliseconds)
    return WallTime(milliseconds: Int64(clamping: end))
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
