import Domain
import SimulatedVenue

/// What a judge may ask: everything that was ever received, and how every position is covered.
enum AdminAnswers {
  static func answer(
    _ request: VenueHTTPRequest, _ state: VenueCore.State, _ now: VenueTime
  ) -> VenueHTTPResponse {
    switch (request.method, request.path) {
    case ("GET", "/book"): return VenueHTTPResponse(book(state, now))
    case ("GET", "/requests"):
      let counts = state.requests.sorted { $0.key < $1.key }
      return VenueHTTPResponse(
        .object(counts.map { JSON.Member(name: $0.key, value: .integer($0.value)) }))
    default:
      return VenueHTTPResponse(ErrorBody.badRequest("GET /book or GET /requests"), status: 404)
    }
  }

  private static func book(_ state: VenueCore.State, _ now: VenueTime) -> JSON {
    let machine = state.machine
    let book = machine.book
    return .members([
      "orders": .list(book.received.compactMap { book.orders[$0] }.map { order($0, book) }),
      "fills": .list(book.fills.map { fill($0, book) }),
      "positions": .list(
        book.holdings.sorted { $0.key < $1.key }.filter { $0.value.signedLots != 0 }
          .map { position($0.key, $0.value, book) }),
      "repeated": .list(
        book.repeats.map {
          .members([
            "client_order_id": .text($0.clientOrderID), "wall_ms": .integer($0.time.milliseconds),
          ])
        }),
      "exposures": .list(
        book.exposures.map {
          .members([
            "symbol": .text($0.instrument.symbol), "since_ms": .integer($0.since.milliseconds),
            "until_ms": .integer($0.until.milliseconds),
          ])
        }),
      "account": .members([
        "equity": .text(machine.equity.description),
        "start_equity": .text(book.startBalance.description),
      ]), "market_ms": .integer(now.market.milliseconds),
    ])
  }

  private static func order(_ order: VenueOrder, _ book: VenueBook) -> JSON {
    let instrument = book.instruments[order.instrument]
    func price(_ price: Price?) -> JSON {
      price.flatMap { instrument?.text($0) }.map { .text($0) } ?? .null
    }
    return .members([
      "order_id": .text(order.id.text),
      "client_order_id": order.clientOrderID.map { .text($0) } ?? .null,
      "symbol": .text(order.instrument.symbol), "side": .text(order.side.rawValue),
      "order_type": .text(order.kind.rawValue), "reduce_only": .flag(order.reduceOnly),
      "quantity": .text(instrument?.text(order.quantity) ?? ""), "price": price(order.limit),
      "stop_price": price(order.trigger),
      "received_ms": .integer(order.receivedAt.milliseconds), "send_status": .text(order.word),
      "status": .text(order.status.rawValue),
      "filled": .text(instrument?.text(order.filled) ?? ""),
    ])
  }

  private static func fill(_ fill: VenueFill, _ book: VenueBook) -> JSON {
    let instrument = book.instruments[fill.instrument]
    return .members([
      "fill_id": .text(fill.id.text), "order_id": .text(fill.order.text),
      "client_order_id": fill.clientOrderID.map { .text($0) } ?? .null,
      "symbol": .text(fill.instrument.symbol), "side": .text(fill.side.rawValue),
      "size": .text(instrument?.text(fill.quantity) ?? ""),
      "price": .text(instrument?.text(fill.price) ?? ""),
      "wall_ms": .integer(fill.time.milliseconds),
    ])
  }

  private static func position(
    _ id: InstrumentID, _ holding: Holding, _ book: VenueBook
  ) -> JSON {
    let instrument = book.instruments[id]
    let size = instrument?.text(Quantity(lots: abs(holding.signedLots))) ?? ""
    return .members([
      "symbol": .text(id.symbol), "size": .text(holding.signedLots < 0 ? "-\(size)" : size),
      "stop_covered": .text(instrument?.text(book.stopCover(id)) ?? ""),
      "uncovered_since_ms": holding.uncoveredSince.map { .integer($0.milliseconds) } ?? .null,
    ])
  }
}
