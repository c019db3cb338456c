import Domain
import SimulatedVenue

/// Reads of the account: open orders, positions, fills and money.
enum AccountAnswers {
  /// The venue's own bound of one answer.
  private static let mostFills = 100

  static func openOrders(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let book = state.machine.book
    let orders = book.openOrders.compactMap { order -> JSON? in
      guard let instrument = book.instruments[order.instrument] else { return nil }
      return .members([
        "order_id": .text(order.id.text), "cliOrdId": order.clientOrderID.map { .text($0) },
        "symbol": .text(order.instrument.symbol), "side": .text(order.side.rawValue),
        "orderType": .text(word(order.kind)),
        "limitPrice": order.limit.map { Spelling.price($0, instrument) },
        "stopPrice": order.trigger.map { Spelling.price($0, instrument) },
        "unfilledSize": Spelling.quantity(order.unfilled, instrument),
        "receivedTime": .text(Spelling.time(order.receivedAt)),
        "status": .text(order.filled > .zero ? "partiallyFilled" : "untouched"),
        "filledSize": Spelling.quantity(order.filled, instrument),
        "reduceOnly": .flag(order.reduceOnly),
        "triggerSignal": order.kind.isTrigger ? .text("mark") : nil,
        "lastUpdateTime": .text(Spelling.time(order.updatedAt)),
      ])
    }
    return call.success("openOrders", .list(orders))
  }

  private static func word(_ kind: VenueOrderKind) -> String {
    switch kind {
    case .limit, .postOnly, .immediateOrCancel, .market: "lmt"
    case .stop: "stop"
    case .takeProfit: "take_profit"
    }
  }

  static func openPositions(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let book = state.machine.book
    let positions = book.holdings.sorted { $0.key < $1.key }.compactMap { id, holding -> JSON? in
      guard holding.signedLots != 0, let instrument = book.instruments[id] else { return nil }
      let quantity = Quantity(lots: abs(holding.signedLots))
      return .members([
        "side": .text(holding.signedLots > 0 ? "long" : "short"), "symbol": .text(id.symbol),
        "price": .number(averagePrice(holding.cost, quantity, instrument)),
        "size": Spelling.quantity(quantity, instrument),
        "unrealizedPnl": state.machine.prices[id].map {
          Spelling.money(book.unrealised(id, at: $0))
        }, "unrealizedFunding": .number("0"),
      ])
    }
    return call.success("openPositions", .list(positions))
  }

  /// Cost over contracts, to the millionth.
  private static func averagePrice(
    _ cost: Money, _ quantity: Quantity, _ instrument: Instrument
  ) -> String {
    guard let contracts = instrument.decimal(quantity) else { return "0" }
    var numerator = Int128(cost.micros)
    var denominator = Int128(contracts.mantissa)
    for _ in 0..<max(0, -contracts.exponent) { numerator *= 10 }
    for _ in 0..<max(0, contracts.exponent) { denominator *= 10 }
    let micros = Rounding.nearest.divide(numerator, by: denominator)
    return Money(micros: Int64(clamping: micros)).description
  }

  static func fills(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let book = state.machine.book
    let before = call.parameter("lastFillTime").flatMap { ISO8601.milliseconds($0) }
    let fills = book.fills.reversed().lazy
      .filter { fill in before.map { fill.time.milliseconds < $0 } ?? true }
      .prefix(mostFills)
    return call.success(
      "fills",
      .list(
        fills.compactMap { fill in
          guard let instrument = book.instruments[fill.instrument] else { return nil }
          return .members([
            "fill_id": .text(fill.id.text), "symbol": .text(fill.instrument.symbol),
            "side": .text(fill.side.rawValue), "order_id": .text(fill.order.text),
            "cliOrdId": fill.clientOrderID.map { .text($0) },
            "size": Spelling.quantity(fill.quantity, instrument),
            "price": Spelling.price(fill.price, instrument),
            "fillTime": .text(Spelling.time(fill.time)),
            "fillType": .text(fill.isMaker ? "maker" : "taker"),
          ])
        }))
  }

  static func accounts(_ call: EndpointCall, _ state: VenueCore.State) -> VenueHTTPResponse {
    let machine = state.machine
    let equity = Spelling.money(machine.equity)
    let margin = Spelling.money(machine.book.margin(at: machine.prices))
    let unrealised = Spelling.money(machine.book.unrealised(at: machine.prices))
    let balance = Spelling.money(machine.book.balance)
    let available = Spelling.money(machine.availableMargin)
    let flex = JSON.members([
      "type": .text("multiCollateralMarginAccount"),
      "currencies": .members([
        "USD": .members([
          "quantity": balance, "value": balance, "collateral": balance, "available": available,
        ])
      ]), "balanceValue": balance, "portfolioValue": equity, "collateralValue": balance,
      "initialMargin": margin, "initialMarginWithOrders": margin, "maintenanceMargin": margin,
      "pnl": unrealised, "unrealizedFunding": .number("0"), "totalUnrealized": unrealised,
      "totalUnrealizedAsMargin": unrealised, "marginEquity": equity, "availableMargin": available,
    ])
    return call.success("accounts", .members(["flex": flex]))
  }
}
