import Daemon
import Domain
import Exchange

extension KrakenFutures {
  /// The venue of this host's profile, with the trading key that only the router ever reads.
  ///
  /// Throws `tryAgain` when the paper venue has not said where it listens.
  convenience init(host: StageHost, credentialsPath: String) throws {
    let configured = host.configuration.venue
    var url = configured.url
    if host.options.profile.usesPaperVenue {
      guard let venue = try RunFiles(host.options.requireRunDirectory()).readVenue() else {
        throw Fatal(.tryAgain, "unable to find the paper venue: no venue.json: start it first")
      }
      url = venue.url
    }
    let file = try Credentials.read(from: credentialsPath)
    guard let credentials = APICredentials(key: file.key, base64Secret: file.secret) else {
      throw Fatal(.badConfiguration, "unable to use \(credentialsPath): not a key of the venue's")
    }
    var settings = Settings(
      url: url, requestTimeoutMilliseconds: configured.requestTimeoutMilliseconds,
      connectTimeoutMilliseconds: configured.connectTimeoutMilliseconds)
    let exchange = host.configuration.exchange
    settings.instrumentAgeMilliseconds = exchange.instrumentAgeMilliseconds
    settings.clock.skewMilliseconds = exchange.clockSkewMilliseconds
    settings.rates.trading = exchange.tradingTokens
    settings.rates.cancels = exchange.cancelTokens
    settings.rates.protection = exchange.protectionTokens
    settings.rates.reconciliation = exchange.reconciliationTokens
    settings.rates.history = exchange.historyTokens
    if !host.options.profile.usesPaperVenue {
      // What is said of the real venue's way and authorities is not meant for one on loopback.
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
