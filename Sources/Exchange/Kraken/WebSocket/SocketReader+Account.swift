import Domain

// The feeds of the account.

extension SocketReader {
  func orders(_ list: JSONValue) throws(MalformedAnswer) -> [OpenOrder] {
    var orders: [OpenOrder] = []
    for entry in try list.list.required("orders") {
      guard let instrument = try product(entry["instrument"]) else { continue }
      orders.append(try order(entry, instrument))
    }
    return orders
  }

  func order(_ message: JSONValue) throws(MalformedAnswer) -> SocketMessage {
    let isOver = try message["is_cancel"].flag.required("is_cancel")
    let reason = try message["reason"].word.required("reason")
    let entry = message["order"]
    guard entry != .null else {
      return .order(
        OrderUpdate(
          venueOrderID: try answers.name(message["order_id"], "order_id"),
          clientOrderID: answers.clientOrderID(message), order: nil, isOver: isOver,
          reason: reason))
    }
    guard let instrument = try product(entry["instrument"]) else { return .aside }
    let order = try order(entry, instrument)
    return .order(
      OrderUpdate(
        venueOrderID: order.venueOrderID, clientOrderID: order.clientOrderID, order: order,
        isOver: isOver, reason: reason))
  }

  /// `qty` is what is left of the order, not what it was.
  private func order(
    _ entry: JSONValue, _ instrument: Instrument
  ) throws(MalformedAnswer) -> OpenOrder {
    OpenOrder(
      clientOrderID: answers.clientOrderID(entry),
      venueOrderID: try answers.name(entry["order_id"], "order_id"), instrument: instrument.id,
      side: try direction(entry["direction"]),
      unfilled: try answers.quantity(entry["qty"], instrument, "qty"),
      filled: try answers.quantity(entry["filled"], instrument, "filled"),
      reduceOnly: try entry["reduce_only"].flag.required("reduce_only"),
      isStop: entry["type"].text == "stop",
      trigger: answers.price(entry["stop_price"], instrument))
  }

  private func direction(_ value: JSONValue) throws(MalformedAnswer) -> Side {
    switch value.integer {
    case 0: .buy
    case 1: .sell
    default: throw MalformedAnswer("no or bad direction")
    }
  }

  func fills(_ list: JSONValue) throws(MalformedAnswer) -> [Numbered<Fill>] {
    var fills: [Numbered<Fill>] = []
    for entry in try list.list.required("fills") {
      guard let instrument = try product(entry["instrument"]) else { continue }
      let fill = Fill(
        id: try answers.name(entry["fill_id"], "fill_id"), instrument: instrument.id,
        side: try entry["buy"].flag.required("buy") ? .buy : .sell,
        quantity: try answers.quantity(entry["qty"], instrument, "qty"),
        price: answers.price(entry["price"], instrument),
        time: try entry["time"].wallTime.required("time"),
        venueOrderID: try answers.name(entry["order_id"], "order_id"),
        clientOrderID: answers.clientOrderID(entry))
      fills.append(Numbered(number: try sequence(entry["seq"]), value: fill))
    }
    return fills.sorted { $0.number < $1.number }
  }

  func positions(_ message: JSONValue) throws(MalformedAnswer) -> SocketMessage {
    var positions: [InstrumentID: Position] = [:]
    for entry in try message["positions"].list.required("positions") {
      guard let instrument = try product(entry["instrument"]) else { continue }
      let balance = try entry["balance"].decimal.required("balance of \(instrument.id)")
      let size = try ExactDecimal(mantissa: abs(balance.mantissa), exponent: balance.exponent)
        .flatMap(instrument.quantity(exactly:))
        .flatMap { $0.lots <= AnswerReader.stepBound ? $0 : nil }
        .required("balance of \(instrument.id)")
      let position = Position(
        instrument: instrument.id, signedLots: balance.mantissa < 0 ? -size.lots : size.lots)
      guard positions.updateValue(position, forKey: instrument.id) == nil else {
        throw MalformedAnswer("two positions in \(instrument.id)")
      }
    }
    return .positions(
      Numbered(
        number: try sequence(message["seq"]),
        value: positions.values.sorted { $0.instrument < $1.instrument }))
  }

  /// Money of the multi-collateral wallet; a message that tells of another wallet has none.
  func money(_ message: JSONValue) throws(MalformedAnswer) -> SocketMessage {
    let wallet = message["flex_futures"]
    guard wallet != .null else { return .aside }
    let snapshot = AccountSnapshot(
      equity: try amount(wallet, "portfolio_value"),
      availableMargin: try amount(wallet, "available_margin"),
      time: try message["timestamp"].wallTime.required("timestamp"))
    return .money(Numbered(number: try sequence(message["seq"]), value: snapshot))
  }

  private func amount(_ wallet: JSONValue, _ member: String) throws(MalformedAnswer) -> Money {
    let value = try wallet[member].valuation.required(member)
    guard let amount = ExactDecimal(mantissa: abs(value.mantissa), exponent: value.exponent),
      let bound = ExactDecimal(mantissa: 1, exponent: 11), amount < bound
    else { throw MalformedAnswer("\(member) is \(value)") }
    return try Money(value, rounding: .down).required(member)
  }
}
