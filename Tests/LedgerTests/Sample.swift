import Domain
import Foundation

@testable import Ledger

/// Rows as the router makes them.
enum Sample {
  static let now = WallTime(milliseconds: 1_764_000_000_000)
  static let instrument = known("PF_XBTUSD")

  static func intent(
    _ setup: String, on instrument: InstrumentID = Sample.instrument, generation: Int = 0,
    direction: Direction = .long, at time: WallTime = Sample.now
  ) -> IntentRow {
    let isLong = direction == .long
    let signal = Signal(
      id: SignalID(unchecked: "signal-\(setup)-\(generation)"),
      strategy: StrategyID(unchecked: "breakout"),
      instrument: instrument, direction: direction, setup: SetupID(unchecked: setup),
      worstPrice: Price(ticks: 1000), stop: Price(ticks: isLong ? 900 : 1100),
      takeProfits: [Price(ticks: isLong ? 1200 : 800)],
      decidedAt: MarketTime(milliseconds: 60_000), validUntil: time.advanced(byMilliseconds: 9000))
    let key = IntentKey(
      account: AccountID(unchecked: "demo"), signal: signal, rearmGeneration: generation)
    let hash = IntentHash(bytes: Digest.sha256(key.canonicalBytes))
    return IntentRow(
      hash: hash ?? zero,
      intent: .entry(
        OrderIntent(signal: signal, quantity: Quantity(lots: 10), equity: Money(micros: 7))),
      rearmGeneration: generation, acceptedAt: time)
  }

  static func order(
    of intent: IntentRow, role: OrderRole = .entry, attempt: Int = 1, lots: Int64? = nil
  ) -> OrderRow {
    let signal = signal(of: intent)
    let side = role == .entry ? signal.direction.entrySide : signal.direction.exitSide
    let type: OrderType =
      switch role {
      case .stop: .stop(trigger: signal.stop)
      case .takeProfit: .takeProfit(trigger: signal.takeProfits[0])
      case .exit: .market
      default: .immediateOrCancel(limit: signal.worstPrice)
      }
    let name =
      role == .entry ? "\(intent.hash)-\(attempt)" : "\(intent.hash)-\(role.rawValue)-\(attempt)"
    return OrderRow(
      intent: intent.hash, role: role, rung: role == .takeProfit ? 1 : 0, attempt: attempt,
      placement: OrderPlacement(
        clientOrderID: ClientOrderID(unchecked: name), instrument: signal.instrument, side: side,
        quantity: Quantity(lots: lots ?? 10), type: type,
        reduceOnly: role != .entry, processBefore: now.advanced(byMilliseconds: 5000)),
      sentAt: now)
  }

  static func fill(of order: OrderRow, lots: Int64, part: Int = 1) -> Fill {
    let isFirst = order.role == .entry && part == 1
    return Fill(
      id: ExecutionID(
        unchecked: isFirst ? "fill-\(order.id)" : "fill-\(order.id)-\(part)"),
      instrument: order.placement.instrument, side: order.placement.side,
      quantity: Quantity(lots: lots), price: Price(ticks: 999), time: now,
      venueOrderID: VenueOrderID(unchecked: "v-1"), clientOrderID: order.id)
  }

  static func position(of intent: IntentRow, lots: Int64) -> LedgerRecord {
    .position(
      PositionRow(
        position: Position(instrument: intent.instrument, signedLots: lots),
        intent: intent.hash, changedAt: now, stop: signal(of: intent).stop))
  }

  /// The signal of an intent of ours, which is an entry.
  static func signal(of intent: IntentRow) -> Signal {
    guard let entry = intent.entry else { fatalError("a sample intent is an entry") }
    return entry.signal
  }

  static func known(_ symbol: String) -> InstrumentID {
    guard let id = InstrumentID(symbol) else { fatalError("\(symbol) is a symbol") }
    return id
  }

  private static var zero: IntentHash {
    guard let hash = IntentHash(bytes: [UInt8](repeating: 0, count: 32)) else {
      fatalError("32 bytes are a hash")
    }
    return hash
  }
}
