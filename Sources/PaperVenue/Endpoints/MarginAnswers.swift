import Domain
import SimulatedVenue

/// What an order would need before it is sent: `initialmargin` and `initialmargin/maxordersize`.
enum MarginAnswers {
  static let endpoints = [
    Endpoint(reading: "initialmargin") { margin($0, $1) },
    Endpoint(reading: "initialmargin/maxordersize") { largest($0, $1) },
  ]

  /// `error` has the word of the refusal the order would get, when it would get one.
  private static func margin(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    do throws(OrderParameters.Refusal) {
      let request = try OrderParameters(call).placement(state.machine.book)
      guard request.kind == .limit || request.kind == .market else {
        return call.error("invalidArgument: orderType")
      }
      if request.kind == .limit && request.limit == nil {
        return call.error("requiredArgumentMissing")
      }
      guard request.quantity > .zero,
        let contract = state.machine.book.contracts[
          request.instrument]
      else { return call.error("invalidArgument: size") }
      guard let quote = state.machine.quote(request, now: call.now),
        let mark = state.machine.markets[request.instrument]?.mark
      else { return call.error("marketUnavailable") }
      let price = self.price(request.side, request.limit, contract, state)
      let threshold = state.liquidationThreshold(
        signedLots: quote.signedLots, room: quote.room, at: mark, contract.instrument)
      return call.success(
        .init(name: "initialMargin", value: Spelling.money(quote.margin)),
        .init(name: "price", value: price),
        .init(name: "estimatedLiquidationThreshold", value: Spelling.money(threshold)),
        .init(
          name: "error", value: quote.refusal.map { .text(Spelling.capitals($0)) } ?? .null))
    } catch {
      return call.error(error.isArgument ? error.word : "invalidArgument")
    }
  }

  private static func largest(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    guard let type = call.parameter("orderType"), let symbol = call.parameter("symbol") else {
      return call.error("requiredArgumentMissing")
    }
    guard let id = InstrumentID(symbol), let contract = state.machine.book.contracts[id] else {
      return call.error("invalidArgument: symbol")
    }
    var limit: Price?
    switch type.lowercased() {
    case "mkt": break
    case "lmt":
      guard let text = call.parameter("limitPrice") else {
        return call.error("requiredArgumentMissing")
      }
      limit = ExactDecimal(text).flatMap { contract.instrument.price(exactly: $0) }
      guard let limit, limit.ticks > 0 else { return call.error("invalidArgument: limitPrice") }
    default: return call.error("invalidArgument: orderType")
    }
    func size(_ side: Side) -> JSON {
      state.machine.largestOrder(id, side, now: call.now)
        .map { Spelling.quantity($0, contract) } ?? .null
    }
    return call.success(
      .init(name: "maxBuySize", value: size(.buy)),
      .init(name: "maxSellSize", value: size(.sell)),
      .init(name: "buyPrice", value: price(.buy, limit, contract, state)),
      .init(name: "sellPrice", value: price(.sell, limit, contract, state)))
  }

  /// The limit, or a market order's price protection; null without a market.
  private static func price(
    _ side: Side, _ limit: Price?, _ contract: VenueContract, _ state: VenueCore.State
  ) -> JSON {
    (limit ?? state.machine.depth(contract.id)?.protection(side))
      .map { Spelling.price($0, contract) } ?? .null
  }
}
