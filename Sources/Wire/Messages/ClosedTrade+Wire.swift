import Domain
import Foundation

// A round trip as a message.

extension ClosedTrade {
  var proto: ProtoClosedTrade {
    var proto = ProtoClosedTrade()
    proto.intentHash = Data(intent.bytes)
    proto.signalID = signal.text
    proto.strategy = strategy?.text ?? ""
    proto.setup = setup?.text ?? ""
    proto.instrument = instrument.symbol
    proto.direction = direction.proto
    proto.quantityLots = quantity.lots
    proto.entryTicks = entryPrice?.ticks ?? 0
    proto.exitTicks = exitPrice?.ticks ?? 0
    proto.wallOpenedAtMs = openedAt.milliseconds
    proto.wallClosedAtMs = closedAt.milliseconds
    if let profit { proto.profitMicros = profit.micros }
    proto.feesMicros = fees.micros
    proto.end = end.rawValue
    if let equity { proto.equityMicros = equity.micros }
    return proto
  }

  init(_ proto: ProtoClosedTrade) throws(WireError) {
    guard let end = End(rawValue: proto.end) else {
      throw .malformed("end of a trade \(Bounds.shown(proto.end)) is unknown")
    }
    self.init(
      intent: try Bounds.hash(proto.intentHash), signal: try Bounds.name(proto.signalID, "signal"),
      strategy: proto.strategy.isEmpty ? nil : try Bounds.name(proto.strategy, "strategy"),
      setup: proto.setup.isEmpty ? nil : try Bounds.name(proto.setup, "setup"),
      instrument: try Bounds.instrument(proto.instrument),
      direction: try Direction(proto.direction),
      quantity: try Bounds.quantity(proto.quantityLots, "quantity"),
      entryPrice: proto.entryTicks == 0 ? nil : try Bounds.price(proto.entryTicks, "entry"),
      exitPrice: proto.exitTicks == 0 ? nil : try Bounds.price(proto.exitTicks, "exit"),
      openedAt: try Bounds.wall(proto.wallOpenedAtMs, "wall_opened_at_ms"),
      closedAt: try Bounds.wall(proto.wallClosedAtMs, "wall_closed_at_ms"),
      profit: proto.hasProfitMicros ? try Bounds.money(proto.profitMicros, "profit") : nil,
      fees: try Bounds.money(proto.feesMicros, "fees"), end: end,
      equity: proto.hasEquityMicros ? try Bounds.money(proto.equityMicros, "equity") : nil)
  }
}
