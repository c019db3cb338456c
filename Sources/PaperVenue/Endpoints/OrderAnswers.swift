import Domain
import SimulatedVenue

/// Requests that change something: sendorder, editorder, cancelorder, cancelallorders.
enum OrderAnswers {
  static func send(_ call: EndpointCall, _ state: inout VenueCore.State) -> VenueHTTPResponse {
    for name in ["orderType", "symbol", "side", "size"] where call.parameter(name) == nil {
      return call.error("requiredArgumentMissing")
    }
    switch request(call, state.machine.book) {
    case .failure(let refusal) where refusal.isArgument: return call.error(refusal.word)
    case .failure(let refusal):
      return call.success("sendStatus", .members(["status": .text(refusal.word)]))
    case .success(let request):
      let result = state.machine.place(request, now: call.now)
      return call.success("sendStatus", status(result, call, state.machine.book, edited: nil))
    }
  }

  struct Refusal: Error {
    let word: String
    var isArgument = false
  }

  private static func request(
    _ call: EndpointCall, _ book: VenueBook
  ) -> Result<OrderRequest, Refusal> {
    guard let id = call.parameter("symbol").flatMap({ InstrumentID($0) }),
      let instrument = book.instruments[id]
    else { return .failure(Refusal(word: "invalidArgument: symbol", isArgument: true)) }
    guard let side = call.parameter("side").flatMap(Side.init) else {
      return .failure(Refusal(word: "invalidArgument: side", isArgument: true))
    }
    guard let kind = call.parameter("orderType").flatMap(VenueOrderKind.init) else {
      return .failure(Refusal(word: "invalidArgument: orderType", isArgument: true))
    }
    guard
      let quantity = call.parameter("size").flatMap({ ExactDecimal($0) })
        .flatMap(instrument.quantity(exactly:)), quantity > .zero
    else { return .failure(Refusal(word: "invalidSize")) }
    let limit: Price?
    let trigger: Price?
    do {
      limit = try price(call.parameter("limitPrice"), instrument)
      trigger = try price(call.parameter("stopPrice"), instrument)
    } catch { return .failure(error) }
    let deadline = call.parameter("processBefore")
    let processBefore = deadline.flatMap { ISO8601.milliseconds($0) }
    if deadline != nil && processBefore == nil {
      return .failure(Refusal(word: "invalidArgument: processBefore", isArgument: true))
    }
    return .success(
      OrderRequest(
        clientOrderID: call.parameter("cliOrdId"), instrument: id, side: side, kind: kind,
        limit: limit, trigger: trigger, quantity: quantity,
        reduceOnly: call.parameter("reduceOnly") == "true",
        processBefore: processBefore.map(WallTime.init(milliseconds:))))
  }

  private static func price(
    _ text: String?, _ instrument: Instrument
  ) throws(Refusal) -> Price? {
    guard let text else { return nil }
    guard let price = ExactDecimal(text).flatMap(instrument.price(exactly:)), price.ticks > 0
    else { throw Refusal(word: "invalidPrice") }
    return price
  }

  static func edit(_ call: EndpointCall, _ state: inout VenueCore.State) -> VenueHTTPResponse {
    let id = find(call, state.machine.book)
    if isLate(call) {
      return call.success(
        "editStatus", .members(["status": .text("wouldProcessAfterSpecifiedTime")]))
    }
    let old = id.flatMap { state.machine.book.orders[$0] }
    guard let instrument = old.flatMap({ state.machine.book.instruments[$0.instrument] }) else {
      return call.success("editStatus", .members(["status": .text("orderForEditNotFound")]))
    }
    do {
      let size = call.parameter("size")
      let quantity = size.flatMap { ExactDecimal($0) }.flatMap(instrument.quantity(exactly:))
      guard size == nil || quantity != nil else { throw Refusal(word: "invalidSize") }
      let result = state.machine.edit(
        id, quantity: quantity, isRelative: call.parameter("qtyMode") != "ABSOLUTE",
        limit: try price(call.parameter("limitPrice"), instrument),
        trigger: try price(call.parameter("stopPrice"), instrument), now: call.now)
      return call.success("editStatus", status(result, call, state.machine.book, edited: old))
    } catch {
      let word = (error as? Refusal)?.word ?? "invalidArgument"
      return call.success("editStatus", .members(["status": .text(word)]))
    }
  }

  static func cancel(_ call: EndpointCall, _ state: inout VenueCore.State) -> VenueHTTPResponse {
    if isLate(call) {
      return call.success(
        "cancelStatus", .members(["status": .text("wouldProcessAfterSpecifiedTime")]))
    }
    let result = state.machine.cancel(find(call, state.machine.book), now: call.now)
    let events = events(result, state.machine.book, edited: nil)
    return call.success(
      "cancelStatus",
      .members([
        "status": .text(result.word), "order_id": result.order.map { .text($0.id.text) },
        "cliOrdId": result.order?.clientOrderID.map { .text($0) },
        "receivedTime": .text(Spelling.time(call.now.wall)), "orderEvents": .list(events),
      ]))
  }

  static func cancelAll(_ call: EndpointCall, _ state: inout VenueCore.State) -> VenueHTTPResponse {
    let symbol = call.parameter("symbol")?.uppercased()
    let open = state.machine.book.openOrders.filter {
      symbol == nil || $0.instrument.symbol == symbol
    }
    for order in open { _ = state.machine.cancel(order.id, now: call.now) }
    return call.success(
      "cancelStatus",
      .members([
        "receivedTime": .text(Spelling.time(call.now.wall)),
        "cancelOnly": .text(symbol ?? "all"),
        "status": .text(open.isEmpty ? "noOrdersToCancel" : "cancelled"),
        "cancelledOrders": .list(
          open.map { order in
            .members([
              "order_id": .text(order.id.text),
              "cliOrdId": order.clientOrderID.map { .text($0) },
            ])
          }), "orderEvents": .list([]),
      ]))
  }

  private static func isLate(_ call: EndpointCall) -> Bool {
    guard let text = call.parameter("processBefore") else { return false }
    guard let milliseconds = ISO8601.milliseconds(text) else { return true }
    return milliseconds < call.now.wall.milliseconds
  }

  private static func find(_ call: EndpointCall, _ book: VenueBook) -> VenueOrderID? {
    if let id = call.parameter("orderId") ?? call.parameter("order_id") {
      return VenueOrderID(unchecked: id)
    }
    return call.parameter("cliOrdId").flatMap { book.reserved[$0] }
  }
}

// MARK: - Events

extension OrderAnswers {
  private static func status(
    _ result: VenueResult, _ call: EndpointCall, _ book: VenueBook, edited old: VenueOrder?
  ) -> JSON {
    let id = result.order.map { JSON.text($0.id.text) }
    return .members([
      (old == nil ? "order_id" : "orderId"): id, "status": .text(result.word),
      "cliOrdId": result.order?.clientOrderID.map { .text($0) },
      "receivedTime": .text(Spelling.time(call.now.wall)),
      "orderEvents": .list(events(result, book, edited: old)),
    ])
  }

  private static func events(
    _ result: VenueResult, _ book: VenueBook, edited old: VenueOrder?
  ) -> [JSON] {
    guard let order = result.order, let instrument = book.instruments[order.instrument] else {
      return []
    }
    let spelled = Spelling.order(order, instrument)
    var events: [JSON] = []
    switch result.word {
    case "placed" where order.kind.isTrigger:
      events.append(
        .members([
          "type": .text("PLACE"), "orderTrigger": Spelling.trigger(order, instrument),
        ]))
    case "placed" where order.status == .open && result.fills.isEmpty:
      events.append(.members(["type": .text("PLACE"), "order": spelled]))
    case "edited":
      if let old {
        events.append(
          .members([
            "type": .text("EDIT"), "old": Spelling.order(old, instrument), "new": spelled,
          ]))
      }
    case "cancelled":
      events.append(
        .members(["type": .text("CANCEL"), "uid": .text(order.id.text), "order": spelled]))
    case "iocWouldNotExecute", "postWouldExecute":
      let reason =
        result.word == "iocWouldNotExecute" ? "IOC_WOULD_NOT_EXECUTE" : "POST_WOULD_EXECUTE"
      events.append(
        .members([
          "type": .text("REJECT"), "uid": .text(order.id.text), "reason": .text(reason),
          "order": spelled,
        ]))
    default: break
    }
    return events + executions(result.fills, order, instrument)
  }

  /// Each execution with the order as it was before it.
  private static func executions(
    _ fills: [VenueFill], _ order: VenueOrder, _ instrument: Instrument
  ) -> [JSON] {
    var before = order
    let sum = fills.reduce(Quantity.zero) { $0 + $1.quantity }
    before.filled = order.filled - sum
    return fills.map { fill in
      defer { before.filled = before.filled + fill.quantity }
      return .members([
        "type": .text("EXECUTION"), "executionId": .text(fill.id.text),
        "price": Spelling.price(fill.price, instrument),
        "amount": Spelling.quantity(fill.quantity, instrument),
        "orderPriorEdit": .null, "orderPriorExecution": Spelling.order(before, instrument),
        "takerReducedQuantity": .null,
      ])
    }
  }
}
