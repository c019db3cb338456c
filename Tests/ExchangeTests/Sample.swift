import Domain
import Testing

@testable import Exchange

/// Instruments, orders and bodies that several tests use.
enum Sample {
  static let key = "public-example-key"
  /// The example secret of the venue's documentation.
  static let secret =
    "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"

  static func credentials() throws -> APICredentials {
    try #require(APICredentials(key: key, base64Secret: secret))
  }

  static func id(_ symbol: String) throws -> InstrumentID { try #require(InstrumentID(symbol)) }

  static func decimal(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

  static func instrument(_ symbol: String, tick: String, lot: String) throws -> Instrument {
    try #require(
      Instrument(
        id: id(symbol), tickSize: decimal(tick), lotSize: decimal(lot),
        maxPosition: Quantity(lots: 1_000_000), initialMargin: decimal("0.02"),
        makerProtectionMilliseconds: 0, tradeable: true))
  }

  static func tier(
    _ threshold: String, _ initial: String, _ maintenance: String
  ) throws -> MarginTier {
    try #require(
      MarginTier(
        threshold: decimal(threshold), initialMargin: decimal(initial),
        maintenanceMargin: decimal(maintenance)))
  }

  static func instruments() throws -> [InstrumentID: Instrument] {
    let list = [
      try instrument("PF_XBTUSD", tick: "1", lot: "0.0001"),
      try instrument("PF_LTCUSD", tick: "0.01", lot: "0.01"),
      try instrument("PF_ETHUSD", tick: "0.1", lot: "0.001"),
      try instrument("PF_DOGEUSD", tick: "0.000001", lot: "1"),
      try instrument("PF_PEPEUSD", tick: "0.0000000001", lot: "1000"),
      try instrument("PF_DEFIUSD", tick: "0.1", lot: "1"),
    ]
    return Dictionary(list.map { ($0.id, $0) }) { first, _ in first }
  }

  /// The venue's inverse contract, for the documented payloads that use it.
  static func inverse() throws -> [InstrumentID: Instrument] {
    let instrument = try instrument("PI_XBTUSD", tick: "0.5", lot: "1")
    return [instrument.id: instrument]
  }

  static func placement(
    _ type: OrderType = .immediateOrCancel(limit: Price(ticks: 70_000)), lots: Int64 = 10,
    symbol: String = "PF_XBTUSD", side: Side = .buy, reduceOnly: Bool = false,
    id: String = "i-0123abcd"
  ) throws -> OrderPlacement {
    OrderPlacement(
      clientOrderID: ClientOrderID(unchecked: id), instrument: try self.id(symbol), side: side,
      quantity: Quantity(lots: lots), type: type, reduceOnly: reduceOnly,
      processBefore: WallTime(milliseconds: 1_763_805_600_000))
  }

  static func sendStatus(_ word: String, _ more: String = "") -> String {
    """
    {"result":"success","serverTime":"2026-11-22T10:00:00.100Z","sendStatus":{"status":"\(word)",\
    "order_id":"o-1","cliOrdId":"i-0123abcd","receivedTime":"2026-11-22T10:00:00.090Z"\(more)}}
    """
  }

  static func execution(_ id: String, amount: String, price: String = "69999") -> String {
    """
    {"type":"EXECUTION","executionId":"\(id)","price":\(price),"amount":\(amount),\
    "orderPriorExecution":{"orderId":"o-1","cliOrdId":"i-0123abcd","symbol":"pf_xbtusd"}}
    """
  }

  static let instrumentBody = """
    {"result":"success","serverTime":"2026-11-22T10:00:00.000Z","instruments":[{\
    "symbol":"PF_XBTUSD","type":"flexible_futures","tickSize":1,"contractSize":1,\
    "contractValueTradePrecision":4,"maxPositionSize":100,"tradeable":true,\
    "marginLevels":[{"numNonContractUnits":0,"initialMargin":0.02,"maintenanceMargin":0.01}]}]}
    """

  /// What `body` proves of `request`.
  static func outcome(
    _ request: VenueRequest, _ body: String, status: Int = 200,
    _ instruments: [InstrumentID: Instrument]? = nil
  ) throws -> VenueOutcome {
    AnswerJudge(
      request, .answered(status: status, body: Array(body.utf8)),
      instruments: try instruments ?? self.instruments()
    ).outcome
  }
}
