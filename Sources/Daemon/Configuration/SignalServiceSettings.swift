/// Which strategies run and how long what they propose stays good.
package struct SignalServiceSettings: Equatable, Sendable {
  package let strategies: [String]
  /// Executables that are strategies of their own and run beside the others.
  package let programs: [String]
  package let validForMilliseconds: Int64
  /// Venue symbols by the name of a strategy that does not run on every instrument.
  package let instruments: [String: [String]]

  init(_ section: ConfigurationSection, profile: Profile) {
    strategies = section.list(
      "strategies", profile == .demo ? ["breakout"] : ["smc"],
      expected: "names of small letters, digits and -", Self.isName)
    programs = section.list(
      "programs", [], expected: "absolute paths of executables", Self.isPath)
    validForMilliseconds = section.integer("valid_for_ms", 10_000, 100...600_000)
    let table = section.table(
      "instruments", [:],
      expected: "names of strategies with venue symbols, such as {smc: \"PF_XBTUSD PF_ETHUSD\"}"
    ) { Self.isName($0) || Self.symbols($0) != nil }
    instruments = table.compactMapValues(Self.symbols)
    section.demand(
      table.keys.allSatisfy(Self.isName) && instruments.count == table.count, "instruments",
      "each entry is the name of a strategy with one or more venue symbols")
  }

  /// One or more symbols with a space between them; nil for anything else.
  private static func symbols(_ text: String) -> [String]? {
    let words = text.split(separator: " ").map(String.init)
    return words.isEmpty || !words.allSatisfy(VenueSettings.isSymbol) ? nil : words
  }

  private static func isPath(_ text: String) -> Bool {
    text.hasPrefix("/") && text.utf8.count <= 1024
  }

  static func isName(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
  }
}
