import Domain
package import Foundation

/// What some trades came to; what cannot be said is absent, never a number that is none.
package struct TradeFigures: Encodable, Hashable, Sendable {
  package let trades: Int
  package let wins: Int
  package let losses: Int
  /// Wins ÷ trades; without trades nothing can be said.
  package let win_rate: Double?
  /// Σ net of wins ÷ −Σ net of losses; absent without a loss.
  package let profit_factor: Double?
  package let net: Decimal
  package let gross: Decimal
  package let fees: Decimal
  package let funding: Decimal
  package let slippage: Decimal
  package let mean: Decimal?
  package let mean_win: Decimal?
  package let mean_loss: Decimal?
  package let largest_win: Decimal?
  package let largest_loss: Decimal?
  package let mean_hours: Double?

  /// Of closed trades alone.
  init(_ all: [BacktestTrade]) {
    let closed = all.filter { !$0.isOpen }
    let won = closed.filter { $0.net > .zero }
    let lost = closed.filter { $0.net < .zero }
    trades = closed.count
    wins = won.count
    losses = lost.count
    win_rate = closed.isEmpty ? nil : Double(won.count) / Double(closed.count)
    let profit = Self.sum(won) { $0.net }
    let loss = Self.sum(lost) { $0.net }
    profit_factor =
      loss == .zero ? nil : -Double(profit.micros) / Double(loss.micros)
    net = Self.sum(closed) { $0.net }.exact
    gross = Self.sum(closed) { $0.gross }.exact
    fees = Self.sum(closed) { $0.fees }.exact
    funding = Self.sum(closed) { $0.funding }.exact
    slippage = Self.sum(closed) { $0.slippage }.exact
    mean = Self.mean(closed)
    mean_win = Self.mean(won)
    mean_loss = Self.mean(lost)
    largest_win = won.map(\.net).max()?.exact
    largest_loss = lost.map(\.net).min()?.exact
    let hours = closed.reduce(0.0) { $0 + Double(($1.closedAt ?? 0) - $1.openedAt) / 3_600_000 }
    mean_hours = closed.isEmpty ? nil : hours / Double(closed.count)
  }

  private static func sum(
    _ trades: [BacktestTrade], _ part: (BacktestTrade) -> Money
  ) -> Money {
    trades.reduce(.zero) { $0 + part($1) }
  }

  /// Rounded to the millionth.
  private static func mean(_ trades: [BacktestTrade]) -> Decimal? {
    guard !trades.isEmpty else { return nil }
    let sum = sum(trades) { $0.net }
    let mean = Rounding.nearest.divide(Int128(sum.micros), by: Int128(trades.count))
    return Money(micros: Int64(clamping: mean)).exact
  }
}

extension Money {
  /// The amount as a decimal number, exactly.
  var exact: Decimal { Decimal(micros) / 1_000_000 }
}
