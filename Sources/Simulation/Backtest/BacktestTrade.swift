package import Domain

/// One position from the first fill that opened it to the last that closed it.
///
/// Money is in whole millionths of the quote currency; `net = gross + funding − fees`.
package struct BacktestTrade: Hashable, Sendable {
  /// One way out of the position.
  package struct Leg: Hashable, Sendable {
    package let time: Int64
    /// `stop`, `take_profit_1`…, `liquidation`, a strategy's own word, or why else we closed it.
    package let reason: String
    package let lots: Int64
    package let price: Price
    package let fee: Money
    /// What the closed lots earned, fee apart.
    package let gross: Money
    /// How much worse than what set it off, in quote currency: a stop's trigger, else the mark.
    package let slippage: Money
  }

  package let number: Int
  package let instrument: InstrumentID
  package let strategy: String
  package let setup: String
  package let signal: String
  package let direction: Direction
  /// Close time of the candle that was decided on; 0 when that is not known.
  package let decidedAt: Int64
  package let openedAt: Int64
  package internal(set) var closedAt: Int64?
  /// Lots that were bought or sold to open it.
  package internal(set) var lots: Int64 = 0
  /// Σ price × lots of that, in ticks.
  package internal(set) var openedCost: Int128 = 0
  package let stop: Price?
  package let takeProfits: [Price]
  package internal(set) var legs: [Leg] = []
  package internal(set) var gross = Money.zero
  package internal(set) var fees = Money.zero
  /// What was received; below zero what was paid.
  package internal(set) var funding = Money.zero
  package internal(set) var entrySlippage = Money.zero
  /// Of a position that is still open at the end: what it would earn at the last mark.
  package internal(set) var unrealised = Money.zero

  package var net: Money { gross + funding - fees }
  package var isOpen: Bool { closedAt == nil }
  package var slippage: Money { legs.reduce(entrySlippage) { $0 + $1.slippage } }
  /// What closed the last of it.
  package var reason: String { isOpen ? "open" : legs.last?.reason ?? "unknown" }

  /// Mean price of the entry in ticks.
  package var entryTicks: Double { lots == 0 ? 0 : Double(openedCost) / Double(lots) }

  /// Mean price of the way out in ticks; nil while nothing was closed.
  package var exitTicks: Double? {
    let closed = legs.reduce(Int64(0)) { $0 + $1.lots }
    guard closed > 0 else { return nil }
    return legs.reduce(0.0) { $0 + Double($1.price.ticks) * Double($1.lots) } / Double(closed)
  }
}
