import Daemon
import Domain
import Foundation
import SimulatedVenue

/// One entry of the venue's instrument list, field by field.
struct ContractReader {
  let symbol: String
  private let id: InstrumentID
  private let file: String
  private let fields: [String: Any]

  /// Largest position in lots: sums of lots stay far from overflow.
  private static let mostLots: Int64 = 1_000_000_000_000_000
  private static let longestText = 200

  init(_ element: Any, file: String, number: Int) throws(Fatal) {
    guard let fields = element as? [String: Any] else {
      throw InstrumentsFile.problem(file, "instrument \(number)", "it is no object")
    }
    guard let symbol = fields["symbol"] as? String, let id = InstrumentID(symbol) else {
      throw InstrumentsFile.problem(
        file, "instrument \(number)", "symbol is not 1 to 32 letters, digits and _")
    }
    self.file = file
    self.fields = fields
    self.symbol = symbol
    self.id = id
  }

  /// Why the instrument is none that is traded here; nil when it is one.
  var reasonToLeaveAside: String? {
    let type = fields["type"] as? String
    guard type == "flexible_futures" else {
      return "\(type ?? "an instrument without a type") is not traded here, flexible_futures are"
    }
    if let size = number(fields["contractSize"]), size != ExactDecimal(mantissa: 1, exponent: 0) {
      return "a contract is \(size) units and not one"
    }
    if fields["lastTradingTime"] is String { return "it has a last trading day" }
    if fields["isExpired"] as? Bool == true { return "it is expired" }
    if let quote = fields["quote"] as? String, quote != "USD" {
      return "it is quoted in \(quote) and not in USD"
    }
    return nil
  }

  func contract() throws(Fatal) -> VenueContract {
    let levels = try levels("marginLevels")
    let coefficient = try number("fundingRateCoefficient")
      .map { number throws(Fatal) in try whole(number, "fundingRateCoefficient", 1...1000) }
    let bound = try number("maxRelativeFundingRate")
      .map { share throws(Fatal) in try millionths(share, "maxRelativeFundingRate", .down) }
    return VenueContract(
      instrument: try instrument(levels), marginLevels: levels,
      maxRelativeFundingRate: bound ?? VenueContract.standardMaxRelativeFundingRate,
      fundingRateCoefficient: coefficient ?? VenueContract.standardFundingRateCoefficient,
      listing: try listing())
  }

  private func instrument(_ levels: [MarginLevel]) throws(Fatal) -> Instrument {
    let tickSize = try required("tickSize")
    let precision = try whole(
      try required("contractValueTradePrecision"), "contractValueTradePrecision", -18...18)
    let most = try required("maxPositionSize")
    let hold = try number("makerProtectionMillis")
      .map { number throws(Fatal) in try whole(number, "makerProtectionMillis", 0...10_000) }
    guard
      let lotSize = ExactDecimal(mantissa: 1, exponent: -Int(precision)),
      let margin = ExactDecimal(mantissa: levels[0].initial, exponent: -6),
      let unbounded = Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: .zero, initialMargin: margin,
        makerProtectionMilliseconds: hold ?? 0, tradeable: true)
    else { throw problem("tickSize", "\(tickSize) is not above 0") }
    guard let lots = unbounded.quantity(most, rounding: .down), (1...Self.mostLots) ~= lots.lots
    else { throw problem("maxPositionSize", "\(most) is not between one step and 10^15 steps") }
    guard
      let instrument = Instrument(
        id: id, tickSize: tickSize, lotSize: lotSize, maxPosition: lots, initialMargin: margin,
        makerProtectionMilliseconds: hold ?? 0, tradeable: try flag("tradeable") ?? true)
    else { throw problem("tickSize", "\(tickSize) is not above 0") }
    return instrument
  }

  private func listing() throws(Fatal) -> ContractListing {
    var listing = ContractListing(symbol: symbol)
    listing.base = try text("base") ?? listing.base
    listing.quote = try text("quote") ?? listing.quote
    listing.pair = try text("pair") ?? "\(listing.base):\(listing.quote)"
    listing.impactMidSize = try number("impactMidSize") ?? listing.impactMidSize
    listing.openingDate = try text("openingDate") ?? listing.openingDate
    listing.isin = try text("isin")
    listing.feeScheduleUID = try text("feeScheduleUid") ?? listing.feeScheduleUID
    if fields["retailMarginLevels"] != nil {
      listing.retailMarginLevels = try levels("retailMarginLevels")
    }
    listing.category = try text("category") ?? ""
    listing.tags = (fields["tags"] as? [Any] ?? []).compactMap { $0 as? String }
    listing.isPostOnly = try flag("postOnly") ?? false
    listing.isTradFi = try flag("tradfi") ?? false
    listing.isOnMTF = try flag("mtf") ?? false
    return listing
  }

  // MARK: - Fields

  private func levels(_ field: String) throws(Fatal) -> [MarginLevel] {
    guard let list = fields[field] as? [Any] else { throw problem(field, "it is no list") }
    var levels: [MarginLevel] = []
    for (index, element) in list.enumerated() {
      let level = element as? [String: Any] ?? [:]
      let place = "\(field)[\(index)]"
      guard let from = number(level["numNonContractUnits"]),
        let from = Money(from, rounding: .nearest)
      else { throw problem("\(place).numNonContractUnits", "it is no number") }
      guard let initial = number(level["initialMargin"]) else {
        throw problem("\(place).initialMargin", "it is no number")
      }
      guard let maintenance = number(level["maintenanceMargin"]) else {
        throw problem("\(place).maintenanceMargin", "it is no number")
      }
      levels.append(
        MarginLevel(
          from: from, initial: try millionths(initial, "\(place).initialMargin", .up),
          maintenance: try millionths(maintenance, "\(place).maintenanceMargin", .up)))
    }
    if let complaint = MarginLevel.complaint(levels) { throw problem(field, complaint) }
    return levels
  }

  private func required(_ field: String) throws(Fatal) -> ExactDecimal {
    guard let number = try number(field) else { throw problem(field, "it is missing") }
    return number
  }

  private func number(_ field: String) throws(Fatal) -> ExactDecimal? {
    guard let value = fields[field], !(value is NSNull) else { return nil }
    guard let number = number(value) else { throw problem(field, "it is no number") }
    return number
  }

  /// A JSON number, or a number in a text; a double's shortest spelling is what stood in the file.
  private func number(_ value: Any?) -> ExactDecimal? {
    switch value {
    case let text as String: ExactDecimal(text)
    case let number as NSNumber where String(cString: number.objCType) != "c":
      Int64(exactly: number).flatMap { ExactDecimal(mantissa: $0, exponent: 0) }
        ?? ExactDecimal("\(number.doubleValue)")
    default: nil
    }
  }

  private func text(_ field: String) throws(Fatal) -> String? {
    guard let value = fields[field], !(value is NSNull) else { return nil }
    guard let text = value as? String, text.utf8.count <= Self.longestText else {
      throw problem(field, "it is no text of at most \(Self.longestText) bytes")
    }
    return text
  }

  private func flag(_ field: String) throws(Fatal) -> Bool? {
    guard let value = fields[field], !(value is NSNull) else { return nil }
    guard let flag = value as? Bool else { throw problem(field, "it is neither true nor false") }
    return flag
  }

  private func whole(
    _ number: ExactDecimal, _ field: String, _ bounds: ClosedRange<Int64>
  ) throws(Fatal) -> Int64 {
    guard let value = Int64(number.description), bounds ~= value else {
      throw problem(
        field, "\(number) is no whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return value
  }

  private func millionths(
    _ share: ExactDecimal, _ field: String, _ rounding: Rounding
  ) throws(Fatal) -> Int64 {
    // A millionth of a whole is to it as a micro is to money.
    guard let money = Money(share, rounding: rounding), (0...1_000_000) ~= money.micros,
      rounding == .up || money.micros < 1_000_000
    else { throw problem(field, "\(share) is no share between 0 and 1") }
    return money.micros
  }

  private func problem(_ field: String, _ what: String) -> Fatal {
    InstrumentsFile.problem(file, symbol, "\(field): \(what)")
  }
}
