import Domain
import SimulatedVenue

/// `batchorder`: many instructions in one request, each with a result of its own.
enum BatchAnswers {
  static let endpoints = [
    Endpoint("batchorder", ["POST"], readsRawBody: true) { batch($0, &$1) }
  ]

  private static let most = 500

  /// What became of one instruction: known already, or under a ticket of the gateway.
  private enum Item: Sendable {
    case known(JSON)
    case result(VenueResult, kind: Kind, tag: JSON?)
    case held(Int64, kind: Kind, tag: JSON?)
  }

  private enum Kind: Sendable {
    case send
    case edit
    case cancel(OrderName)
  }

  private static func batch(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> EndpointAnswer {
    guard let json = json(call) else { return .now(call.error("Json Parse Error")) }
    guard case .list(let instructions) = json["batchOrder"] else {
      return .now(call.error("requiredArgumentMissing"))
    }
    guard instructions.count <= most else {
      return .now(call.error("invalidArgument: batchOrder"))
    }
    var deadline: WallTime?
    do throws(OrderParameters.Refusal) {
      deadline = try OrderParameters(call).deadline()
    } catch {
      return .now(call.error(error.word))
    }
    var items: [Item] = []
    for instruction in instructions {
      items.append(carryOut(instruction, deadline, call, &state))
    }
    let tickets = items.compactMap { item -> Int64? in
      if case .held(let ticket, _, _) = item { ticket } else { nil }
    }
    let made = items
    let finish: EndpointAnswer.Finish = { results, call, book in
      call.success("batchStatus", .list(made.map { spell($0, results, call, book) }))
    }
    return tickets.isEmpty
      ? .now(finish([:], call, state.machine.book)) : .held(tickets, [:], finish)
  }

  /// The document: as it stands in the body, or URL-encoded in a parameter.
  private static func json(_ call: EndpointCall) -> JSON? {
    let body = call.request.body
    if body.hasPrefix("json="), let raw = try? JSONParser.parse(String(body.dropFirst(5))) {
      return raw
    }
    return call.parameter("json").flatMap { try? JSONParser.parse($0) }
  }

  private static func carryOut(
    _ instruction: JSON, _ deadline: WallTime?, _ call: EndpointCall,
    _ state: inout VenueCore.State
  ) -> Item {
    let tag = instruction["order_tag"]
    let texts = OrderParameters { name in text(instruction, name) }
    do throws(OrderParameters.Refusal) {
      switch instruction["order"]?.string {
      case "send":
        var request = try texts.placement(state.machine.book)
        request.processBefore = request.processBefore ?? deadline
        let ticket = state.ticket()
        let result = state.machine.place(request, ticket: ticket, now: call.now)
        return result.map { .result($0, kind: .send, tag: tag) }
          ?? .held(ticket, kind: .send, tag: tag)
      case "edit":
        return try edit(texts, tag, deadline, call, &state)
      case "cancel":
        guard let name = texts.name else {
          throw OrderParameters.Refusal(word: "requiredArgumentMissing")
        }
        let result = state.machine.cancel(
          name, processBefore: try texts.deadline() ?? deadline, now: call.now)
        return .result(result, kind: .cancel(name), tag: tag)
      default: throw OrderParameters.Refusal(word: "invalidArgument: order")
      }
    } catch {
      return .known(
        .members([
          "status": .text(word(error)), "order_tag": tag, "orderEvents": .list([]),
        ]))
    }
  }

  /// In a batch the texts of one instruction are refused with a status of their own.
  private static func word(_ refusal: OrderParameters.Refusal) -> String {
    switch refusal.word {
    case "invalidArgument: side": "invalidSide"
    case "invalidArgument: orderType": "invalidOrderType"
    default: refusal.word
    }
  }

  private static func edit(
    _ texts: OrderParameters, _ tag: JSON?, _ deadline: WallTime?, _ call: EndpointCall,
    _ state: inout VenueCore.State
  ) throws(OrderParameters.Refusal) -> Item {
    guard let name = texts.name, let order = state.machine.find(name),
      let contract = state.machine.book.contracts[order.instrument]
    else { throw OrderParameters.Refusal(word: "orderForEditNotFound") }
    var request = try texts.edit(name, contract.instrument)
    request.processBefore = request.processBefore ?? deadline
    let ticket = state.ticket()
    let result = state.machine.edit(request, ticket: ticket, now: call.now)
    return result.map { .result($0, kind: .edit, tag: tag) }
      ?? .held(ticket, kind: .edit, tag: tag)
  }

  /// A member as text, whatever its type: clients send numbers both ways.
  private static func text(_ instruction: JSON, _ name: String) -> String? {
    guard case .object(let members) = instruction else { return nil }
    switch members.last(where: { $0.name.lowercased() == name.lowercased() })?.value {
    case .text(let text): return text
    case .number(let digits): return digits
    case .flag(let flag): return flag ? "true" : "false"
    default: return nil
    }
  }

  private static func spell(
    _ item: Item, _ results: [Int64: VenueResult], _ call: EndpointCall, _ book: VenueBook
  ) -> JSON {
    switch item {
    case .known(let json): return json
    case .result(let result, let kind, let tag): return spell(result, kind, tag, call, book)
    case .held(let ticket, let kind, let tag):
      guard let result = results[ticket] else {
        fatalError("invariant broken: a held instruction is answered with its result")
      }
      return spell(result, kind, tag, call, book)
    }
  }

  private static func spell(
    _ result: VenueResult, _ kind: Kind, _ tag: JSON?, _ call: EndpointCall, _ book: VenueBook
  ) -> JSON {
    var events = OrderSpelling.events(result, book)
    var id = result.order.map { $0.id.text }
    var client = result.order?.clientOrderID
    if case .cancel(let name) = kind {
      let isCancelled = result.word == "cancelled"
      let event = isCancelled ? result.order.flatMap { OrderSpelling.cancelEvent($0, book) } : nil
      events = event.map { [$0] } ?? []
      switch name {
      case .venue(let asked): id = id ?? asked.text
      case .client(let asked): client = client ?? asked
      }
    }
    return .members([
      "status": .text(result.word), "order_tag": tag, "order_id": id.map { .text($0) },
      "cliOrdId": client.map { .text($0) },
      "dateTimeReceived": .text(Spelling.time(result.order?.receivedAt ?? call.now.wall)),
      "orderEvents": .list(events),
    ])
  }
}
