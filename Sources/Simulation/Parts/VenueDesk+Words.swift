import Domain
import SimulatedVenue

// How the venue's results read at the other end of the wire; the same judgements as `Exchange`
// makes of the bodies.
extension VenueDesk {
  /// Words with which the venue says that it did nothing.
  private static let refusals: Set<String> = [
    "clientOrderIdInvalid", "clientOrderIdTooBig", "fixedLeverageTooHigh",
    "insufficientAvailableFunds", "invalidPrice", "invalidSize", "iocWouldNotExecute",
    "marketInactive", "marketIsPostOnly", "marketSuspended", "maxPositionViolation", "notFound",
    "orderForEditNotAStop", "orderForEditNotFound", "outsidePriceCollar", "postWouldExecute",
    "selfFill", "tooManyOrders", "tooManySmallOrders", "wouldCauseLiquidation",
    "wouldIncreasePriceDislocation", "wouldNotReducePosition", "wouldProcessAfterSpecifiedTime",
  ]

  static func order(_ placement: OrderPlacement) -> OrderRequest {
    var request = OrderRequest(
      clientOrderID: placement.clientOrderID.text, instrument: placement.instrument,
      side: placement.side, kind: .market, quantity: placement.quantity,
      reduceOnly: placement.reduceOnly, processBefore: placement.processBefore)
    switch placement.type {
    case .immediateOrCancel(let limit): (request.kind, request.limit) = (.immediateOrCancel, limit)
    case .limit(let price): (request.kind, request.limit) = (.limit, price)
    case .postOnly(let price): (request.kind, request.limit) = (.postOnly, price)
    case .market: break
    case .stop(let trigger): (request.kind, request.trigger) = (.stop, trigger)
    case .takeProfit(let trigger): (request.kind, request.trigger) = (.takeProfit, trigger)
    }
    return request
  }

  static func fill(_ fill: VenueFill) -> Fill {
    Fill(
      id: fill.id, instrument: fill.instrument, side: fill.side, quantity: fill.quantity,
      price: fill.price, time: fill.time, venueOrderID: fill.order,
      clientOrderID: fill.clientOrderID.flatMap { ClientOrderID($0) })
  }

  func outcome(of request: VenueRequest, _ result: VenueResult) -> VenueOutcome {
    switch request {
    case .place(let placement): placed(placement, result)
    case .amend:
      result.word == "edited"
        ? .answer(.amended(word: result.word))
        : Self.refusals.contains(result.word)
          ? .refused(word: result.word) : .ambiguous(why: result.word)
    case .cancel:
      CancelAnswer(rawValue: result.word).map { .answer(.cancel($0)) }
        ?? (result.word == "wouldProcessAfterSpecifiedTime"
          ? .refused(word: result.word) : .ambiguous(why: result.word))
    default: .ambiguous(why: "no such request is held")
    }
  }

  private func placed(_ placement: OrderPlacement, _ result: VenueResult) -> VenueOutcome {
    let fills = result.fills.map(Self.fill)
    if fills.isEmpty, Self.refusals.contains(result.word) { return .refused(word: result.word) }
    let isPlaced = ["placed", "partiallyFilled", "filled"].contains(result.word)
    guard isPlaced || !fills.isEmpty, let order = result.order else {
      return .ambiguous(why: result.word)
    }
    let filled = fills.reduce(Quantity.zero) { $0 + $1.quantity }
    let isAlive = result.word == "placed" || result.word == "partiallyFilled"
    return .answer(
      .placed(
        PlacementAnswer(
          venueOrderID: order.id,
          rests: isAlive && placement.type.rests && filled < placement.quantity, fills: fills,
          word: result.word)))
  }
}
