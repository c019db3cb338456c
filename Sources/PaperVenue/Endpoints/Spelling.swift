import Domain
import SimulatedVenue

/// Our values as the venue spells them.
enum Spelling {
  /// The one account of this venue.
  static let accountUID = "a0f2c5d8-1f6e-4b1e-9a57-7d3c2b1a9e40"
  static let accountID = "198024"

  static func time(_ time: WallTime) -> String { ISO8601.text(milliseconds: time.milliseconds) }

  static func price(_ price: Price, _ instrument: Instrument) -> JSON {
    .number(instrument.text(price))
  }

  static func quantity(_ quantity: Quantity, _ instrument: Instrument) -> JSON {
    .number(instrument.text(quantity))
  }

  static func money(_ money: Money) -> JSON { .number(money.description) }

  /// A share in 10⁻¹² as a number; nothing is rounded.
  static func rate(_ trillionths: Int64) -> JSON {
    .number(ExactDecimal(mantissa: trillionths, exponent: -12)?.description ?? "0")
  }

  /// Lots with a sign.
  static func signed(_ lots: Int64, _ instrument: Instrument) -> String {
    let text = instrument.text(Quantity(lots: abs(lots)))
    return lots < 0 ? "-\(text)" : text
  }
}
