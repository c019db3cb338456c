import Domain
import SimulatedVenue

/// Money that came or went without a trade.
struct CashEntry: Codable, Equatable {
  let kind: String
  let symbol: String?
  let amount: Int64
  let before: Int64
  let rate: Int64
  let mark: Int64?

  init(_ flow: CashFlow) {
    kind = flow.kind.rawValue
    symbol = flow.instrument?.symbol
    amount = flow.amount.micros
    before = flow.balanceBefore.micros
    rate = flow.rate
    mark = flow.mark?.ticks
  }

  var flow: CashFlow? {
    guard let kind = CashFlow.Kind(rawValue: kind) else { return nil }
    let instrument = symbol.flatMap { InstrumentID($0) }
    guard (instrument == nil) == (symbol == nil) else { return nil }
    return CashFlow(
      kind: kind, instrument: instrument, amount: Money(micros: amount),
      balanceBefore: Money(micros: before), rate: rate, mark: mark.map(Price.init(ticks:)))
  }
}
