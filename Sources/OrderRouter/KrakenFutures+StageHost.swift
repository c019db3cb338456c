import Daemon
import Domain
import Exchange

extension KrakenFutures {
  /// The venue of this host's profile, with the trading key that only the router ever reads.
  ///
  /// Throws `tryAgain` when the paper venue has not said where it listens.
  convenience init(host: StageHost, credentialsPath: String) throws {
    let configured = host.configuration.venue
    let credentials = try APICredentials(path: credentialsPath)
    var settings = Settings(
      url: try host.venueURL(), requestTimeoutMilliseconds: configured.requestTimeoutMilliseconds,
      connectTimeoutMilliseconds: configured.connectTimeoutMilliseconds)
    let exchange = host.configuration.exchange
    settings.instrumentAgeMilliseconds = exchange.instrumentAgeMilliseconds
    settings.clock.skewMilliseconds = exchange.clockSkewMilliseconds
    settings.rates.trading = exchange.tradingTokens
    settings.rates.cancels = exchange.cancelTokens
    settings.rates.protection = exchange.protectionTokens
    settings.rates.reconciliation = exchange.reconciliationTokens
    settings.rates.history = exchange.historyTokens
    // What is said of the real venue's way and authorities is not meant for one on loopback.
    if !host.options.profile.usesPaperVenue {
      settings.certificateAuthorities = exchange.certificateAuthorities
      settings.proxy = exchange.proxy
    }
    // Half of what an idle connection lives: an order then finds one that is open.
    settings.warmAfterMilliseconds = 15_000
    settings.instrumentCache = InstrumentCache(
      path: "\(try host.options.requireStateDirectory())/venue-instruments",
      maxAgeMilliseconds: 86_400_000)
    try self.init(settings, credentials: credentials)
    if let objection = cacheObjection {
      host.log.notice("instrument list on disk not used", ["reason": "\(objection)"])
    }
  }
}

extension KrakenFuturesStream {
  /// The account's own stream; nil when the configuration wants none.
  convenience init?(host: StageHost, credentialsPath: String) throws {
    guard host.configuration.orderRouter.accountStream else { return nil }
    let exchange = host.options.profile.usesPaperVenue ? nil : host.configuration.exchange
    try self.init(
      url: try host.venueURL(),
      connectTimeoutMilliseconds: host.configuration.venue.connectTimeoutMilliseconds,
      credentials: try APICredentials(path: credentialsPath),
      certificateAuthorities: exchange?.certificateAuthorities, proxy: exchange?.proxy,
      seed: UInt64(bitPattern: Clock.wallMilliseconds()) &+ host.epoch)
  }
}

extension StageHost {
  fileprivate func venueURL() throws(Fatal) -> String {
    guard options.profile.usesPaperVenue else { return configuration.venue.url }
    guard let venue = try RunFiles(options.requireRunDirectory()).readVenue() else {
      throw Fatal(.tryAgain, "unable to find the paper venue: no venue.json: start it first")
    }
    return venue.url
  }
}

extension APICredentials {
  /// The key in the file at `path`.
  init(path: String) throws(Fatal) {
    let file = try Credentials.read(from: path)
    guard let credentials = APICredentials(key: file.key, base64Secret: file.secret.exposed) else {
      throw Fatal(.badConfiguration, "unable to use \(path): not a key of the venue's")
    }
    self = credentials
  }
}

extension VenueSettings {
  /// What a check of the venue at `url` goes by: no memory, nothing kept warm.
  static func check(_ host: StageHost, url: String, isPaper: Bool) -> KrakenFutures.Settings {
    let configured = host.configuration.venue
    let exchange = host.configuration.exchange
    var settings = KrakenFutures.Settings(
      url: url, requestTimeoutMilliseconds: configured.requestTimeoutMilliseconds,
      connectTimeoutMilliseconds: configured.connectTimeoutMilliseconds)
    settings.rates.trading = exchange.tradingTokens
    settings.rates.cancels = exchange.cancelTokens
    settings.rates.protection = exchange.protectionTokens
    settings.rates.reconciliation = exchange.reconciliationTokens
    settings.rates.history = exchange.historyTokens
    if !isPaper {
      settings.certificateAuthorities = exchange.certificateAuthorities
      settings.proxy = exchange.proxy
    }
    return settings
  }
}
