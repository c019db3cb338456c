import Domain

/// Reads messages of WebSocket v1; what is odd is refused with a reason.
///
/// Changes of the book and trades, which are nearly everything there is, are read in one pass by
/// `DeltaScanner`; whatever that is not sure of is read as any other JSON.
struct SocketReader {
  let answers: AnswerReader

  init(instruments: [InstrumentID: Instrument]) {
    answers = AnswerReader(instruments: instruments)
  }

  func read(_ bytes: [UInt8]) throws(MalformedAnswer) -> SocketMessage {
    if let delta = DeltaScanner.scan(bytes) { return try read(delta) }
    return try readSlowly(bytes)
  }

  /// The same without the short cut.
  func readSlowly(_ bytes: [UInt8]) throws(MalformedAnswer) -> SocketMessage {
    let message = try JSONParser.parse(bytes)
    guard case .object = message else { throw MalformedAnswer("no object") }
    if message["event"] != .null { return try event(message) }
    let feed = try message["feed"].text.required("feed")
    switch feed {
    case "heartbeat": return .heartbeat(try message["time"].wallTime.required("time"))
    case "ticker": return try ticker(message)
    case "trade", "book": return try read(SocketDelta(message, feed: feed))
    case "trade_snapshot": return try tradeSnapshot(message)
    case "book_snapshot": return try bookSnapshot(message)
    case "open_orders_snapshot": return .orders(try orders(message["orders"]))
    case "open_orders": return try order(message)
    case "fills_snapshot", "fills":
      return .fills(try fills(message["fills"]), isSnapshot: feed != "fills")
    case "open_positions": return try positions(message)
    case "balances_snapshot", "balances": return try money(message)
    default: return .aside
    }
  }

  private func event(_ message: JSONValue) throws(MalformedAnswer) -> SocketMessage {
    // The venue's documentation has an answer with a space behind the word.
    let event = try message["event"].text.required("event").split(separator: " ").first
    let product = message["product_ids"].list?.first?.text.flatMap { InstrumentID($0) }
    switch event {
    case "info": return .info
    case "challenge": return .challenge(try message["message"].word.required("challenge"))
    case "subscribed":
      return .subscribed(feed: try message["feed"].word.required("feed"), product: product)
    case "unsubscribed":
      return .unsubscribed(feed: try message["feed"].word.required("feed"), product: product)
    case "error": return .error(message["message"].word ?? "no message")
    case "alert": return .alert(message["message"].word ?? "no message")
    default: return .aside
    }
  }

  /// The instrument of a message; nil for one that is not traded here.
  func product(_ value: JSONValue) throws(MalformedAnswer) -> Instrument? {
    let text = try value.text.required("product_id")
    return InstrumentID(text).flatMap { answers.instruments[$0] }
  }
}

// MARK: - The market

extension SocketReader {
  /// A change of the book or a trade.
  func read(_ delta: SocketDelta) throws(MalformedAnswer) -> SocketMessage {
    let text = try delta.product.required("product_id")
    guard let id = InstrumentID(text), let instrument = answers.instruments[id] else {
      return .aside
    }
    let number = try delta.sequence.required("seq")
    if delta.isTrade {
      return .trade(Numbered(number: number, value: try trade(delta, instrument)))
    }
    let change = LevelChange(
      instrument: id, time: try delta.time.required("timestamp"),
      side: try answers.side(delta.side),
      level: BookLevel(
        price: try price(delta.price, instrument, "price"),
        quantity: try quantity(delta.quantity, instrument, "qty")))
    return .level(Numbered(number: number, value: change))
  }

  private func trade(
    _ delta: SocketDelta, _ instrument: Instrument
  ) throws(MalformedAnswer) -> Trade {
    let kind = try delta.kind.text.required("type")
    return Trade(
      id: try answers.name(delta.uid, "uid"), instrument: instrument.id,
      time: try delta.time.required("time"), price: try price(delta.price, instrument, "price"),
      quantity: try quantity(delta.quantity, instrument, "qty"),
      taker: try answers.side(delta.side),
      // An unknown word is a trade all the same, but none that a candle may hold.
      kind: TradeKind(rawValue: kind) ?? .block)
  }

  private func tradeSnapshot(_ message: JSONValue) throws(MalformedAnswer) -> SocketMessage {
    guard let instrument = try product(message["product_id"]) else { return .aside }
    var trades: [Numbered<Trade>] = []
    for entry in try message["trades"].list.required("trades") {
      guard case .trade(let trade) = try read(SocketDelta(entry, feed: "trade")),
        trade.value.instrument == instrument.id
      else { throw MalformedAnswer("a trade of another product in a snapshot") }
      trades.append(trade)
    }
    return .trades(instrument.id, trades.sorted { $0.number < $1.number })
  }

  private func bookSnapshot(_ message: JSONValue) throws(MalformedAnswer) -> SocketMessage {
    guard let instrument = try product(message["product_id"]) else { return .aside }
    let snapshot = BookSnapshot(
      instrument: instrument.id,
      time: try message["timestamp"].marketTime.required("timestamp"),
      bids: try levels(message["bids"], instrument, "bids"),
      asks: try levels(message["asks"], instrument, "asks"))
    return .book(Numbered(number: try sequence(message["seq"]), value: snapshot))
  }

  private func levels(
    _ value: JSONValue, _ instrument: Instrument, _ what: String
  ) throws(MalformedAnswer) -> [BookLevel] {
    try value.list.required(what).map { entry throws(MalformedAnswer) in
      BookLevel(
        price: try price(entry["price"], instrument, "price of \(what)"),
        quantity: try quantity(entry["qty"], instrument, "qty of \(what)"))
    }
  }

  /// One without a side of the book has no use here.
  private func ticker(_ message: JSONValue) throws(MalformedAnswer) -> SocketMessage {
    guard let instrument = try product(message["product_id"]) else { return .aside }
    let ticker = Ticker(
      instrument: instrument.id, time: try message["time"].marketTime.required("time"),
      bid: try price(message["bid"], instrument, "bid"),
      ask: try price(message["ask"], instrument, "ask"),
      last: try price(message["last"], instrument, "last"),
      mark: try price(message["markPrice"], instrument, "markPrice"),
      figures: figures(message, instrument))
    return .ticker(ticker)
  }

  func sequence(_ value: JSONValue) throws(MalformedAnswer) -> Int64 {
    try value.integer.flatMap { $0 >= 0 ? $0 : nil }.required("seq")
  }

  /// To the nearest tick; above zero.
  func price(
    _ value: JSONValue, _ instrument: Instrument, _ what: String
  ) throws(MalformedAnswer) -> Price {
    try answers.price(value, instrument).flatMap { $0.ticks > 0 ? $0 : nil }
      .required("\(what) of \(instrument.id)")
  }

  /// Down to whole lots.
  func quantity(
    _ value: JSONValue, _ instrument: Instrument, _ what: String
  ) throws(MalformedAnswer) -> Quantity {
    try value.valuation.flatMap { instrument.quantity($0, rounding: .down) }
      .flatMap { $0.lots <= AnswerReader.stepBound ? $0 : nil }
      .required("\(what) of \(instrument.id)")
  }
}
