import Domain
import SimulatedVenue

extension MarketAnswers {
  /// Most hours of one answer: eighty days.
  static let mostRates: Int64 = 2000

  /// The hourly rates of `?symbol=` that have begun, oldest first, at most the newest `mostRates`.
  static func fundingRates(_ call: EndpointCall, _ markets: inout Markets) -> VenueHTTPResponse {
    guard let symbol = call.parameter("symbol") else {
      return call.error("requiredArgumentMissing")
    }
    guard let id = market(symbol, markets)?.contract.id, let start = markets[id]?.start,
      let instrument = markets[id]?.instrument
    else { return call.error("contractNotFound") }
    let hour = Timeframe.oneHour
    let last = hour.openTime(of: call.now.market)
    var time = max(
      hour.openTime(of: start),
      last.advanced(byMilliseconds: (1 - mostRates) * hour.milliseconds))
    var rates: [JSON] = []
    while time <= last {
      if let rate = markets[id]?.fundingRate(at: time),
        let index = markets[id]?.point(at: max(time, start))?.index
      {
        rates.append(
          .members([
            "timestamp": .text(ISO8601.text(milliseconds: time.milliseconds)),
            "fundingRate": .number(rate.absolute(index: index, of: instrument).description),
            "relativeFundingRate": .number(rate.decimal.description),
          ]))
      }
      time = time.advanced(byMilliseconds: hour.milliseconds)
    }
    return call.success("rates", .list(rates))
  }

  /// Every schedule that a listed contract names; all have the one tier that fills are charged by.
  static func feeSchedules(_ call: EndpointCall, _ markets: Markets) -> VenueHTTPResponse {
    let schedules = feeScheduleUIDs(markets).map { uid -> JSON in
      let fees = markets.values.first { $0.contract.listing.feeScheduleUID == uid }?.contract
      return .members([
        "uid": .text(uid), "name": .text("mainfees"),
        "tiers": .list([
          .members([
            "makerFee": percent(fees?.makerFee ?? VenueContract.standardMakerFee),
            "takerFee": percent(fees?.takerFee ?? VenueContract.standardTakerFee),
            "usdVolume": .number("0"),
          ])
        ]),
      ])
    }
    return call.success("feeSchedules", .list(schedules))
  }

  /// Private `feeschedules/volumes`: what the account traded in 30 days, as told by its book.
  static func feeVolumes(
    _ call: EndpointCall, _ volume: Money, _ markets: Markets
  ) -> VenueHTTPResponse {
    let volumes = feeScheduleUIDs(markets).map { uid in
      JSON.Member(name: uid, value: Spelling.money(volume))
    }
    return call.success("volumesByFeeSchedule", .object(volumes))
  }

  private static func feeScheduleUIDs(_ markets: Markets) -> [String] {
    Set(markets.values.map(\.contract.listing.feeScheduleUID)).sorted()
  }

  /// Parts per million in percent.
  private static func percent(_ millionths: Int64) -> JSON {
    .number(ExactDecimal(mantissa: millionths, exponent: -4)?.description ?? "0")
  }
}
