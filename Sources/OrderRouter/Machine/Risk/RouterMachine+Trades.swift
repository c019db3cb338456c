import Domain
import Ledger

// A position that has gone: one round trip, with its result, in the commit that made it flat; and
// all that follows from it.
extension RouterMachine {
  /// After the position went from `before` to `after` by this fill, or without one.
  mutating func settle(
    _ before: PositionRow?, _ after: PositionRow, by fill: Fill?, of order: OrderRow?,
    _ now: RouterTime
  ) {
    guard let before, let direction = before.position.direction,
      after.position.direction != direction
    else { return }
    let lots = after.position.signedLots
    let flow: TradeFlow
    if let fill {
      let cost = fill.price.map { $0.ticks.multipliedReportingOverflow(by: fill.quantity.lots) }
      let spent: Int64? = cost.flatMap { $0.overflow ? nil : $0.partialValue }
      flow = TradeFlow(before, side: fill.side, spent: spent, at: fill.time, after: lots)
    } else {
      flow = TradeFlow(before, adjustedTo: lots, at: now.venue.now)
    }
    let instrument = before.instrument
    let owner = book.intents[before.intent]
    let signal = owner?.entry?.signal
    let trade = ClosedTrade(
      intent: before.intent, signal: owner?.name ?? SignalID(unchecked: before.intent.short),
      strategy: signal?.strategy, setup: signal?.setup, instrument: instrument,
      direction: owner?.intent.direction ?? direction, quantity: Quantity(lots: before.openedLots),
      entryPrice: before.entryPrice, exitPrice: fill?.price, openedAt: before.openedAt,
      closedAt: fill?.time ?? now.venue.now,
      profit: flow.result.cash.flatMap { money($0, of: instrument) },
      fees: fees(flow.result.turnover, of: instrument), end: end(order),
      equity: equity ?? book.risk.figure(.dayStartEquity).map(Money.init(micros:)))
    record(.tradeClosed(trade), now)
    judge(trade, now)
  }

  private func end(_ order: OrderRow?) -> ClosedTrade.End {
    guard let order else { return .vanished }
    switch order.role {
    case .entry: return .vanished
    case .stop: return .stop
    case .takeProfit: return .takeProfit
    case .exit:
      guard case .exit(let exit) = book.intents[order.intent]?.intent else { return .vanished }
      return switch exit.reason {
      case .strategy: .strategy
      case .operator: .operator
      case .killSwitch: .killSwitch
      case .unprotectable: .unprotectable
      case .takeProfit: .takeProfit
      }
    }
  }

  /// Ticks times lots as money, rounded down; nil when it does not fit.
  private func money(_ product: Int64, of instrument: InstrumentID) -> Money? {
    let size = Quantity(lots: Int64(clamping: product.magnitude))
    let isLoss = product < 0
    let amount = instruments[instrument]?
      .notional(Price(ticks: 1), size, rounding: isLoss ? .up : .down)
    return amount.map { isLoss ? Money(micros: -$0.micros) : $0 }
  }

  /// Rounded up; 0 where the turnover, and with it the profit, is unknown.
  private func fees(_ turnover: Int64?, of instrument: InstrumentID) -> Money {
    guard let turnover, let amount = money(turnover, of: instrument) else { return .zero }
    let fee = Rounding.up.divide(
      Int128(amount.micros) * Int128(settings.risk.takerFee), by: Int128(RiskPolicy.whole))
    return Money(micros: Int64(clamping: fee))
  }
}

extension PositionRow {
  /// Mean price of what opened it; nil when it is unknown.
  var entryPrice: Price? {
    guard let openedCost, openedLots > 0 else { return nil }
    let ticks = Int64(Rounding.nearest.divide(Int128(openedCost), by: Int128(openedLots)))
    return ticks > 0 ? Price(ticks: ticks) : nil
  }
}
