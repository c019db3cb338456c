/// Where the venue is, how long it may take, and what the simulated one begins with.
package struct VenueSettings: Equatable, Sendable {
  package let url: String
  /// The venue whose public market the paper venue follows in the profile `paper`.
  package let publicURL: String
  package let listen: String
  package let admin: String
  package let requestTimeoutMilliseconds: Int64
  package let connectTimeoutMilliseconds: Int64
  package let initialBalanceUSD: Int64
  /// Quantity of each currency beside USD that the paper account begins with.
  package let collateral: [String: String]
  package let seed: UInt64
  /// Whether the paper venue counts what its clients ask for, as the real one does.
  package let rateLimits: Bool
  /// How many connections its port bears at one time.
  package let connections: Int
  /// The venue's own instrument list; nil lists what is played.
  package let instruments: String?
  /// What the paper venue does where the real one is not known: name and value of each switch that
  /// is not as documented; the paper venue knows the names.
  package let policies: [String: String]
  /// The venue's symbol for the symbol in a market file's name.
  package let symbols: [String: String]

  init(_ section: ConfigurationSection) {
    let address = "an address such as 127.0.0.1:0"
    let place = "https://host, or http:// and an address of this machine"
    url = section.text("url", "https://futures.kraken.com", expected: place, Self.isVenueURL)
    publicURL = section.text(
      "public_url", "https://futures.kraken.com", expected: place, Self.isVenueURL)
    listen = section.text("listen", "127.0.0.1:0", expected: address, Self.isAddress)
    admin = section.text("admin", "127.0.0.1:0", expected: address, Self.isAddress)
    requestTimeoutMilliseconds = section.integer("request_timeout_ms", 3000, 100...60_000)
    connectTimeoutMilliseconds = section.integer("connect_timeout_ms", 1000, 100...60_000)
    initialBalanceUSD = section.integer("initial_balance_usd", 100_000, 1...1_000_000_000)
    collateral = section.table(
      "collateral", [:], expected: "currencies in capitals and quantities such as \"0.5\""
    ) { (1...32).contains($0.utf8.count) && $0.utf8.allSatisfy(Self.isInCollateral) }
    seed = UInt64(section.integer("seed", 1, 0...Int64.max))
    rateLimits = section.flag("rate_limits", true)
    connections = Int(section.integer("connections", 12_000, 16...100_000))
    let file = section.text(
      "instruments", "none", expected: "the path of a file, or none"
    ) { $0.utf8.count <= 4096 && !$0.utf8.contains(0) }
    instruments = file == "none" ? nil : file
    policies = section.table(
      "policies", [:], expected: "names and values of small letters, digits and _"
    ) { (1...64).contains($0.utf8.count) && $0.utf8.allSatisfy(Self.isInPolicy) }
    symbols = section.table(
      "symbols",
      [
        "BTCUSDT": "PF_XBTUSD", "ETHUSDT": "PF_ETHUSD", "SOLUSDT": "PF_SOLUSD",
        "XRPUSDT": "PF_XRPUSD", "XBTUSD": "PF_XBTUSD", "ETHUSD": "PF_ETHUSD",
      ],
      expected: "names of capitals, digits and _", Self.isSymbol)
    section.demand(
      connectTimeoutMilliseconds <= requestTimeoutMilliseconds, "connect_timeout_ms",
      "\(connectTimeoutMilliseconds) is above request_timeout_ms \(requestTimeoutMilliseconds)")
  }

  private static func isInPolicy(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }

  private static func isInCollateral(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
  }

  static func isSymbol(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
      }
  }

  /// Scheme, host and port; what leaves this machine is encrypted.
  package static func isVenueURL(_ text: String) -> Bool {
    let isEncrypted = text.hasPrefix("https://")
    guard isEncrypted || text.hasPrefix("http://") else { return false }
    let host = text.dropFirst(isEncrypted ? 8 : 7)
    guard (1...255).contains(host.utf8.count),
      host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
      !host.contains(where: { "/?#@".contains($0) })
    else { return false }
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
    let isNumber = name.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    return isEncrypted || name == "localhost" || name == "[::1]"
      || (isNumber && name.hasPrefix("127."))
  }

  static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let port = Int(parts[1]) else { return false }
    return (0...65_535).contains(port) && String(port) == parts[1]
  }
}
