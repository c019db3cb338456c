import Daemon
import Exchange

extension KrakenFutures.Settings {
  /// How the venue at `url` is spoken to by this host.
  ///
  /// What is said of the real venue's authorities and of a proxy is not meant for one on loopback.
  init(_ host: StageHost, url: String) {
    let configured = host.configuration
    self.init(
      url: url, requestTimeoutMilliseconds: configured.venue.requestTimeoutMilliseconds,
      connectTimeoutMilliseconds: configured.venue.connectTimeoutMilliseconds)
    guard !host.options.profile.usesPaperVenue else { return }
    certificateAuthorities = configured.exchange.certificateAuthorities
    proxy = configured.exchange.proxy
  }
}
