import Domain

/// Typed access to the JSON object of one event; nil where a value is missing or refused.
struct EventFields {
  private let fields: [String: Any]

  init(_ fields: [String: Any]) { self.fields = fields }

  func text(_ key: String) -> String? { fields[key] as? String }

  func number(_ key: String) -> Int64? { fields[key] as? Int64 }

  func numbers(_ key: String) -> [Int64]? { fields[key] as? [Int64] }

  func name<Identifier: Name>(_ key: String) -> Identifier? {
    text(key).flatMap { Identifier($0) }
  }

  var hash: IntentHash? { text("intent").flatMap { IntentHash(hexadecimal: $0) } }

  var instrument: InstrumentID? { text("instrument").flatMap { InstrumentID($0) } }

  private func price(_ key: String) -> Price? { number(key).map(Price.init(ticks:)) }

  private func quantity(_ key: String) -> Quantity? {
    guard let lots = number(key), lots >= 0 else { return nil }
    return Quantity(lots: lots)
  }

  private func wall(_ key: String) -> WallTime? { number(key).map(WallTime.init(milliseconds:)) }

  var intent: OrderIntent? {
    guard let id: SignalID = name("signal"), let strategy: StrategyID = name("strategy"),
      let instrument, let direction = text("direction").flatMap(Direction.init(rawValue:)),
      let setup: SetupID = name("setup"), let worst = price("worst_ticks"),
      let stop = price("stop_ticks"), let decided = number("decided_ms"),
      let validUntil = wall("valid_until_ms"), let quantity = quantity("quantity_lots"),
      let equity = number("equity_micros")
    else { return nil }
    // Events of the first schema hold one price, or none, instead of a list.
    let profits =
      numbers("take_profit_ticks") ?? number("take_profit_ticks").map { [$0] } ?? []
    let signal = Signal(
      id: id, strategy: strategy, instrument: instrument, direction: direction, setup: setup,
      worstPrice: worst, stop: stop, takeProfits: profits.map(Price.init(ticks:)),
      decidedAt: MarketTime(milliseconds: decided), validUntil: validUntil)
    return OrderIntent(signal: signal, quantity: quantity, equity: Money(micros: equity))
  }

  var exit: ExitIntent? {
    guard let instrument, let direction = text("direction").flatMap(Direction.init(rawValue:)),
      let position = text("position").flatMap({ IntentHash(hexadecimal: $0) }),
      let reason = text("reason").flatMap(ExitReason.init(rawValue:)),
      let generation = number("generation"), let quantity = quantity("quantity_lots")
    else { return nil }
    return ExitIntent(
      instrument: instrument, direction: direction, position: position, reason: reason,
      generation: Int(generation), quantity: quantity)
  }

  var adoption: Adoption? {
    guard let instrument, let direction = text("direction").flatMap(Direction.init(rawValue:)),
      let quantity = quantity("quantity_lots"), let stop = price("stop_ticks"),
      let number = number("number")
    else { return nil }
    return Adoption(
      instrument: instrument, direction: direction, quantity: quantity, stop: stop,
      number: Int(number))
  }

  var report: ExecutionReport? {
    guard let hash, let signal: SignalID = name("signal"),
      let id: ClientOrderID = name("client_order_id"),
      let role = text("role").flatMap(OrderRole.init(rawValue:)), let instrument,
      let status = text("status").flatMap(OrderStatus.init(rawValue:)),
      let quantity = quantity("cumulative_lots"), let words = text("text")
    else { return nil }
    return ExecutionReport(
      intent: hash, signal: signal, clientOrderID: id, role: role, instrument: instrument,
      status: status, cumulativeQuantity: quantity, text: words)
  }

  var fill: Fill? {
    guard let id: ExecutionID = name("execution_id"), let instrument,
      let side = text("side").flatMap(Side.init(rawValue:)),
      let quantity = quantity("quantity_lots"), let time = wall("wall_ms"),
      let venueOrderID: VenueOrderID = name("venue_order_id")
    else { return nil }
    return Fill(
      id: id, instrument: instrument, side: side, quantity: quantity,
      price: price("price_ticks"), time: time, venueOrderID: venueOrderID,
      clientOrderID: name("client_order_id"))
  }

  var account: AccountSnapshot? {
    guard let equity = number("equity_micros"),
      let margin = number("available_margin_micros"), let time = wall("wall_ms")
    else { return nil }
    return AccountSnapshot(
      equity: Money(micros: equity), availableMargin: Money(micros: margin), time: time)
  }
}
