import Domain
import SimulatedVenue

/// One line of the book's file: a record, or a request that came in.
struct BookLine: Codable, Equatable {
  var type: String
  var order: String?
  var client: String?
  var symbol: String?
  var side: String?
  var kind: String?
  var lots: Int64?
  var limit: Int64?
  var trigger: Int64?
  var price: Int64?
  var reduceOnly: Bool?
  var status: String?
  var word: String?
  var fill: String?
  var maker: Bool?
  var micros: Int64?
  var wall: Int64?
  var market: Int64?
  var endpoint: String?
  var text: String?

  init(type: String) {
    self.type = type
  }
}

extension BookLine {
  init(_ record: BookRecord) {
    switch record {
    case .account(let balance):
      self.init(type: "account")
      micros = balance.micros
    case .order(let order): self.init(order)
    case .fill(let fill): self.init(fill)
    case .reopened(let time):
      self.init(type: "reopened")
      wall = time.milliseconds
    case .repeated(let client, let time):
      self.init(type: "repeated")
      self.client = client
      wall = time.milliseconds
    case .ended(let id, let status, let time):
      self.init(type: "ended")
      self.order = id.text
      self.status = status.rawValue
      wall = time.milliseconds
    case .edited(let id, let quantity, let limit, let trigger, let time):
      self.init(type: "edited")
      self.order = id.text
      lots = quantity.lots
      self.limit = limit?.ticks
      self.trigger = trigger?.ticks
      wall = time.milliseconds
    }
  }

  private init(_ order: VenueOrder) {
    self.init(type: "order")
    self.order = order.id.text
    client = order.clientOrderID
    symbol = order.instrument.symbol
    side = order.side.rawValue
    kind = order.kind.rawValue
    lots = order.quantity.lots
    limit = order.limit?.ticks
    trigger = order.trigger?.ticks
    reduceOnly = order.reduceOnly
    status = order.status.rawValue
    word = order.word
    wall = order.receivedAt.milliseconds
  }

  private init(_ fill: VenueFill) {
    self.init(type: "fill")
    self.fill = fill.id.text
    order = fill.order.text
    client = fill.clientOrderID
    symbol = fill.instrument.symbol
    side = fill.side.rawValue
    lots = fill.quantity.lots
    price = fill.price.ticks
    maker = fill.isMaker
    micros = fill.fee.micros
    wall = fill.time.milliseconds
    market = fill.marketTime.milliseconds
  }

  static func request(_ endpoint: String, _ text: String, at time: WallTime) -> BookLine {
    var line = BookLine(type: "request")
    line.endpoint = endpoint
    line.text = text
    line.wall = time.milliseconds
    return line
  }

  /// The record in the line; nil for a request or for what is none.
  var record: BookRecord? {
    switch type {
    case "account": micros.map { .account(Money(micros: $0)) }
    case "order": venueOrder.map { .order($0) }
    case "fill": venueFill.map { .fill($0) }
    case "reopened": wall.map { .reopened(WallTime(milliseconds: $0)) }
    case "repeated":
      if let client, let wall {
        .repeated(client: client, WallTime(milliseconds: wall))
      } else {
        nil
      }
    case "ended":
      if let order, let status = status.flatMap(VenueOrderStatus.init), let wall {
        .ended(VenueOrderID(unchecked: order), status, WallTime(milliseconds: wall))
      } else {
        nil
      }
    case "edited":
      if let order, let lots, let wall {
        .edited(
          VenueOrderID(unchecked: order), quantity: Quantity(lots: lots),
          limit: limit.map(Price.init(ticks:)), trigger: trigger.map(Price.init(ticks:)),
          WallTime(milliseconds: wall))
      } else {
        nil
      }
    default: nil
    }
  }

  private var venueOrder: VenueOrder? {
    guard let order, let instrument = symbol.flatMap({ InstrumentID($0) }),
      let side = side.flatMap(Side.init), let kind = kind.flatMap(VenueOrderKind.init), let lots,
      lots >= 0, let status = status.flatMap(VenueOrderStatus.init), let wall
    else { return nil }
    return VenueOrder(
      id: VenueOrderID(unchecked: order), clientOrderID: client, instrument: instrument,
      side: side, kind: kind, limit: limit.map(Price.init(ticks:)),
      trigger: trigger.map(Price.init(ticks:)), quantity: Quantity(lots: lots),
      reduceOnly: reduceOnly ?? false, receivedAt: WallTime(milliseconds: wall),
      updatedAt: WallTime(milliseconds: wall), status: status, word: word ?? "")
  }

  private var venueFill: VenueFill? {
    guard let fill, let order, let instrument = symbol.flatMap({ InstrumentID($0) }),
      let side = side.flatMap(Side.init), let lots, lots > 0, let price, let wall, let market,
      let micros
    else { return nil }
    return VenueFill(
      id: ExecutionID(unchecked: fill), order: VenueOrderID(unchecked: order),
      clientOrderID: client, instrument: instrument, side: side, quantity: Quantity(lots: lots),
      price: Price(ticks: price), time: WallTime(milliseconds: wall),
      marketTime: MarketTime(milliseconds: market), isMaker: maker ?? false,
      fee: Money(micros: micros))
  }
}
