import Daemon
import Domain
import SimulatedVenue

// A venue whose market is another venue's: what was heard since the last look is taken in before
// anything else is done, and where nothing is heard nothing is traded.
extension VenueCore {
  /// Contracts that are named in the log in one go.
  private static let mostNamed = 3

  /// Takes in what was heard; the moment up to which the market is to be played.
  ///
  /// What was heard has a moment of its own, later than everything that was played, so that no feed
  /// passes over it.
  func hear(_ state: inout State, at market: MarketTime) -> MarketTime {
    guard let following = state.following else { return market }
    let delivery = following.mailbox.take()
    let arrival =
      delivery.events.isEmpty ? market : max(market, state.played.advanced(byMilliseconds: 1))
    var isLost = false
    for event in delivery.events {
      if let id = event.instrument {
        state.markets[id]?.hear(event, at: arrival)
      } else {
        if case .disconnected(let why) = event {
          isLost = true
          log.warning("venue not heard", ["url": following.url, "reason": why])
        }
        for id in state.listed { state.markets[id]?.hear(event, at: arrival) }
      }
    }
    let machine = MachineTime(nanoseconds: Clock.machineNanoseconds())
    let silence = max(0, machine.milliseconds(since: delivery.heardAt))
    let wasSilent = following.silence > following.silenceMilliseconds
    let isSilent = silence > following.silenceMilliseconds
    state.following?.silence = silence
    open(&state, delivery.objections, isSilent ? "nothing was read of it for \(silence) ms" : nil)
    // Whoever listens here has to learn at once that what he heard is not the present any more.
    if isLost || (isSilent && !wasSilent) { cutMarketListeners() }
    return arrival
  }

  /// Opens and closes contracts, and tells the machine what can be traded.
  private func open(
    _ state: inout State, _ objections: [InstrumentID: String], _ silence: String?
  ) {
    var closed: [InstrumentID: String] = [:]
    for id in state.listed {
      if let why = silence ?? objections[id] ?? state.markets[id]?.closedBecause {
        closed[id] = why
        state.machine.halt(id)
      } else {
        state.machine.resume(id)
        state.machine.setOffers(id, state.markets[id]?.offers)
      }
    }
    tell(before: state.following?.closed ?? [:], now: closed, of: state.listed.count)
    state.following?.closed = closed
  }

  private func tell(
    before: [InstrumentID: String], now: [InstrumentID: String], of listed: Int
  ) {
    guard before.count != now.count || before.keys != now.keys else { return }
    if now.isEmpty {
      return log.notice("market heard", ["contracts": "\(listed)"])
    }
    let news = now.filter { before[$0.key] == nil }.sorted { $0.key < $1.key }
    for (id, why) in news.prefix(Self.mostNamed) {
      log.notice("market closed", ["contract": id.symbol, "reason": why])
    }
    guard news.count > Self.mostNamed || news.isEmpty else { return }
    log.notice("market heard in part", ["closed": "\(now.count)", "contracts": "\(listed)"])
  }
}
