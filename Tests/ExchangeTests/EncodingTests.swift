import Domain
import Testing

@testable import Exchange

@Suite("requests in the venue's words")
struct EncodingTests {
  private let deadline = WallTime(milliseconds: 1_763_805_600_000)
  private let order = ClientOrderID(unchecked: "i-0123abcd")

  private func endpoint(_ request: VenueRequest) throws -> Endpoint {
    try RequestEncoder(instruments: Sample.instruments()).endpoint(request)
  }

  private func parameters(_ request: VenueRequest) throws -> String {
    try endpoint(request).request.parameters
  }

  @Test func `an entry names its price, its id and its deadline`() throws {
    let endpoint = try endpoint(.place(Sample.placement()))
    #expect(endpoint.isPrivate)
    #expect(endpoint.request.method == .post)
    #expect(endpoint.request.path == "/derivatives/api/v3/sendorder")
    #expect(
      endpoint.request.parameters
        == "orderType=ioc&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=70000&reduceOnly=false"
        + "&cliOrdId=i-0123abcd&processBefore=2025-11-22T10%3A00%3A00.000Z")
  }

  @Test func `a stop is triggered by the mark price and may only reduce`() throws {
    let stop = try Sample.placement(
      .stop(trigger: Price(ticks: 65_000)), lots: 1, side: .sell, reduceOnly: true)
    #expect(
      try parameters(.place(stop))
        == "orderType=stp&symbol=PF_XBTUSD&side=sell&size=0.0001&stopPrice=65000"
        + "&triggerSignal=mark&reduceOnly=true&cliOrdId=i-0123abcd"
        + "&processBefore=2025-11-22T10%3A00%3A00.000Z")
  }

  @Test(arguments: [
    (OrderType.market, "orderType=mkt&"), (.limit(Price(ticks: 5)), "orderType=lmt&"),
    (.takeProfit(trigger: Price(ticks: 5)), "orderType=take_profit&"),
  ])
  func `order types have the venue's words`(_ type: OrderType, _ word: String) throws {
    #expect(try parameters(.place(Sample.placement(type))).hasPrefix(word))
  }

  @Test(arguments: [
    ("PF_PEPEUSD", Int64(98), Int64(123), "size=98000&limitPrice=0.0000000123&"),
    ("PF_DOGEUSD", 100, 70_000, "size=100&limitPrice=0.07&"),
    ("PF_LTCUSD", 50, 7100, "size=0.5&limitPrice=71&"),
  ])
  func `sizes and prices are exact text without an exponent`(
    _ symbol: String, _ lots: Int64, _ ticks: Int64, _ expected: String
  ) throws {
    let placement = try Sample.placement(.limit(Price(ticks: ticks)), lots: lots, symbol: symbol)
    #expect(try parameters(.place(placement)).contains(expected))
  }

  @Test func `what is no order is not put into words`() throws {
    for placement in [
      try Sample.placement(lots: 0), try Sample.placement(.limit(Price(ticks: 0))),
      try Sample.placement(.stop(trigger: Price(ticks: -1))),
      try Sample.placement(symbol: "PF_NOSUCHUSD"),
      try Sample.placement(lots: .max, symbol: "PF_PEPEUSD"),
    ] {
      #expect(throws: Unencodable.self) { try endpoint(.place(placement)) }
    }
  }

  @Test func `cancel and amendment carry their deadline; an amendment sets the total`() throws {
    #expect(
      try parameters(.cancel(order, processBefore: deadline))
        == "cliOrdId=i-0123abcd&processBefore=2025-11-22T10%3A00%3A00.000Z")
    let amend = VenueRequest.amend(
      OrderAmendment(
        clientOrderID: order, instrument: try Sample.id("PF_XBTUSD"), quantity: Quantity(lots: 7),
        trigger: nil, processBefore: deadline))
    #expect(
      try parameters(amend)
        == "cliOrdId=i-0123abcd&size=0.0007&qtyMode=ABSOLUTE"
        + "&processBefore=2025-11-22T10%3A00%3A00.000Z")
    #expect(try endpoint(amend).request.path == "/derivatives/api/v3/editorder")
    let moved = VenueRequest.amend(
      OrderAmendment(
        clientOrderID: order, instrument: try Sample.id("PF_XBTUSD"), quantity: Quantity(lots: 7),
        trigger: Price(ticks: 60_000), processBefore: deadline))
    #expect(
      try parameters(moved)
        == "cliOrdId=i-0123abcd&size=0.0007&qtyMode=ABSOLUTE&stopPrice=60000"
        + "&processBefore=2025-11-22T10%3A00%3A00.000Z")
  }

  @Test func `spot candles are asked for under the contract's own symbol`() throws {
    let request = VenueRequest.spotCandles(
      try Sample.id("PF_XBTUSD"), .oneMinute, from: MarketTime(milliseconds: 60_000), to: nil)
    #expect(try endpoint(request).request.path == "/api/charts/v1/spot/PF_XBTUSD/1m")
    #expect(try endpoint(request).isPrivate == false)
  }

  @Test func `a look-up repeats the key and has bounds`() throws {
    let second = ClientOrderID(unchecked: "b+/=")
    #expect(
      try parameters(.orderStatus([order, second])) == "cliOrdIds=i-0123abcd&cliOrdIds=b%2B%2F%3D")
    #expect(throws: Unencodable.self) { try endpoint(.orderStatus([])) }
    #expect(throws: Unencodable.self) {
      try endpoint(.orderStatus(Array(repeating: order, count: 201)))
    }
  }

  @Test func `reads are where the venue has them`() throws {
    let window = VenueRequest.orderHistory(
      since: WallTime(milliseconds: 1_650_000_000_000),
      before: WallTime(milliseconds: 1_660_000_000_000))
    let candles = VenueRequest.candles(
      try Sample.id("PF_XBTUSD"), .oneHour, from: MarketTime(milliseconds: 1_650_000_000_000),
      to: MarketTime(milliseconds: 1_650_010_799_999))
    let expected: [(VenueRequest, String, Bool)] = [
      (.openOrders, "/derivatives/api/v3/openorders", true),
      (.openPositions, "/derivatives/api/v3/openpositions", true),
      (.fills, "/derivatives/api/v3/fills", true), (.account, "/derivatives/api/v3/accounts", true),
      (.instruments, "/derivatives/api/v3/instruments", false),
      (.tickers, "/derivatives/api/v3/tickers", false),
      (
        window,
        "/api/history/v3/orders?since=1650000000000&before=1660000000000&sort=asc&count=1000", true
      ),
      (candles, "/api/charts/v1/trade/PF_XBTUSD/1h?from=1650000000&to=1650010799", false),
    ]
    for (request, target, isPrivate) in expected {
      let endpoint = try endpoint(request)
      #expect(endpoint.request.method == .get)
      #expect(endpoint.request.target == target)
      #expect(endpoint.isPrivate == isPrivate)
    }
  }
}
