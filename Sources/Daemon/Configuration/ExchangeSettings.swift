/// How the real venue is spoken to: whom to believe, which way, how often, and for how long what it
/// said is good.
package struct ExchangeSettings: Equatable, Sendable {
  /// Certificates in PEM that alone are trusted; nil trusts those of the system.
  package let certificateAuthorities: String?
  /// `http://host:port`; nil is none, whatever the environment says.
  package let proxy: String?
  /// Entries need a list of instruments no older than this.
  package let instrumentAgeMilliseconds: Int64
  /// How far the venue's clock may be from ours for an entry, and for a market that is followed.
  package let clockSkewMilliseconds: Int64
  /// Of the venue's 500 tokens in 10 s, and what of it is kept for whom.
  package let tradingTokens: Int
  package let cancelTokens: Int
  package let protectionTokens: Int
  package let reconciliationTokens: Int
  /// Of the venue's 100 tokens in 10 min.
  package let historyTokens: Int

  init(_ section: ConfigurationSection) {
    let file = section.text(
      "ca_file", "none", expected: "the path of a file, or none", Self.isPath)
    certificateAuthorities = file == "none" ? nil : file
    let way = section.text(
      "proxy", "none", expected: "http://host:port, or none"
    ) { $0 == "none" || Self.isProxy($0) }
    proxy = way == "none" ? nil : way
    instrumentAgeMilliseconds = section.integer("instrument_max_age_s", 3600, 60...86_400) * 1000
    clockSkewMilliseconds = section.integer("clock_skew_ms", 5000, 100...60_000)
    tradingTokens = Int(section.integer("trading_tokens", 480, 30...500))
    cancelTokens = Int(section.integer("cancel_tokens", 100, 0...500))
    protectionTokens = Int(section.integer("protection_tokens", 150, 0...500))
    reconciliationTokens = Int(section.integer("reconciliation_tokens", 80, 0...500))
    historyTokens = Int(section.integer("history_tokens", 90, 1...100))
    let reserved = cancelTokens + protectionTokens + reconciliationTokens
    section.demand(
      reserved <= tradingTokens, "trading_tokens",
      "\(tradingTokens) is below the \(reserved) that cancel_tokens, protection_tokens and "
        + "reconciliation_tokens keep")
  }

  private static func isPath(_ text: String) -> Bool {
    text.utf8.count <= 4096 && !text.utf8.contains(0)
  }

  private static func isProxy(_ text: String) -> Bool {
    guard text.hasPrefix("http://") else { return false }
    return VenueSettings.isAddress(String(text.dropFirst("http://".count)))
  }
}
