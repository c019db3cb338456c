import Domain
import SimulatedVenue

extension MarketAnswers {
  /// `tickers`, with `?symbol=` those named; `tickers/{symbol}` one of them.
  static func tickers(
    _ call: EndpointCall, _ markets: inout Markets, _ machine: VenueMachine
  ) -> VenueHTTPResponse {
    if let symbol = call.rest.first {
      let id = market(symbol, markets)?.contract.id
      if let id, machine.isHalted(id) { return call.error(unavailable) }
      guard let id,
        let ticker = ticker(id, &markets, machine, call.now.market)
      else { return call.error("contractNotFound") }
      return call.success("ticker", ticker)
    }
    let named = call.parameters("symbol").compactMap { InstrumentID($0) }
    let isAll = call.parameters("symbol").isEmpty
    var tickers: [JSON] = []
    for id in markets.keys.sorted() where isAll || named.contains(id) {
      if let ticker = ticker(id, &markets, machine, call.now.market) {
        tickers.append(ticker)
      }
    }
    return call.success("tickers", .list(tickers))
  }

  /// The figures of one contract; nil before its first bar.
  ///
  /// The path of the price is a print at every moment, so
  /// `lastTime` is now; figures of 24 hours are those of the base bars.
  private static func ticker(
    _ id: InstrumentID, _ markets: inout Markets, _ machine: VenueMachine, _ now: MarketTime
  ) -> JSON? {
    guard !machine.isHalted(id), let contract = markets[id]?.contract,
      let point = markets[id]?.point(at: now),
      let day = markets[id]?.dayFigures(at: now),
      let interest = markets[id]?.openInterest(at: now),
      let rate = markets[id]?.fundingRate(at: now),
      let prediction = markets[id]?.fundingPrediction(at: now)
    else { return nil }
    let instrument = contract.instrument
    // The book says best prices only of a contract whose price it was told for this moment.
    let isPriced = machine.markets[id]?.time == now
    let depth =
      isPriced
      ? machine.depth(id) ?? Depth(instrument: instrument, last: point.last)
      : Depth(instrument: instrument, last: point.last)
    let bid =
      (isPriced ? machine.levels(id, .buy).first : nil) ?? (depth.bid, depth.quantity(level: 0))
    let ask =
      (isPriced ? machine.levels(id, .sell).first : nil) ?? (depth.ask, depth.quantity(level: 0))
    let condition = machine.book.conditions[id] ?? MarketCondition()
    let newest = markets[id]?.trades(newest: 1, before: now.advanced(byMilliseconds: 1)).first
    func price(_ price: Price) -> JSON { Spelling.price(price, instrument) }
    func absolute(_ rate: FundingRate) -> JSON {
      .number(rate.absolute(index: point.index, of: instrument).description)
    }
    return .members([
      "tag": .text("perpetual"), "pair": .text(contract.listing.pair),
      "symbol": .text(contract.symbol), "markPrice": price(point.mark),
      "bid": price(bid.price), "bidSize": Spelling.quantity(bid.quantity, instrument),
      "ask": price(ask.price), "askSize": Spelling.quantity(ask.quantity, instrument),
      "vol24h": Spelling.quantity(day.volume, instrument),
      "volumeQuote": Spelling.money(day.turnover(of: instrument)),
      "change24h": .number(hundredths(day.changeBasisPoints)),
      "openInterest": Spelling.quantity(interest, instrument), "open24h": price(day.open),
      "high24h": price(day.high), "low24h": price(day.low), "indexPrice": price(point.index),
      "last": price(point.last), "lastTime": .text(ISO8601.text(milliseconds: now.milliseconds)),
      "lastSize": Spelling.quantity(newest?.quantity ?? Quantity(lots: 1), instrument),
      "suspended": .flag(condition.isSuspended), "fundingRate": absolute(rate),
      "fundingRatePrediction": absolute(prediction),
      "postOnly": .flag(contract.listing.isPostOnly || condition.isPostOnly),
    ])
  }

  /// Basis points in percent.
  private static func hundredths(_ basisPoints: Int64) -> String {
    ExactDecimal(mantissa: basisPoints, exponent: -2)?.description ?? "0"
  }

  /// The market's levels and the account's resting orders, best first.
  static func orderBook(_ call: EndpointCall, _ machine: VenueMachine) -> VenueHTTPResponse {
    guard let symbol = call.parameter("symbol") else {
      return call.error("requiredArgumentMissing")
    }
    guard let id = InstrumentID(symbol), machine.markets[id] != nil,
      let instrument = machine.book.contracts[id]?.instrument
    else { return call.error("contractNotFound") }
    if machine.isHalted(id) { return call.error(unavailable) }
    func side(_ side: Side) -> JSON {
      .list(
        machine.levels(id, side).map { price, quantity in
          .list([
            Spelling.price(price, instrument), Spelling.quantity(quantity, instrument),
          ])
        })
    }
    return call.success("orderBook", .members(["asks": side(.sell), "bids": side(.buy)]))
  }
}
