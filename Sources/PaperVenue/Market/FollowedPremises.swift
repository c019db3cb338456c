import Daemon
import Domain
import SimulatedVenue

/// What a life begins with whose market is another venue's: its list, and who will listen.
struct FollowedPremises {
  let choice: MarketChoice
  let following: Following
  private let follower: MarketFollower
  private let settings: FollowedVenue.Settings
  private let instruments: [Instrument]

  /// Nil when the market is played; throws for flags that make no sense together.
  static func begin(_ host: StageHost, state: String?) throws(Fatal) -> FollowedPremises? {
    let options = host.options
    guard let url = try url(host) else { return nil }
    for (flag, isGiven) in [
      ("--market", !options.markets.isEmpty), ("--speed", options.speed != nil),
      ("--instruments", options.instruments != nil),
    ] where isGiven {
      throw Fatal(
        .misuse,
        "\(flag): the market is that of \(url), as it is now: leave \(flag) away, or play one in "
          + "the profile demo")
    }
    if host.configuration.venue.instruments != nil {
      throw Fatal(
        .badConfiguration,
        "venue.instruments: the list is that of \(url): set it to none, or play a market in the "
          + "profile demo")
    }
    return try FollowedPremises(host, url, state: state)
  }

  private static func url(_ host: StageHost) throws(Fatal) -> String? {
    if let url = host.options.follow { return url }
    return host.options.profile == .paper ? host.configuration.venue.publicURL : nil
  }

  private init(_ host: StageHost, _ url: String, state: String?) throws(Fatal) {
    let configuration = host.configuration
    if let state { try Folder.prepare(state, flag: "--state-dir") }
    settings = FollowedVenue.Settings(
      url: url, requestTimeoutMilliseconds: configuration.venue.requestTimeoutMilliseconds,
      connectTimeoutMilliseconds: configuration.venue.connectTimeoutMilliseconds,
      silenceMilliseconds: configuration.marketData.staleAfterMilliseconds,
      certificateAuthorities: configuration.exchange.certificateAuthorities,
      proxy: configuration.exchange.proxy,
      cachePath: state.map { "\($0)/followed-instruments" },
      cacheAgeMilliseconds: Self.cacheAgeMilliseconds,
      instruments: configuration.marketData.instruments.compactMap { InstrumentID($0) })
    let venue = try FollowedVenue(settings)
    let listing = try venue.list { host.stillStarting() }
    if let objection = venue.cacheObjection {
      host.log.notice("instrument list on disk not used", ["reason": objection])
    }
    follower = try MarketFollower(url: url, log: host.log)
    instruments = listing.contracts.map(\.instrument)
    var patience = FollowedMarket.Patience()
    patience.lateMilliseconds = configuration.marketData.staleAfterMilliseconds
    patience.apartMilliseconds = configuration.exchange.clockSkewMilliseconds
    var markets: [InstrumentID: any ContractMarket] = [:]
    // A thousand numbers a millisecond: no life reaches those of the next.
    let first = Clock.wallMilliseconds() * 1000
    for contract in listing.contracts {
      markets[contract.id] = FollowedMarket(
        contract: contract, patience: patience, firstNumber: first)
    }
    choice = MarketChoice(
      markets: markets, start: MarketTime(milliseconds: 0), end: nil,
      leftAside: listing.leftAside,
      listed: Dictionary(listing.known.map { ($0.id, $0) }) { first, _ in first })
    following = Following(
      url: url, mailbox: follower.mailbox,
      silenceMilliseconds: configuration.marketData.staleAfterMilliseconds,
      ask: { [follower] in follower.ask($0, $1) })
    host.log.notice("following", ["url": url, "contracts": "\(markets.count)"])
  }

  /// A list on disk serves a start in which its venue does not answer.
  private static let cacheAgeMilliseconds: Int64 = 86_400_000

  /// Listens from now on.
  func start() throws(Fatal) { try follower.start(settings, instruments) }
}
