import Domain
import Foundation
import Testing

@testable import Exchange

/// Every REST payload there is of the venue and its clients, each with what it has to come to.
@Suite("every payload", .enabled(if: SharedFiles.present, SharedFiles.missing))
struct FixtureSweepTests {
  /// Which call a file answers, by a part of its name; the first that fits.
  private static let calls: [(part: String, call: Call)] = [
    ("cancel-all", .none), ("CancelAll", .none), ("send-batch", .none), ("executions", .none),
    ("GetExecutionEvents", .none), ("SymbolStatus", .none), ("set-leverage", .none),
    ("SetLeverage", .none), ("fee-schedule", .none), ("FeeSchedule", .none),
    ("feeschedules", .none), ("send-order", .place), ("futures-rest.", .place),
    ("PlaceOrder", .place), ("http_send_order", .place), ("cancel-order", .cancel),
    ("CancelOrder", .cancel), ("http_cancel_order", .cancel), ("edit-order", .amend),
    ("EditOrder", .amend), ("GetOrders", .orderStatus), ("open-orders", .openOrders),
    ("OpenOrders", .openOrders), ("openorders", .openOrders), ("open_orders", .openOrders),
    ("open-positions", .openPositions), ("OpenPositions", .openPositions),
    ("openpositions", .openPositions), ("open_positions", .openPositions), ("fills", .fills),
    ("UserTrades", .fills), ("history_orders", .orderHistory), ("order_events", .orderHistory),
    ("get-accounts", .account), ("GetBalances", .account), ("instrument", .instruments),
    ("GetSymbols", .instruments), ("get-leverage", .marginModes), ("GetLeverage", .marginModes),
    ("tickers", .tickers), ("GetTickers", .tickers), ("candles", .candles),
    ("GetKlines", .candles), ("rate-limits.error", .fills),
    // What is never asked.
    ("get-ticker.", .none), ("notifications", .none), ("Notifications", .none),
    ("pnl-currency", .none), ("PnlCurrency", .none), ("unwind-queue", .none),
    ("funding", .none), ("Funding", .none), ("subaccounts", .none), ("rfq", .none),
    ("sub-account-transfer", .none), ("withdrawal", .none), ("Transfer", .none),
    ("account_log", .none), ("AccountLog", .none), ("orderbook", .none), ("OrderBook", .none),
    ("GetTrades", .none), ("SelfTradeStrategy", .none), ("triggers", .none),
    ("futures-introduction", .none), ("requests.json", .none),
  ]

  enum Call: CaseIterable {
    case none, place, cancel, amend, orderStatus, openOrders, openPositions, fills, orderHistory
    case account, instruments, marginModes, tickers, candles
  }

  /// The payloads that are not an answer to their call, with the reason.
  private static let refusals: [String: String] = [
    // A client's placeholder instead of a list.
    "clients/kraken.net/Endpoints.Futures.Trading.GetOrders.json": "HTTP 200: no or bad orders",
    // Made by hand by a client: `orderEvents` where the venue writes `elements`.
    "clients/nautilus/http_futures_order_events.json": "HTTP 200: no or bad elements",
    "clients/nautilus/http_futures_order_events_unknown.json": "HTTP 200: no or bad elements",
    // The venue's own refusals.
    "docs/futures-api.trading.get-open-positions.error.json": "apiLimitExceeded",
    "docs/futures-api.trading.send-order.iocWouldNotExecute.json": "iocWouldNotExecute",
    "docs/guides.futures-rate-limits.error.json": "apiLimitExceeded",
    "docs/guides.futures-rest.insufficientAvailableFunds.json": "insufficientAvailableFunds",
  ]

  static let files: [String] = {
    let root = SharedFiles.payloads
    let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    // The streams are read by the WebSocket side; these two hold no answers of the venue.
    let other = ["auth_vectors.json", "docs_enums.json"]
    return all.filter { name in
      name.hasSuffix(".json") && name.contains("/") && !other.contains(name)
        && !name.contains("futures-api.websocket.") && !name.contains("/ws_")
    }.sorted()
  }()

  private func request(_ call: Call, _ body: JSONValue) throws -> VenueRequest {
    let status = body[["sendStatus", "cancelStatus", "editStatus"]]
    let id = ClientOrderID(unchecked: status[["cliOrdId", "cli_ord_id"]].text ?? "i-0123abcd")
    let wall = WallTime(milliseconds: 0)
    let inverse = try Sample.id("PI_XBTUSD")
    switch call {
    case .none, .place:
      let events = status["orderEvents"].list ?? []
      let symbols = events.compactMap {
        $0[["order", "orderPriorExecution", "orderTrigger"]]["symbol"].text
      }
      return .place(
        try Sample.placement(
          .limit(Price(ticks: 1)), lots: 1_000_000, symbol: symbols.first ?? "PI_XBTUSD",
          id: id.text))
    case .cancel: return .cancel(id, processBefore: wall)
    case .amend:
      return .amend(
        OrderAmendment(
          clientOrderID: id, instrument: inverse, quantity: Quantity(lots: 1), trigger: nil,
          processBefore: wall))
    case .orderStatus:
      let ids = (body["orders"].list ?? []).compactMap {
        $0["order"]["cliOrdId"].text.flatMap { ClientOrderID($0) }
      }
      return .orderStatus(ids)
    case .openOrders: return .openOrders
    case .openPositions: return .openPositions
    case .fills: return .fills
    case .orderHistory: return .orderHistory(since: wall, before: wall)
    case .account: return .account
    case .instruments: return .instruments
    case .marginModes: return .marginModes
    case .tickers: return .tickers
    case .candles:
      return .candles(
        try Sample.id("PF_XBTUSD"), .oneHour, from: MarketTime(milliseconds: 0), to: nil)
    }
  }

  private func judge(_ call: Call, _ bytes: [UInt8]) throws -> AnswerJudge {
    let instruments = try Sample.instruments().merging(Sample.inverse()) { first, _ in first }
    let request = try request(call, JSONParser.parse(bytes))
    return AnswerJudge(request, .answered(status: 200, body: bytes), instruments: instruments)
  }

  private func call(_ file: String) throws -> Call {
    try #require(Self.calls.first { file.contains($0.part) }, "\(file) is not classified").call
  }

  @Test func `the payloads are there`() {
    #expect(Self.files.count > 90)
  }

  @Test(arguments: files)
  func `is read, or refused with its reason`(_ file: String) throws {
    let call = try call(file)
    let bytes = Array(try SharedFiles.text(file).utf8)
    let judge = try judge(call, bytes)
    guard call != .none else {
      // No order was ever asked for by these: none of them may look like one that was placed.
      if case .answer = judge.outcome { Issue.record("\(file) proves an order") }
      for call in Call.allCases { _ = try self.judge(call, bytes) }
      return
    }
    switch judge.outcome {
    case .answer: #expect(Self.refusals[file] == nil, "\(file) is read")
    case .refused(let reason), .ambiguous(let reason):
      #expect(Self.refusals[file] == reason, "\(file): \(reason)")
    }
  }
}
