import Domain

@testable import Exchange

/// The smaller texts that come from the venue: header lines, symbols, the list on disk.
enum VenueTextTarget {
  static func head(_ bytes: [UInt8]) {
    var head = AnswerHead()
    for line in bytes.split(separator: 0x0A) { head.take(line) }
    demand(head.rateLimitReset.map { (0...3600).contains($0) } ?? true, "a limit without an end")
    demand(head.date.map { (0..<253_402_300_800_000).contains($0) } ?? true, "no date")
  }

  static func symbol(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let name = VenueSymbol.instrument(text) else { return }
    demand(VenueSymbol.instrument(name.symbol) == name, "a name that is not stable")
    demand(VenueSymbol.instrument(text.lowercased()) == name, "a name that knows cases")
    demand(name.symbol.prefix(3) == text.uppercased().prefix(3), "another kind of contract")
  }

  static func cache(_ bytes: [UInt8]) {
    guard let content = try? InstrumentCache.parse(bytes, source: "http://v") else { return }
    demand(InstrumentCache.bytes(content, source: "http://v") == bytes, "read, yet not as written")
  }

  static func json(_ bytes: [UInt8]) {
    guard let value = try? Exchange.JSONParser.parse(bytes) else { return }
    demand(
      (try? Exchange.JSONParser.parse([0x20] + bytes + [0x0A])) == value, "space changes a value")
    _ = value.decimal
    _ = value.valuation
    _ = value.milliseconds
  }
}
