package import Domain

extension KrakenFutures {
  /// Where the venue is, how long it may take, and what is remembered of it.
  package struct Settings: Hashable, Sendable {
    /// Scheme, host and port, without a path: `https://futures.kraken.com`.
    package let url: String
    package let requestTimeoutMilliseconds: Int64
    package let connectTimeoutMilliseconds: Int64
    /// Certificates in PEM that alone are trusted; nil trusts those of the system.
    package var certificateAuthorities: String?
    /// `http://host:port`; nil means none, whatever the environment says.
    package var proxy: String?
    /// After so long without a request a cheap public one keeps a connection warm; nil never.
    ///
    /// Below the 30 s after which an idle connection is not used again.
    package var warmAfterMilliseconds: Int64?
    /// Where the instrument list is kept between lives; nil keeps none.
    package var instrumentCache: InstrumentCache?
    /// Orders that may open a position need a list of instruments no older than this.
    package var instrumentAgeMilliseconds: Int64 = 3_600_000
    /// Whether the venue's own bytes of the newest list are kept for whoever reads more of them.
    package var keepsInstrumentList = false
    /// What may be spent of the venue's rate limits.
    package var rates = RateLimits()
    /// When the venue's clock is known well enough for an entry.
    package var clock = VenueClock.Limits()

    package init(
      url: String, requestTimeoutMilliseconds: Int64, connectTimeoutMilliseconds: Int64
    ) {
      self.url = url
      self.requestTimeoutMilliseconds = requestTimeoutMilliseconds
      self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    }

    var hasAddress: Bool {
      for scheme in ["https://", "http://"] where url.hasPrefix(scheme) {
        let host = url.dropFirst(scheme.count)
        return !host.isEmpty && host.utf8.allSatisfy { (0x21...0x7E).contains($0) }
          && !host.contains { "/?#@".contains($0) }
      }
      return false
    }
  }
}
