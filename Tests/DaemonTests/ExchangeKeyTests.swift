import Testing

@testable import Daemon

/// The keys of how the real venue is spoken to, and of what its account has to be set to.
@Suite("the keys of the exchange")
struct ExchangeKeyTests {
  private func parse(_ text: String) throws -> Configuration {
    try Configuration.parse(text, path: "il.yaml", profile: .live)
  }

  private func refusal(_ text: String) -> String {
    do {
      _ = try parse(text)
      return "accepted"
    } catch {
      return (error as? Fatal)?.message ?? "\(error)"
    }
  }

  @Test func `without a file they are the venue's own and the system's`() {
    let defaults = Configuration.defaults(profile: .live)
    #expect(defaults.exchange.certificateAuthorities == nil)
    #expect(defaults.exchange.proxy == nil)
    #expect(defaults.exchange.instrumentAgeMilliseconds == 3_600_000)
    #expect(defaults.account.margin == "cross")
    #expect(defaults.venue.publicURL == "https://futures.kraken.com")
  }

  @Test func `what a file says holds`() throws {
    let read = try parse(
      """
      exchange:
        ca_file: /etc/venue.pem
        proxy: http://10.0.0.1:3128
        instrument_max_age_s: 60
        trading_tokens: 240
        cancel_tokens: 50
        protection_tokens: 75
        reconciliation_tokens: 40
      account:
        margin: isolated:5
        margin_exceptions: {PF_XBTUSD: cross, PF_ETHUSD: "isolated:2.5"}
      venue:
        public_url: http://127.0.0.1:8080
      """)
    #expect(read.exchange.certificateAuthorities == "/etc/venue.pem")
    #expect(read.exchange.proxy == "http://10.0.0.1:3128")
    #expect(read.exchange.instrumentAgeMilliseconds == 60_000)
    #expect(read.exchange.tradingTokens == 240)
    #expect(read.account.margin == "isolated:5")
    #expect(read.account.marginExceptions == ["PF_XBTUSD": "cross", "PF_ETHUSD": "isolated:2.5"])
    #expect(read.venue.publicURL == "http://127.0.0.1:8080")
    #expect(try parse("account:\n  margin: any\n").account.margin == nil)
  }

  @Test(arguments: [
    ("exchange:\n  proxy: https://10.0.0.1:3128\n", "exchange.proxy"),
    ("exchange:\n  proxy: http://10.0.0.1\n", "exchange.proxy"),
    ("exchange:\n  proxy: http://10.0.0.1:0x50\n", "exchange.proxy"),
    ("exchange:\n  trading_tokens: 501\n", "at most 500"),
    ("exchange:\n  trading_tokens: 300\n", "below the 330 that cancel_tokens"),
    ("exchange:\n  history_tokens: 0\n", "exchange.history_tokens"),
    ("account:\n  margin: isolated\n", "account.margin"),
    ("account:\n  margin: isolated:0\n", "account.margin"),
    ("account:\n  margin: isolated:101\n", "account.margin"),
    ("account:\n  margin: isolated:1e1\n", "account.margin"),
    ("account:\n  margin_exceptions: {PF_XBTUSD: any}\n", "account.margin_exceptions"),
    ("account:\n  margin_exceptions: {cross: PF_XBTUSD}\n", "expected a venue symbol"),
    ("venue:\n  url: http://futures.kraken.com\n", "venue.url"),
    ("venue:\n  public_url: http://127.evil\n", "venue.public_url"),
    ("venue:\n  public_url: https://host/path\n", "venue.public_url"),
    ("venue:\n  public_url: https://\n", "venue.public_url"),
  ])
  func `what makes no sense is refused by its key`(_ text: String, _ word: String) {
    let refusal = refusal(text)
    #expect(refusal.contains(word), "\(refusal)")
  }

  @Test(arguments: [
    "https://futures.kraken.com", "https://10.0.0.1:8443", "http://127.0.0.1:80",
    "http://127.1.2.3", "http://localhost:1", "http://[::1]:1", "https://[::1]",
  ])
  func `a venue is somewhere else under encryption, or on this machine`(_ url: String) throws {
    #expect(try parse("venue:\n  url: \"\(url)\"\n").venue.url == url)
  }
}
