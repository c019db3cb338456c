import Domain
import SimulatedVenue

/// Texts of a client, from parameters of a call or from one instruction of a batch.
struct OrderParameters: Sendable {
  let value: @Sendable (String) -> String?

  /// Why the texts are no order: a status word, or the word of an error for the whole request.
  struct Refusal: Error {
    let word: String
    var isArgument = false

    static func argument(_ name: String) -> Refusal {
      Refusal(word: "invalidArgument: \(name)", isArgument: true)
    }
  }

  private static let invalidSize = Refusal(word: "invalidSize")
  private static let invalidPrice = Refusal(word: "invalidPrice")

  init(_ value: @escaping @Sendable (String) -> String?) { self.value = value }

  init(_ call: EndpointCall) { self.init { call.parameter($0) } }

  // MARK: - Whole requests

  func placement(_ book: VenueBook) throws(Refusal) -> OrderRequest {
    for name in ["orderType", "symbol", "side", "size"] where value(name) == nil {
      throw Refusal(word: "requiredArgumentMissing", isArgument: true)
    }
    guard let id = value("symbol").flatMap({ InstrumentID($0) }),
      let instrument = book.contracts[id]?.instrument
    else { throw .argument("symbol") }
    guard let side = value("side").flatMap({ Side(rawValue: $0.lowercased()) }) else {
      throw .argument("side")
    }
    guard let kind = value("orderType").flatMap({ VenueOrderKind(rawValue: $0.lowercased()) }),
      kind != .liquidation
    else { throw .argument("orderType") }
    guard
      let size = try decimal("size", Self.invalidSize)
        .flatMap({ instrument.quantity(exactly: $0) })
    else { throw Self.invalidSize }
    var request = OrderRequest(
      clientOrderID: value("cliOrdId"), instrument: id, side: side, kind: kind, quantity: size,
      reduceOnly: try flag("reduceOnly"), processBefore: try deadline())
    request.limit = kind == .market ? nil : try price("limitPrice", instrument)
    if kind.isTrigger {
      request.trigger = try price("stopPrice", instrument)
      request.signal = try signal()
      request.trailing = kind == .trailingStop ? try trailing(instrument) : nil
      request.limitOffset = try offset(
        "limitPriceOffsetValue", "limitPriceOffsetUnit", instrument)
    }
    return request
  }

  func edit(_ name: OrderName, _ instrument: Instrument) throws(Refusal) -> EditRequest {
    var edit = EditRequest(order: name)
    if let size = try decimal("size", Self.invalidSize) {
      guard let quantity = instrument.quantity(exactly: size) else { throw Self.invalidSize }
      edit.quantity = quantity
    }
    edit.isRelative = try isRelative()
    edit.limit = try price("limitPrice", instrument)
    edit.trigger = try price("stopPrice", instrument)
    if value("trailingStopMaxDeviation") != nil { edit.trailing = try trailing(instrument) }
    edit.processBefore = try deadline()
    return edit
  }

  /// The order a request speaks of; nil when it names none.
  var name: OrderName? {
    for key in ["order_id", "orderId"] {
      if let id = value(key), !id.isEmpty { return .venue(VenueOrderID(unchecked: id)) }
    }
    return value("cliOrdId").flatMap { $0.isEmpty ? nil : .client($0) }
  }

  // MARK: - Single values

  func deadline() throws(Refusal) -> WallTime? {
    guard let text = value("processBefore") else { return nil }
    // Some clients write UTC as an offset.
    let isOffset = text.hasSuffix("+00:00")
    let zulu = isOffset ? text.dropLast(6) + "Z" : text[...]
    guard let milliseconds = ISO8601.milliseconds(zulu) else { throw .argument("processBefore") }
    return WallTime(milliseconds: milliseconds)
  }

  private func isRelative() throws(Refusal) -> Bool {
    switch value("qtyMode")?.uppercased() {
    case nil, "RELATIVE": return true
    case "ABSOLUTE": return false
    default: throw .argument("qtyMode")
    }
  }

  private func flag(_ name: String) throws(Refusal) -> Bool {
    switch value(name)?.lowercased() {
    case nil, "", "false": return false
    case "true": return true
    default: throw .argument(name)
    }
  }

  private func decimal(_ name: String, _ refusal: Refusal) throws(Refusal) -> ExactDecimal? {
    guard let text = value(name) else { return nil }
    guard let decimal = ExactDecimal(text) else { throw refusal }
    return decimal
  }

  private func price(_ name: String, _ instrument: Instrument) throws(Refusal) -> Price? {
    guard let decimal = try decimal(name, Self.invalidPrice) else { return nil }
    guard let price = instrument.price(exactly: decimal), price.ticks > 0 else {
      throw Self.invalidPrice
    }
    return price
  }

  private func signal() throws(Refusal) -> TriggerSignal {
    guard let text = value("triggerSignal")?.lowercased() else { return .mark }
    // One client says spot where the venue's own documents say index.
    guard let signal = TriggerSignal(rawValue: text == "spot" ? "index" : text) else {
      throw .argument("triggerSignal")
    }
    return signal
  }

  /// 0.1 to 50 percent, or an amount of the quote currency.
  private func trailing(_ instrument: Instrument) throws(Refusal) -> PriceOffset {
    let names = ("trailingStopMaxDeviation", "trailingStopDeviationUnit")
    guard let offset = try offset(names.0, names.1, instrument) else {
      throw Refusal(word: "requiredArgumentMissing", isArgument: true)
    }
    switch offset {
    case .millionths(let share) where !(1000...500_000).contains(share): throw .argument(names.0)
    case .ticks(let ticks) where ticks <= 0: throw .argument(names.0)
    default: return offset
    }
  }

  private func offset(
    _ name: String, _ unit: String, _ instrument: Instrument
  ) throws(Refusal) -> PriceOffset? {
    guard let decimal = try decimal(name, .argument(name)) else { return nil }
    switch value(unit)?.uppercased() {
    case "PERCENT":
      // One percent is 10,000 millionths: the money type counts millionths already.
      guard let percent = Money(decimal, rounding: .nearest), abs(percent.micros) <= 100_000_000
      else { throw .argument(name) }
      return .millionths(percent.micros / 100)
    case "QUOTE_CURRENCY":
      guard let price = instrument.price(exactly: decimal), abs(price.ticks) < .max / 8 else {
        throw .argument(name)
      }
      return .ticks(price.ticks)
    default: throw .argument(unit)
    }
  }
}
