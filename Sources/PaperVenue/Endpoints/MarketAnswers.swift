import Domain
import SimulatedVenue

/// What the venue says of its contracts in public; stamps of the market are market time.
enum MarketAnswers {
  typealias Markets = [InstrumentID: any ContractMarket]

  /// `?contractType=` keeps the contracts of those types.
  static func instruments(_ call: EndpointCall, _ markets: Markets) -> VenueHTTPResponse {
    call.success("instruments", .list(contracts(call, markets).map(instrument)))
  }

  /// The contracts that a list is asked for, by name.
  private static func contracts(_ call: EndpointCall, _ markets: Markets) -> [VenueContract] {
    let types = call.parameters("contractType")
    guard types.isEmpty || types.contains(type) else { return [] }
    return markets.values.map(\.contract).sorted { $0.id < $1.id }
  }

  private static let type = "flexible_futures"

  private static func instrument(_ contract: VenueContract) -> JSON {
    let instrument = contract.instrument
    let listing = contract.listing
    let retail = listing.retailMarginLevels
    return .members([
      "symbol": .text(contract.symbol), "pair": .text(listing.pair), "base": .text(listing.base),
      "quote": .text(listing.quote), "type": .text(type),
      "tickSize": .number(instrument.tickSize.description), "contractSize": .number("1"),
      "tradeable": .flag(instrument.tradeable),
      "impactMidSize": .number(listing.impactMidSize.description),
      "maxPositionSize": Spelling.quantity(instrument.maxPosition, instrument),
      "openingDate": .text(listing.openingDate),
      "marginLevels": levels(contract.marginLevels),
      "fundingRateCoefficient": .integer(contract.fundingRateCoefficient),
      "maxRelativeFundingRate": share(contract.maxRelativeFundingRate),
      "isin": listing.isin.map { .text($0) },
      "contractValueTradePrecision": .integer(-instrument.lotSize.exponent),
      "postOnly": .flag(listing.isPostOnly), "feeScheduleUid": .text(listing.feeScheduleUID),
      "retailMarginLevels": levels(retail.isEmpty ? contract.marginLevels : retail),
      "category": .text(listing.category), "tags": .list(listing.tags.map { .text($0) }),
      "tradfi": .flag(listing.isTradFi), "mtf": .flag(listing.isOnMTF),
      "isExpired": .flag(listing.isExpired),
      "makerProtectionMillis": instrument.makerProtectionMilliseconds == 0
        ? nil : .integer(instrument.makerProtectionMilliseconds),
    ])
  }

  private static func levels(_ levels: [MarginLevel]) -> JSON {
    .list(
      levels.map { level in
        .members([
          "numNonContractUnits": Spelling.money(level.from),
          "initialMargin": share(level.initial), "maintenanceMargin": share(level.maintenance),
        ])
      })
  }

  /// Parts per million as a fraction.
  private static func share(_ millionths: Int64) -> JSON {
    .number(Money(micros: millionths).description)
  }

  /// `instruments/status` of all contracts, `instruments/{symbol}/status` of one.
  static func status(_ call: EndpointCall, _ markets: Markets) -> VenueHTTPResponse {
    guard let symbol = call.rest.first else {
      return call.success(
        "instrumentStatus",
        .list(contracts(call, markets).map { .object(status($0)) }))
    }
    guard let market = market(symbol, markets) else { return call.error("contractNotFound") }
    return VenueHTTPResponse(
      .object(
        [.init(name: "result", value: .text("success"))] + status(market.contract)
          + [.init(name: "serverTime", value: .text(Spelling.time(call.now.wall)))]))
  }

  private static func status(_ contract: VenueContract) -> [JSON.Member] {
    [
      .init(name: "tradeable", value: .text(contract.symbol)),
      .init(name: "experiencingDislocation", value: .flag(false)),
      .init(name: "priceDislocationDirection", value: .null),
      .init(name: "experiencingExtremeVolatility", value: .flag(false)),
      .init(name: "extremeVolatilityInitialMarginMultiplier", value: .integer(1)),
    ]
  }

  /// The market of a symbol as a client spells it.
  static func market(_ symbol: String?, _ markets: Markets) -> (any ContractMarket)? {
    symbol.flatMap { InstrumentID($0) }.flatMap { markets[$0] }
  }

  static func notifications(_ call: EndpointCall) -> VenueHTTPResponse {
    call.success(
      "notifications",
      .list([
        .members([
          "type": .text("general"), "priority": .text("low"),
          "note": .text("This venue is a simulation: nothing here is worth money."),
          "effectiveTime": .text("2026-01-01T00:00:00.000Z"),
        ])
      ]))
  }
}
