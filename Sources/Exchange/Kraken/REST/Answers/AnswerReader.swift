import Domain

/// Reads bodies into Domain's values; each group of calls adds its own in its own file.
///
/// A list shows what is there, and what it does not show is taken as absent. So an entry of an
/// instrument that is not traded here is skipped and counted, and an entry of one that is but
/// cannot be read makes the whole answer unreadable.
///
/// Numbers have bounds far beyond any market, so that sums of a few of them never overflow.
struct AnswerReader {
  /// The most ticks or lots that are believed.
  static let stepBound: Int64 = 1_000_000_000_000_000

  let instruments: [InstrumentID: Instrument]
  private(set) var skipped = 0

  init(instruments: [InstrumentID: Instrument]) {
    self.instruments = instruments
  }

  mutating func skip() {
    skipped += 1
  }

  /// The entries of `list` whose symbol is known, with their instruments.
  mutating func known(
    _ list: JSONValue, _ what: String, symbol: (JSONValue) -> JSONValue = { $0["symbol"] }
  ) throws(MalformedAnswer) -> [(entry: JSONValue, instrument: Instrument)] {
    var known: [(entry: JSONValue, instrument: Instrument)] = []
    for entry in try list.list.required(what) {
      let text = try symbol(entry).text.required("symbol in \(what)")
      if let id = InstrumentID(text), let instrument = instruments[id] {
        known.append((entry, instrument))
      } else {
        skip()
      }
    }
    return known
  }

  func instrument(_ id: InstrumentID) throws(MalformedAnswer) -> Instrument {
    try instruments[id].required("instrument \(id)")
  }

  func quantity(
    _ value: JSONValue, _ instrument: Instrument, _ what: String
  ) throws(MalformedAnswer) -> Quantity {
    let quantity = value.decimal.flatMap(instrument.quantity(exactly:))
    return try quantity.flatMap { $0.lots <= Self.stepBound ? $0 : nil }.required(
      "\(what) of \(instrument.id)")
  }

  /// To the nearest tick, for prices that are told and never sent; nil when there is none.
  func price(_ value: JSONValue, _ instrument: Instrument) -> Price? {
    guard let price = value.valuation.flatMap({ instrument.price($0, rounding: .nearest) }),
      abs(price.ticks) <= Self.stepBound
    else { return nil }
    return price
  }

  func side(_ value: JSONValue) throws(MalformedAnswer) -> Side {
    try value.text.flatMap { Side(rawValue: $0.lowercased()) }.required("side")
  }

  func name<N: Name>(_ value: JSONValue, _ what: String) throws(MalformedAnswer) -> N {
    try value.text.flatMap { N($0) }.required(what)
  }

  /// Nil for an order that was placed without a client id; an id that is no name of ours is none.
  func clientOrderID(_ object: JSONValue) -> ClientOrderID? {
    object[["cliOrdId", "cli_ord_id", "clientId"]].text.flatMap { ClientOrderID($0) }
  }
}
