import Domain
import SimulatedVenue

/// An order as it stands in the journal; prices in ticks, quantities in lots.
struct OrderEntry: Codable, Equatable {
  let id: String
  let no: Int64
  let client: String?
  let symbol: String
  let side: String
  let kind: String
  let limit: Int64?
  let trigger: Int64?
  let signal: String?
  let trailing: OffsetEntry?
  let offset: OffsetEntry?
  let lots: Int64
  let filled: Int64
  let reduce: Bool?
  let at: Int64
  let upd: Int64
  let status: String
  let triggered: Bool?
  let word: String

  init(_ order: VenueOrder) {
    id = order.id.text
    no = order.number
    client = order.clientOrderID
    symbol = order.instrument.symbol
    side = order.side.rawValue
    kind = order.kind.rawValue
    limit = order.limit?.ticks
    trigger = order.trigger?.ticks
    signal = order.kind.isTrigger ? order.signal.rawValue : nil
    trailing = order.trailing.map { OffsetEntry($0) }
    offset = order.limitOffset.map { OffsetEntry($0) }
    lots = order.quantity.lots
    filled = order.filled.lots
    reduce = order.reduceOnly ? true : nil
    at = order.receivedAt.milliseconds
    upd = order.updatedAt.milliseconds
    status = order.status.rawValue
    triggered = order.isTriggered ? true : nil
    word = order.word
  }

  /// Nil when the entry is not an order.
  var order: VenueOrder? {
    guard let instrument = InstrumentID(symbol), let side = Side(rawValue: side),
      let kind = VenueOrderKind(rawValue: kind), let status = VenueOrderStatus(rawValue: status),
      lots >= 0, filled >= 0, let signal = TriggerSignal(rawValue: signal ?? "mark")
    else { return nil }
    return VenueOrder(
      id: VenueOrderID(unchecked: id), number: no, clientOrderID: client, instrument: instrument,
      side: side, kind: kind, limit: limit.map(Price.init(ticks:)),
      trigger: trigger.map(Price.init(ticks:)), signal: signal, trailing: trailing?.offset,
      limitOffset: offset?.offset, quantity: Quantity(lots: lots),
      filled: Quantity(lots: filled), reduceOnly: reduce ?? false,
      receivedAt: WallTime(milliseconds: at), updatedAt: WallTime(milliseconds: upd),
      status: status, isTriggered: triggered ?? false, word: word)
  }
}

/// A distance: millionths of a price, or ticks.
struct OffsetEntry: Codable, Equatable {
  let ppm: Int64?
  let ticks: Int64?

  init(_ offset: PriceOffset) {
    switch offset {
    case .millionths(let share): (ppm, ticks) = (share, nil)
    case .ticks(let count): (ppm, ticks) = (nil, count)
    }
  }

  var offset: PriceOffset? { ppm.map { .millionths($0) } ?? ticks.map { .ticks($0) } }
}
