/// Which strategies run and how long what they propose stays good.
package struct SignalServiceSettings: Equatable, Sendable {
  package let strategies: [String]
  /// Executables that are strategies of their own and run beside the others.
  package let programs: [String]
  package let validForMilliseconds: Int64

  init(_ section: ConfigurationSection, profile: Profile) {
    strategies = section.list(
      "strategies", profile == .demo ? ["breakout"] : ["smc"],
      expected: "names of small letters, digits and -", Self.isName)
    programs = section.list(
      "programs", [], expected: "absolute paths of executables", Self.isPath)
    validForMilliseconds = section.integer("valid_for_ms", 10_000, 100...600_000)
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
