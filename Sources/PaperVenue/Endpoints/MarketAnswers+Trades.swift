import Domain
import SimulatedVenue

extension MarketAnswers {
  private static let mostHistory = 100
  private static let historyMilliseconds: Int64 = 7 * 86_400_000

  /// `history?symbol=&lastTime=`: the newest 100 trades before `lastTime`, of the last seven days,
  /// newest first; `trade_id` counts down to 1 within the answer, as the venue's does.
  static func history(_ call: EndpointCall, _ markets: inout Markets) -> VenueHTTPResponse {
    guard let symbol = call.parameter("symbol") else {
      return call.error("requiredArgumentMissing")
    }
    guard let id = market(symbol, markets)?.contract.id, let instrument = markets[id]?.instrument
    else { return call.error("contractNotFound") }
    let now = call.now.market
    var before = now.advanced(byMilliseconds: 1)
    if let text = call.parameter("lastTime") {
      guard let time = ISO8601.milliseconds(text) else {
        return call.error("invalidArgument: lastTime")
      }
      before = min(before, MarketTime(milliseconds: time))
    }
    let oldest = now.advanced(byMilliseconds: -historyMilliseconds)
    let trades = (markets[id]?.trades(newest: mostHistory, before: before) ?? [])
      .filter { $0.time >= oldest }
    let listed = trades.enumerated().map { index, trade -> JSON in
      .members([
        "time": .text(ISO8601.text(milliseconds: trade.time.milliseconds)),
        "trade_id": .integer(trades.count - index),
        "price": Spelling.price(trade.price, instrument),
        "size": Spelling.quantity(trade.quantity, instrument),
        "side": .text(trade.side.rawValue), "type": .text(trade.kind.rawValue),
        "uid": .text(trade.uid),
      ])
    }
    return call.success("history", .list(listed))
  }
}
