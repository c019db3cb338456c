import Domain
package import Foundation

/// What the account came to; what cannot be said is absent.
package struct RunFigures: Encodable, Hashable, Sendable {
  package let start_equity: Decimal
  package let final_equity: Decimal
  package let profit: Decimal
  package let total_return: Double
  /// (final ÷ start)^(365 days ÷ length) − 1; absent for less than 30 days.
  package let annual_return: Double?
  package let max_drawdown: Decimal
  package let max_drawdown_share: Double
  package let max_drawdown_peak: String?
  package let max_drawdown_trough: String?
  package let longest_drawdown_days: Double
  package let sharpe: Double?
  package let sortino: Double?
  /// Annual return ÷ largest drawdown.
  package let calmar: Double?
  package let days: Double
  /// Part of the time with a position.
  package let exposure: Double
  /// Mean of Σ |notional| ÷ equity.
  package let mean_leverage: Double
  package let largest_exposure: Decimal
  package let unrealised: Decimal

  /// Days of a year: this market never closes.
  private static let daysOfYear = 365.0
  private static let millisecondsOfDay = 86_400_000.0

  init(_ result: BacktestResult) {
    let curve = result.equity
    start_equity = curve.start.exact
    final_equity = curve.final.exact
    profit = (curve.final - curve.start).exact
    let ratio = Double(curve.final.micros) / Double(curve.start.micros)
    total_return = ratio - 1
    days = Double(curve.span) / Self.millisecondsOfDay
    let annual = days >= 30 && ratio > 0 ? pow(ratio, Self.daysOfYear / days) - 1 : nil
    annual_return = annual
    let drawdown = curve.drawdown
    max_drawdown = drawdown.amount.exact
    max_drawdown_share = drawdown.share
    let fell = drawdown.amount > .zero
    max_drawdown_peak = fell ? ISO8601.text(milliseconds: drawdown.peakAt) : nil
    max_drawdown_trough = fell ? ISO8601.text(milliseconds: drawdown.troughAt) : nil
    longest_drawdown_days = Double(drawdown.longest) / Self.millisecondsOfDay
    sharpe = Self.sharpe(curve.dailyReturns)
    sortino = Self.sortino(curve.dailyReturns)
    calmar = drawdown.share > 0 ? annual.map { $0 / drawdown.share } : nil
    exposure = curve.span > 0 ? Double(curve.exposed) / Double(curve.span) : 0
    mean_leverage = curve.meanLeverage
    largest_exposure = curve.largestExposure.exact
    unrealised = result.trades.filter(\.isOpen).reduce(Money.zero) { $0 + $1.unrealised }.exact
  }

  /// mean(r) ÷ s(r) × √365 over daily returns, s with n − 1.
  ///
  /// W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21 (1994), ex post with a
  /// risk-free rate of 0; times the root of the number of periods in a year, which holds for
  /// returns that are independent of each other (A. W. Lo, "The Statistics of Sharpe Ratios",
  /// Financial Analysts Journal 58 (2002)). Absent for fewer than two days or returns without any
  /// deviation.
  static func sharpe(_ returns: [Double]) -> Double? {
    guard returns.count > 1 else { return nil }
    let mean = returns.reduce(0, +) / Double(returns.count)
    let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(returns.count - 1)).squareRoot()
    return deviation > 0 ? mean / deviation * daysOfYear.squareRoot() : nil
  }

  /// mean(r) ÷ √(Σ min(r, 0)² ÷ n) × √365 over daily returns.
  ///
  /// F. A. Sortino and L. N. Price, "Performance Measurement in a Downside Risk Framework", Journal
  /// of Investing 3 (1994), with a target of 0: all n returns count in the deviation, those at or
  /// above the target with 0. Absent for fewer than two days or without a day below the target.
  static func sortino(_ returns: [Double]) -> Double? {
    guard returns.count > 1 else { return nil }
    let mean = returns.reduce(0, +) / Double(returns.count)
    let squares = returns.reduce(0) { $0 + min($1, 0) * min($1, 0) }
    let deviation = (squares / Double(returns.count)).squareRoot()
    return deviation > 0 ? mean / deviation * daysOfYear.squareRoot() : nil
  }
}
