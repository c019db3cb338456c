import Domain
import SimulatedVenue

/// Our values as the venue spells them.
enum Spelling {
  /// The one account of this venue.
  static let accountUID = "a0f2c5d8-1f6e-4b1e-9a57-7d3c2b1a9e40"
  static let accountID = "198024"

  /// A contract as its listing spells it, whatever case a client asked in.
  ///
  /// The admin port and the journal name contracts by their id, which is in capitals.
  static func symbol(_ id: InstrumentID, _ contracts: [InstrumentID: VenueContract]) -> JSON {
    .text(contracts[id]?.symbol ?? id.symbol)
  }

  static func symbol(_ id: InstrumentID, _ book: VenueBook) -> JSON { symbol(id, book.contracts) }

  static func time(_ time: WallTime) -> String { ISO8601.text(milliseconds: time.milliseconds) }

  static func price(_ price: Price, _ instrument: Instrument) -> JSON {
    .number(instrument.text(price))
  }

  static func quantity(_ quantity: Quantity, _ instrument: Instrument) -> JSON {
    .number(instrument.text(quantity))
  }

  static func price(_ price: Price, _ contract: VenueContract) -> JSON {
    self.price(price, contract.instrument)
  }

  static func quantity(_ quantity: Quantity, _ contract: VenueContract) -> JSON {
    self.quantity(quantity, contract.instrument)
  }

  static func money(_ money: Money) -> JSON { .number(money.description) }

  /// A share in 10⁻¹² as a number; nothing is rounded.
  static func rate(_ trillionths: Int64) -> JSON {
    .number(ExactDecimal(mantissa: trillionths, exponent: -12)?.description ?? "0")
  }

  /// A word of the venue as its look-ups and quotes print it: `marketSuspended` is
  /// MARKET_SUSPENDED.
  static func capitals(_ word: String) -> String {
    word.reduce(into: "") { text, letter in
      if letter.isUppercase, !text.isEmpty { text.append("_") }
      text.append(letter.uppercased())
    }
  }

  /// Lots with a sign.
  static func signed(_ lots: Int64, _ instrument: Instrument) -> String {
    let text = instrument.text(Quantity(lots: abs(lots)))
    return lots < 0 ? "-\(text)" : text
  }

  /// Money over contracts, to the millionth; nothing for no contracts.
  static func perContract(_ money: Money, _ quantity: Quantity, _ instrument: Instrument) -> Money {
    guard let contracts = instrument.decimal(quantity), contracts.mantissa > 0 else { return .zero }
    var numerator = Int128(money.micros)
    var denominator = Int128(contracts.mantissa)
    for _ in 0..<min(18, max(0, -contracts.exponent)) { numerator *= 10 }
    for _ in 0..<min(18, max(0, contracts.exponent)) { denominator *= 10 }
    return Money(
      micros: Int64(clamping: Rounding.nearest.divide(numerator, by: denominator)))
  }
}
