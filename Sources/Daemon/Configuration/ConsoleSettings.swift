/// The page in a browser and the metrics: where they are served, to whom, and what they may do.
package struct ConsoleSettings: Equatable, Sendable {
  package let isEnabled: Bool
  /// Whether the page may pause, resume, restart a stage and press the kill switch.
  package let hasActions: Bool
  package let listen: String
  /// Where people reach it through a reverse proxy that speaks TLS; nil without one.
  package let publicURL: String?
  /// Pages that are kept up to date at one time.
  package let pages: Int

  init(_ section: ConfigurationSection) {
    isEnabled = section.flag("enabled", true)
    hasActions = section.flag("actions", false)
    listen = section.text(
      "listen", "127.0.0.1:8710", expected: "an address such as 127.0.0.1:8710",
      VenueSettings.isAddress)
    let url = section.text(
      "public_url", "none", expected: "https://host or https://host:port, or none"
    ) { $0 == "none" || Self.isOrigin($0) }
    publicURL = url == "none" ? nil : url
    pages = Int(section.integer("pages", 64, 1...1000))
    section.demand(
      publicURL != nil || Self.isLoopback(listen), "listen",
      "\(listen) is not loopback: declare the reverse proxy that speaks TLS in console.public_url")
  }

  /// Whether the address is on this machine.
  package static func isLoopback(_ listen: String) -> Bool {
    let host = listen.prefix { $0 != ":" }
    let isNumber = host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    return host == "localhost" || host.hasPrefix("127.") && isNumber
  }

  /// `https://host` with a port or without, and nothing after it.
  private static func isOrigin(_ text: String) -> Bool {
    guard text.hasPrefix("https://"), text.utf8.count <= 255 else { return false }
    let parts = text.dropFirst("https://".count)
      .split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, !host.isEmpty, parts.count <= 2 else { return false }
    let isNamed = host.utf8.allSatisfy { byte in
      byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    return isNamed && (parts.count == 1 || UInt16(parts[1]).map { $0 > 0 } == true)
  }
}
