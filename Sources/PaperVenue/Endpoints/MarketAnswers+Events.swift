import Domain
import Foundation
import SimulatedVenue

extension MarketAnswers {
  /// What a list of events in public is about.
  enum Events: String, Sendable {
    case executions
    case orders
    case price
  }

  /// A page of trades as its query asks for it.
  private struct Page {
    let trades: [MarketTrade]
    let hasMore: Bool
  }

  /// `/api/history/v2|v3/market/{symbol}/executions|orders|price?since=&before=&sort=&count=` with
  /// `continuation_token`; every event is one of a trade: its execution, the order that rested for
  /// it, or the mark at its moment.
  ///
  /// `since` and `before` are milliseconds, both included.
  static func events(
    _ call: EndpointCall, _ markets: inout Markets, _ kind: Events
  ) -> VenueHTTPResponse {
    guard let id = market(call.rest.first, markets)?.contract.id,
      let contract = markets[id]?.contract
    else {
      return VenueHTTPResponse(
        ErrorBody.badRequest("\(call.rest.first ?? "") is no symbol of this venue"), status: 400)
    }
    guard let page = page(call, &markets, id) else {
      return VenueHTTPResponse(
        ErrorBody.badRequest(
          "since and before are milliseconds, sort is asc or desc, count is above 0 and a "
            + "continuation_token is one of an answer"), status: 400)
    }
    let token = page.hasMore ? page.trades.last.map(token) : nil
    return VenueHTTPResponse(
      .members([
        "elements": .list(page.trades.map { element($0, contract, kind) }),
        "len": .integer(page.trades.count), "continuationToken": token.map { .text($0) },
      ]))
  }

  /// Nil for a parameter that is none.
  private static func page(
    _ call: EndpointCall, _ markets: inout Markets, _ id: InstrumentID
  ) -> Page? {
    let now = call.now.market
    guard let since = milliseconds(call, "since"), let before = milliseconds(call, "before"),
      ["asc", "desc"].contains(call.parameter("sort") ?? "desc")
    else { return nil }
    let isAscending = call.parameter("sort") == "asc"
    let count = call.parameter("count").map { Int($0) ?? 0 } ?? InstrumentMarket.maximumTrades
    guard count > 0 else { return nil }
    let limit = min(count, InstrumentMarket.maximumTrades)
    var oldest = since ?? markets[id]?.start ?? now
    var newest = min(before ?? now, now)
    if let text = call.parameter("continuation_token") {
      guard let last = moment(of: text) else { return nil }
      if isAscending {
        oldest = max(oldest, last.advanced(byMilliseconds: 1))
      } else {
        newest = min(newest, last.advanced(byMilliseconds: -1))
      }
    }
    var trades: [MarketTrade]
    if isAscending {
      trades =
        markets[id]?.trades(
          from: oldest.advanced(byMilliseconds: -1), to: newest, limit: limit) ?? []
    } else {
      trades =
        markets[id]?.trades(newest: limit, before: newest.advanced(byMilliseconds: 1)) ?? []
      trades.removeAll { $0.time < oldest }
    }
    return Page(trades: trades, hasMore: trades.count == limit)
  }

  /// A parameter in milliseconds; nil inside when it is missing, nil outside when it is no number.
  private static func milliseconds(_ call: EndpointCall, _ name: String) -> MarketTime?? {
    guard let text = call.parameter(name) else { return .some(nil) }
    guard let milliseconds = Int64(text), milliseconds >= 0 else { return nil }
    return MarketTime(milliseconds: min(milliseconds, 100_000_000_000_000))
  }

  /// Where a page ends, as the venue spells it: `milliseconds/number` in Base64.
  private static func token(_ trade: MarketTrade) -> String {
    Data("\(trade.time.milliseconds)/\(trade.number)".utf8).base64EncodedString()
  }

  private static func moment(of token: String) -> MarketTime? {
    guard token.utf8.count <= 100, let data = Data(base64Encoded: token),
      let text = String(bytes: data, encoding: .utf8)
    else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let time = Int64(parts[0]), Int64(parts[1]) != nil,
      (0...100_000_000_000_000) ~= time
    else { return nil }
    return MarketTime(milliseconds: time)
  }

  // MARK: - Elements

  private static func element(
    _ trade: MarketTrade, _ contract: VenueContract, _ kind: Events
  ) -> JSON {
    let instrument = contract.instrument
    let uid: String
    let event: JSON
    switch kind {
    case .executions:
      uid = trade.identifier(3)
      event = .members([
        "Execution": .members([
          "execution": execution(trade, contract), "takerReducedQuantity": .text(""),
        ])
      ])
    case .orders:
      uid = trade.identifier(4)
      event = .members([
        "OrderPlaced": .members([
          "order": order(trade, contract, isMaker: true), "reason": .text("new_user_order"),
          "reducedQuantity": .text(""),
        ])
      ])
    case .price:
      uid = ""
      event = .members([
        "MarkPriceChanged": .members(["price": .text(instrument.text(trade.mark))])
      ])
    }
    return .members([
      "uid": .text(uid), "timestamp": .integer(trade.time.milliseconds), "event": event,
    ])
  }

  private static func execution(_ trade: MarketTrade, _ contract: VenueContract) -> JSON {
    let instrument = contract.instrument
    let value = instrument.notional(trade.price, trade.quantity, rounding: .nearest) ?? .zero
    return .members([
      "uid": .text(trade.uid), "makerOrder": order(trade, contract, isMaker: true),
      "takerOrder": order(trade, contract, isMaker: false),
      "timestamp": .integer(trade.time.milliseconds),
      "quantity": .text(instrument.text(trade.quantity)),
      "price": .text(instrument.text(trade.price)),
      "markPrice": .text(instrument.text(trade.mark)), "limitFilled": .flag(true),
      "usdValue": .text(cents(value)),
    ])
  }

  /// With two decimals, as the venue spells values.
  private static func cents(_ money: Money) -> String {
    let cents = Rounding.nearest.divide(Int128(money.micros), by: 10_000)
    let digits = String(cents)
    let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    return "\(padded.dropLast(2)).\(padded.suffix(2))"
  }

  private static func order(
    _ trade: MarketTrade, _ contract: VenueContract, isMaker: Bool
  ) -> JSON {
    let instrument = contract.instrument
    let isBuy = (trade.side == .buy) != isMaker
    return .members([
      "uid": .text(trade.identifier(isMaker ? 1 : 2)), "tradeable": .text(contract.symbol),
      "direction": .text(isBuy ? "Buy" : "Sell"),
      "quantity": .text(instrument.text(trade.quantity)),
      "timestamp": .integer(trade.time.milliseconds),
      "limitPrice": .text(instrument.text(trade.price)),
      "orderType": .text(isMaker ? "Post" : "IoC"), "reduceOnly": .flag(false),
      "lastUpdateTimestamp": .integer(trade.time.milliseconds),
    ])
  }
}
