/// What the account at the venue has to be set to before anything is entered; it is read, never
/// written.
package struct AccountSettings: Equatable, Sendable {
  /// `cross`, `isolated:` and the greatest leverage, or nil for whatever is set.
  package let margin: String?
  /// By venue symbol, where it differs.
  package let marginExceptions: [String: String]
  /// An entry needs a reading no older than this.
  package let marginAgeMilliseconds: Int64

  init(_ section: ConfigurationSection) {
    let word = section.text(
      "margin", "cross", expected: "cross, isolated:LEVERAGE such as isolated:5, or any"
    ) { $0 == "any" || Self.isMode($0) }
    margin = word == "any" ? nil : word
    marginExceptions = section.table(
      "margin_exceptions", [:],
      expected: "venue symbols with cross or isolated:LEVERAGE, such as {PF_XBTUSD: \"isolated:5\"}"
    ) { VenueSettings.isSymbol($0) || Self.isMode($0) }
    marginAgeMilliseconds = section.integer("margin_age_ms", 60_000, 1000...3_600_000)
    let odd = marginExceptions.first { !VenueSettings.isSymbol($0.key) || !Self.isMode($0.value) }
    section.demand(
      odd == nil, "margin_exceptions",
      "\(odd?.key ?? ""): \(odd?.value ?? ""): expected a venue symbol with cross or "
        + "isolated:LEVERAGE")
  }

  /// `cross`, or `isolated:` and a leverage above 0 and at most 100.
  static func isMode(_ text: String) -> Bool {
    if text == "cross" { return true }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "isolated", parts[1].utf8.count <= 8,
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
      parts[1].first != ".", parts[1].last != ".", let leverage = Double(parts[1])
    else { return false }
    return leverage > 0 && leverage <= 100
  }
}
