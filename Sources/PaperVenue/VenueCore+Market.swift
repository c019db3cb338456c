import Daemon
import Domain
import SimulatedVenue

// How the market moves on under the venue. A contract in which somebody waits for a price is played
// all the way, whoever asks; of the others only the price of now matters, and only when somebody
// asks for it.
extension VenueCore {
  /// The contracts whose price a request needs; nil for all of them.
  static func contracts(_ request: VenueHTTPRequest) -> [InstrumentID]? {
    let parts = request.path.split(separator: "/")
    if ["batchorder", "tickers"].contains(parts.last) { return nil }
    let named = request.parameters?.filter { $0.name.lowercased() == "symbol" }.map(\.value) ?? []
    return (named + parts.suffix(1).map { String($0) }).compactMap { InstrumentID($0) }
  }

  /// Plays the markets up to now; the clocks of this moment.
  func play(
    _ state: inout State, _ wall: WallTime, _ contracts: [InstrumentID]?
  ) -> VenueTime {
    var market = state.clock.market(at: wall)
    if let end = state.end, market >= end {
      market = end.advanced(byMilliseconds: -1)
      if !state.hasEnded {
        state.hasEnded = true
        log.warning("the recorded market is over and stands still", ["end": "\(end.milliseconds)"])
      }
    }
    // Market time does not go back, even if the wall clock is set back.
    market = hear(&state, at: max(state.played, market))
    for id in state.listed where !state.machine.isHalted(id) {
      if state.machine.book.watches(id) {
        Self.play(id, to: market, &state, wall)
        state.machine.meetOffers(id, now: VenueTime(wall: wall, market: market))
      } else if contracts.map({ $0.contains(id) }) ?? true,
        let point = state.markets[id]?.point(at: market)
      {
        state.machine.jump(id, to: point)
      }
    }
    state.played = market
    return VenueTime(wall: wall, market: market)
  }

  /// Plays one market up to `market`, hour by hour, each at its own funding rate, and in as many
  /// pieces as its path takes.
  private static func play(
    _ id: InstrumentID, to market: MarketTime, _ state: inout State, _ wall: WallTime
  ) {
    // A new life begins where the one before was: what the price meets on the first piece of its
    // way is met.
    if state.machine.markets[id] == nil, let point = state.markets[id]?.point(at: state.played) {
      state.machine.jump(id, to: point)
    }
    var from = state.played
    while from < market {
      setRate(id, at: from, &state, wall)
      let hour = Timeframe.oneHour.openTime(of: from).advanced(byMilliseconds: 3_600_000)
      guard let points = state.markets[id]?.points(from: from, to: min(hour, market)),
        let last = points.last
      else { return }
      state.machine.move(id, along: points, wall: wall)
      from = last.time
    }
  }

  private static func setRate(
    _ id: InstrumentID, at time: MarketTime, _ state: inout State, _ wall: WallTime
  ) {
    let hour = time.milliseconds / 3_600_000
    guard let market = state.markets[id], state.hours[id] != hour || !market.knowsRatesAhead
    else { return }
    let rate = market.fundingRate(at: time)
    state.hours[id] = hour
    state.machine.setFundingRate(
      id, rate.trillionths, now: VenueTime(wall: wall, market: time))
  }
}
