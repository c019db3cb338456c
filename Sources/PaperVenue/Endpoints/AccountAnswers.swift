import Daemon
import Domain
import SimulatedVenue

/// Reads of the account: open orders, positions, fills and money.
enum AccountAnswers {
  static let endpoints = [
    Endpoint(reading: "openorders") { openOrders($0, $1) },
    Endpoint(reading: "openpositions") { openPositions($0, $1) },
    Endpoint("fills") { fills($0, $1) },
    Endpoint(reading: "accounts") { accounts($0, $1) },
    Endpoint(reading: "unwindqueue") { unwindQueue($0, $1) },
    Endpoint(reading: "subaccounts") { subaccounts($0, $1) },
    Endpoint(reading: "feeschedules/volumes") {
      MarketAnswers.feeVolumes($0, volume($1.machine.book, $0.now.wall), $1.markets)
    },
  ]

  private static let volumeMilliseconds: Int64 = 30 * 24 * 3_600_000

  /// What the account traded in the last 30 days, of the fills that the book still holds.
  private static func volume(_ book: VenueBook, _ now: WallTime) -> Money {
    book.fills.reduce(Money.zero) { sum, fill in
      guard now.milliseconds - fill.time.milliseconds <= volumeMilliseconds,
        let instrument = book.contracts[fill.instrument]?.instrument,
        let notional = instrument.notional(fill.price, fill.quantity, rounding: .nearest)
      else { return sum }
      return sum + notional
    }
  }

  private static func openOrders(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    let book = state.machine.book
    let orders = book.openOrders.reversed().compactMap { order -> JSON? in
      guard let contract = book.contracts[order.instrument] else { return nil }
      return .members([
        "order_id": .text(order.id.text), "cliOrdId": order.clientOrderID.map { .text($0) },
        "symbol": .text(contract.symbol), "side": .text(order.side.rawValue),
        "orderType": .text(word(order)),
        "limitPrice": order.limit.map { Spelling.price($0, contract) },
        "stopPrice": order.trigger.map { Spelling.price($0, contract) },
        "unfilledSize": Spelling.quantity(order.unfilled, contract),
        "receivedTime": .text(Spelling.time(order.receivedAt)),
        "status": .text(order.filled > .zero ? "partiallyFilled" : "untouched"),
        "filledSize": Spelling.quantity(order.filled, contract),
        "reduceOnly": .flag(order.reduceOnly),
        "triggerSignal": order.isWaiting
          ? .text(order.signal == .index ? "spot" : order.signal.rawValue) : nil,
        "lastUpdateTime": .text(Spelling.time(order.updatedAt)),
      ])
    }
    return call.success("openOrders", .list(orders))
  }

  private static func word(_ order: VenueOrder) -> String {
    guard order.isWaiting else { return "lmt" }
    return order.kind == .stop ? "stop" : order.kind.rawValue
  }

  private static func openPositions(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    let machine = state.machine
    let positions = machine.book.positions.compactMap { id, lane -> JSON? in
      guard let instrument = machine.book.contracts[id]?.instrument else { return nil }
      let quantity = Quantity(lots: abs(lane.signedLots))
      let leverage = machine.book.preferences.maxLeverage[id]
      return .members([
        "side": .text(lane.signedLots > 0 ? "long" : "short"),
        "symbol": Spelling.symbol(id, machine.book),
        "price": .number(averagePrice(lane.cost, quantity, instrument)),
        "fillTime": lane.filledAt.map { .text(Spelling.time($0)) },
        "size": Spelling.quantity(quantity, instrument),
        "unrealizedPnl": Spelling.money(machine.unrealised(id)),
        "unrealizedFunding": Spelling.money(machine.unrealisedFunding(id)),
        "pnlCurrency": .text(machine.book.preferences.pnlCurrency[id] ?? "USD"),
        "maxFixedLeverage": leverage.map { PreferenceAnswers.leverage($0) },
      ])
    }
    return call.success("openPositions", .list(positions))
  }

  /// Cost over contracts, to the millionth.
  static func averagePrice(
    _ cost: Money, _ quantity: Quantity, _ instrument: Instrument
  ) -> String {
    Spelling.perContract(cost, quantity, instrument).description
  }

  private static func fills(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> EndpointAnswer {
    let book = state.machine.book
    guard let text = call.parameter("lastFillTime") else {
      return .now(
        call.success("fills", .list(book.fills.reversed().compactMap { fill($0, book) })))
    }
    guard let before = ISO8601.milliseconds(text) ?? Int64(text) else {
      return .now(call.error("invalidArgument: lastFillTime"))
    }
    let view = state.history
    return .reading {
      do throws(Fatal) {
        let fills = try view.fills(
          before: WallTime(milliseconds: before), most: VenueBook.mostFills)
        return call.success("fills", .list(fills.compactMap { fill($0, view.book) }))
      } catch {
        return call.error("Unavailable")
      }
    }
  }

  private static func fill(_ fill: VenueFill, _ book: VenueBook) -> JSON? {
    guard let instrument = book.contracts[fill.instrument]?.instrument else { return nil }
    return .members([
      "fill_id": .text(fill.id.text), "symbol": Spelling.symbol(fill.instrument, book),
      "side": .text(fill.side.rawValue), "order_id": .text(fill.order.text),
      "cliOrdId": fill.clientOrderID.map { .text($0) },
      "size": Spelling.quantity(fill.quantity, instrument),
      "price": Spelling.price(fill.price, instrument),
      "fillTime": .text(Spelling.time(fill.time)), "fillType": .text(fill.type.rawValue),
    ])
  }

  private static func accounts(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    let machine = state.machine
    let figures = AccountFigures(machine)
    let flex = JSON.members([
      "type": .text("multiCollateralMarginAccount"),
      "currencies": currencies(figures), "balanceValue": Spelling.money(figures.balanceValue),
      "portfolioValue": Spelling.money(figures.equity),
      "collateralValue": Spelling.money(figures.collateralValue),
      "initialMargin": Spelling.money(figures.initialMargin),
      "initialMarginWithOrders": Spelling.money(figures.initialMarginWithOrders),
      "maintenanceMargin": Spelling.money(figures.maintenanceMargin),
      "pnl": Spelling.money(figures.unrealised),
      "unrealizedFunding": Spelling.money(figures.funding),
      "totalUnrealized": Spelling.money(figures.unrealised + figures.funding),
      "totalUnrealizedAsMargin": Spelling.money(figures.unrealised + figures.funding),
      "marginEquity": Spelling.money(figures.marginEquity),
      "availableMargin": Spelling.money(figures.available),
    ])
    let cash = JSON.members(["type": .text("cashAccount"), "balances": .object([])])
    return call.success("accounts", .members(["cash": cash, "flex": flex]))
  }

  private static func currencies(_ figures: AccountFigures) -> JSON {
    let balance = Spelling.money(figures.balance)
    let dollars = JSON.members([
      "quantity": balance, "value": balance, "collateral": balance,
      "available": Spelling.money(min(figures.available, figures.balance)),
    ])
    let others = figures.holdings.map { holding in
      JSON.Member(
        name: holding.currency.code,
        value: .members([
          "quantity": Spelling.money(Money(micros: holding.quantity)),
          "value": Spelling.money(holding.value), "collateral": Spelling.money(holding.margin),
          "available": Spelling.money(Money(micros: holding.available(figures.available))),
        ]))
    }
    return .object([JSON.Member(name: "USD", value: dollars)] + others)
  }

  /// Where a position stands in the queue of those that would be assigned; nobody else is here.
  private static func unwindQueue(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    let book = state.machine.book
    let rows = book.positions.map { position in
      JSON.members(["symbol": Spelling.symbol(position.id, book), "percentile": .integer(20)])
    }
    return call.success("queue", .list(rows))
  }

  private static func subaccounts(
    _ call: EndpointCall, _ state: VenueCore.State
  ) -> VenueHTTPResponse {
    call.success(
      .init(name: "masterAccountUid", value: .text(Spelling.accountUID)),
      .init(name: "subaccounts", value: .list([])))
  }
}
