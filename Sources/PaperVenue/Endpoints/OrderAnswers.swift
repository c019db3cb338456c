import Domain
import SimulatedVenue

/// Requests that change something: sendorder, editorder, cancelorder, cancelallorders and the dead
/// man's switch.
enum OrderAnswers {
  static let endpoints = [
    Endpoint("sendorder", ["POST"]) { send($0, &$1) },
    Endpoint("editorder", ["POST", "PUT"]) { edit($0, &$1) },
    Endpoint("cancelorder", ["POST"]) { .now(cancel($0, &$1)) },
    Endpoint("cancelallorders", ["POST"]) { .now(cancelAll($0, &$1)) },
    Endpoint("cancelallordersafter", ["POST"]) { .now(cancelAllAfter($0, &$1)) },
  ]

  private static func send(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> EndpointAnswer {
    do throws(OrderParameters.Refusal) {
      let request = try OrderParameters(call).placement(state.machine.book)
      let ticket = state.ticket()
      let result = state.machine.place(request, ticket: ticket, now: call.now)
      return state.answer(ticket, result, call) { result, call, book in
        call.success("sendStatus", OrderSpelling.sendStatus(result, call, book))
      }
    } catch {
      return .now(refused(error, "sendStatus", call))
    }
  }

  private static func edit(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> EndpointAnswer {
    let texts = OrderParameters(call)
    guard let name = texts.name else { return .now(call.error("requiredArgumentMissing")) }
    do throws(OrderParameters.Refusal) {
      let order = state.machine.find(name)
      guard let order, let contract = state.machine.book.contracts[order.instrument] else {
        throw OrderParameters.Refusal(
          word: state.machine.isLate(try texts.deadline(), call.now)
            ? "wouldProcessAfterSpecifiedTime" : "orderForEditNotFound")
      }
      let request = try texts.edit(name, contract.instrument)
      let ticket = state.ticket()
      let result = state.machine.edit(request, ticket: ticket, now: call.now)
      return state.answer(ticket, result, call) { result, call, book in
        call.success("editStatus", OrderSpelling.editStatus(result, call, book))
      }
    } catch {
      return .now(refused(error, "editStatus", call))
    }
  }

  /// What the texts of a request are refused with: the status word, or an error for all of it.
  private static func refused(
    _ refusal: OrderParameters.Refusal, _ status: String, _ call: EndpointCall
  ) -> VenueHTTPResponse {
    refusal.isArgument
      ? call.error(refusal.word)
      : call.success(
        status,
        .members([
          "status": .text(refusal.word),
          "receivedTime": .text(Spelling.time(call.now.wall)), "orderEvents": .list([]),
        ]))
  }

  private static func cancel(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> VenueHTTPResponse {
    let texts = OrderParameters(call)
    guard let name = texts.name else { return call.error("requiredArgumentMissing") }
    do throws(OrderParameters.Refusal) {
      let result = state.machine.cancel(
        name, processBefore: try texts.deadline(), now: call.now)
      return call.success(
        "cancelStatus", OrderSpelling.cancelStatus(result, name, call, state.machine.book))
    } catch {
      return call.error(error.word)
    }
  }

  private static func cancelAll(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> VenueHTTPResponse {
    var id: InstrumentID?
    if let symbol = call.parameter("symbol"), !symbol.isEmpty {
      guard let known = InstrumentID(symbol), state.machine.book.contracts[known] != nil else {
        return call.error("invalidArgument: symbol")
      }
      id = known
    }
    let cancelled = state.machine.cancelAll(id, now: call.now)
    let book = state.machine.book
    return call.success(
      "cancelStatus",
      .members([
        "receivedTime": .text(Spelling.time(call.now.wall)),
        "cancelOnly": id.map { Spelling.symbol($0, book) } ?? .text("all"),
        "status": .text(cancelled.isEmpty ? "noOrdersToCancel" : "cancelled"),
        "cancelledOrders": .list(
          cancelled.map { order in
            .members([
              "order_id": .text(order.id.text),
              "cliOrdId": order.clientOrderID.map { .text($0) },
            ])
          }),
        "orderEvents": .list(cancelled.compactMap { OrderSpelling.cancelEvent($0, book) }),
      ]))
  }

  private static func cancelAllAfter(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> VenueHTTPResponse {
    guard let text = call.parameter("timeout") else {
      return call.error("requiredArgumentMissing")
    }
    guard let seconds = UInt32(text) else { return call.error("invalidArgument: timeout") }
    let time = state.machine.setDeadMan(seconds: Int64(seconds), now: call.now)
    return call.success(
      "status",
      .members([
        "currentTime": .text(Spelling.time(call.now.wall)),
        "triggerTime": .text(time.map { Spelling.time($0) } ?? "0"),
      ]))
  }
}
