import Domain
import Ledger
import OrderRouter

// Words for the trace, and the tally of what the router decided.
extension Simulator {
  static func text(_ request: VenueRequest) -> String {
    switch request {
    case .place(let order):
      "place \(order.clientOrderID.text.prefix(13)) \(order.instrument) \(order.side.rawValue) "
        + "\(order.quantity.lots) \(order.type.name) \(order.type.price?.ticks ?? 0)"
    case .cancel(let id, _): "cancel \(id.text.prefix(13))"
    case .amend(let change):
      "amend \(change.clientOrderID.text.prefix(13)) \(change.quantity.lots) trigger "
        + "\(change.trigger?.ticks ?? 0)"
    case .orderStatus: "order status"
    case .openOrders: "open orders"
    case .openPositions: "open positions"
    case .fills: "fills"
    case .olderFills: "older fills"
    case .orderHistory: "order history"
    case .account: "account"
    case .marginModes: "margin modes"
    case .instruments: "instruments"
    case .tickers: "tickers"
    case .candles: "candles"
    case .spotCandles: "spot-candles"
    }
  }

  static func text(_ outcome: VenueOutcome) -> String {
    switch outcome {
    case .answer(.placed(let answer)):
      "\(answer.word), \(answer.fills.count) fills, rests \(answer.rests)"
    case .answer(.cancel(let answer)): answer.rawValue
    case .answer(.amended(let word)): word
    case .answer: "answer"
    case .refused(let word): "refused \(word)"
    case .ambiguous(let why): "ambiguous \(why)"
    }
  }

  /// Counts a record that stayed, and tells of it.
  func note(_ record: LedgerRecord) {
    switch record {
    case .orderStatus(let id, let status, _, let text):
      if status == .unknown { tally.unknowns += 1 }
      if status.isTerminal { tally.order_ends[status.rawValue, default: 0] += 1 }
      say("record: \(id.text.prefix(13)) is \(status.rawValue) \(text)")
    case .orderDenied(let id, let denial):
      tally.order_ends["denied", default: 0] += 1
      say("record: \(id.text.prefix(13)) denied \(denial)")
    case .orderSending(let row):
      say(
        "record: \(row.role.rawValue) \(row.rung)/\(row.attempt) \(row.id.text.prefix(13)) sending")
    case .intentAccepted(let row): say("record: intent \(row.name) \(row.instrument) accepted")
    case .intentClosed(let hash): say("record: intent \(hash.short) closed")
    case .position(let row):
      say("record: \(row.instrument) holds \(row.position.signedLots) stop \(row.stop.ticks)")
    case .changeSending(let id, _): say("record: \(id.text.prefix(13)) change sending")
    case .changeDoubtful(let id): say("record: \(id.text.prefix(13)) change in doubt")
    case .changeEnded(let id, let taken):
      say("record: \(id.text.prefix(13)) change ended, taken \(taken)")
    case .adjustment(let one): say("record: \(one.instrument) adjusted \(one.from) to \(one.to)")
    case .risk(.locked(let lock)):
      tally.locks += 1
      say("record: locked \(lock.kind.rawValue) \(lock.scope) \(lock.why)")
    case .frozen(let id, let why): say("record: \(id) frozen \(why ?? "no more")")
    case .state(let text): say("record: state \(text)")
    case .tradeClosed(let trade):
      say("record: \(trade.instrument) round trip ended by \(trade.end.rawValue)")
    case .fill, .intentDenied, .intentState, .account, .resolution, .property, .risk: break
    }
  }

  func note(_ verdict: Verdict) {
    switch verdict {
    case .accepted:
      tally.accepted += 1
      say("router: accepts")
    case .denied(let denials):
      tally.denied += 1
      for denial in denials { tally.denials[denial.reason.rawValue, default: 0] += 1 }
      say("router: denies \(denials)")
    }
  }
}

extension OrderType {
  fileprivate var name: String {
    switch self {
    case .immediateOrCancel: "ioc"
    case .limit: "lmt"
    case .postOnly: "post"
    case .market: "mkt"
    case .stop: "stp"
    case .takeProfit: "take_profit"
    }
  }

  fileprivate var price: Price? {
    switch self {
    case .immediateOrCancel(let price), .limit(let price), .postOnly(let price): price
    case .stop(let trigger), .takeProfit(let trigger): trigger
    case .market: nil
    }
  }
}
