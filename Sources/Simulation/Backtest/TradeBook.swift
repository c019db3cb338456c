import Domain
import SimulatedVenue

/// Makes trades out of the venue's fills and cash flows.
///
/// Invariant: Σ net of all trades, and what the venue took upon itself, is the change of the
/// account's balance, to the millionth.
struct TradeBook {
  /// What we wanted with an order.
  struct Context {
    let role: OrderRole
    let rung: Int
    let intent: Intent
  }

  private(set) var trades: [BacktestTrade] = []
  /// Debts that the venue took upon itself.
  private(set) var writtenOff = Money.zero
  /// Money that came or went with no position behind it.
  private(set) var loose = Money.zero
  private var open: [InstrumentID: Int] = [:]
  private var words: [SignalID: String] = [:]
  private let instruments: [InstrumentID: Instrument]

  init(_ contracts: [VenueContract]) {
    instruments = Dictionary(contracts.map { ($0.id, $0.instrument) }) { first, _ in first }
  }

  /// The strategy's own word for leaving the position of a signal.
  mutating func remember(_ exit: ExitProposal) { words[exit.signal] = exit.reason.text }

  mutating func add(
    _ fill: VenueFill, _ settlement: Settlement, _ order: VenueOrder, _ context: Context?,
    at now: Int64
  ) {
    if settlement.lotsBefore == 0 { begin(fill, context, now) }
    guard let index = open[fill.instrument] else { return }
    trades[index].fees = trades[index].fees + fill.fee
    trades[index].gross = trades[index].gross + settlement.realised
    let grows = abs(settlement.lotsAfter) > abs(settlement.lotsBefore)
    if grows {
      trades[index].lots += fill.quantity.lots
      trades[index].openedCost += Int128(fill.price.ticks) * Int128(fill.quantity.lots)
      trades[index].entrySlippage = trades[index].entrySlippage + slippage(fill, order)
    } else {
      trades[index].legs.append(
        BacktestTrade.Leg(
          time: now, reason: reason(fill, context, trades[index]), lots: fill.quantity.lots,
          price: fill.price, fee: fill.fee, gross: settlement.realised,
          slippage: slippage(fill, order)))
    }
    guard settlement.lotsAfter == 0 else { return }
    trades[index].closedAt = now
    open[fill.instrument] = nil
  }

  private mutating func begin(_ fill: VenueFill, _ context: Context?, _ now: Int64) {
    var signal: Signal?
    if case .entry(let intent) = context?.intent { signal = intent.signal }
    open[fill.instrument] = trades.count
    trades.append(
      BacktestTrade(
        number: trades.count + 1, instrument: fill.instrument,
        strategy: signal?.strategy.text ?? "unknown", setup: signal?.setup.text ?? "unknown",
        signal: signal?.id.text ?? "unknown", direction: fill.side == .buy ? .long : .short,
        decidedAt: signal?.decidedAt.milliseconds ?? 0, openedAt: now, stop: signal?.stop,
        takeProfits: signal?.takeProfits ?? []))
  }

  private func reason(_ fill: VenueFill, _ context: Context?, _ trade: BacktestTrade) -> String {
    if fill.type == .liquidation || fill.type == .partialLiquidation { return "liquidation" }
    guard let context else { return "unknown" }
    switch context.role {
    case .stop: return "stop"
    case .takeProfit: return "take_profit_\(context.rung)"
    case .entry: return "entry"
    case .exit:
      guard case .exit(let exit) = context.intent else { return "exit" }
      guard exit.reason == .strategy else { return exit.reason.rawValue }
      return words[SignalID(unchecked: trade.signal)] ?? exit.reason.rawValue
    }
  }

  /// How much worse the fill was than the price that set it off: above zero is a cost.
  private func slippage(_ fill: VenueFill, _ order: VenueOrder) -> Money {
    let wanted = order.kind == .stop ? order.trigger ?? fill.mark : fill.mark
    let worse = (fill.price.ticks - wanted.ticks) * fill.side.sign
    let amount = instruments[fill.instrument]?.notional(
      Price(ticks: abs(worse)), fill.quantity, rounding: .nearest)
    guard let amount else { return .zero }
    return worse < 0 ? .zero - amount : amount
  }

  mutating func add(_ flow: CashFlow) {
    switch flow.kind {
    case .funding:
      guard let index = flow.instrument.flatMap({ open[$0] }) else {
        loose = loose + flow.amount
        return
      }
      trades[index].funding = trades[index].funding + flow.amount
    case .writeOff: writtenOff = writtenOff + flow.amount
    case .withdrawal: loose = loose + flow.amount
    }
  }

  mutating func finish(at now: Int64, _ unrealised: (InstrumentID) -> Money) {
    for (id, index) in open { trades[index].unrealised = unrealised(id) }
  }
}
