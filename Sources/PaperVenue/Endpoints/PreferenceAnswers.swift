import Domain
import SimulatedVenue

/// The account's own settings: leverage, currency of profits, self-trade strategy.
enum PreferenceAnswers {
  static let endpoints = [
    Endpoint("leveragepreferences", ["GET", "PUT"]) { .now(leverage($0, &$1)) },
    Endpoint("pnlpreferences", ["GET", "PUT"]) { .now(currency($0, &$1)) },
    Endpoint("self-trade-strategy", ["GET", "PUT"]) { .now(selfTrade($0, &$1)) },
  ]

  private static let currencies = ["USD", "USDT", "USDC", "EUR", "GBP", "BTC", "XBT", "ETH"]
  private static let highestLeverage: Int64 = 100_000

  /// Thousandths as a number.
  static func leverage(_ thousandths: Int64) -> JSON {
    .number(ExactDecimal(mantissa: thousandths, exponent: -3)?.description ?? "0")
  }

  private static func leverage(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> VenueHTTPResponse {
    var preferences = state.machine.book.preferences
    let asked = call.parameter("symbol")
    let id = contract(asked, state.machine.book)
    if asked != nil && id == nil { return call.error("invalidArgument: symbol") }
    guard call.request.method == "PUT" else {
      let rows = preferences.maxLeverage.filter { id == nil || $0.key == id }
        .sorted { $0.key < $1.key }
        .map { entry in
          JSON.members([
            "symbol": Spelling.symbol(entry.key, state.machine.book),
            "maxLeverage": leverage(entry.value),
          ])
        }
      return call.success("leveragePreferences", .list(rows))
    }
    guard let id else { return call.error("requiredArgumentMissing") }
    // Without a figure the contract goes back to cross margin.
    if let text = call.parameter("maxLeverage"), !text.isEmpty {
      guard let thousandths = thousandths(text) else {
        return call.error("invalidArgument: maxLeverage")
      }
      preferences.maxLeverage[id] = thousandths
    } else {
      preferences.maxLeverage[id] = nil
    }
    state.machine.setPreferences(preferences, now: call.now)
    return call.success()
  }

  private static func thousandths(_ text: String) -> Int64? {
    // A millionth is a thousandth of what is wanted.
    guard let money = ExactDecimal(text).flatMap({ Money($0, rounding: .down) }) else { return nil }
    let thousandths = money.micros / 1000
    return (1...highestLeverage).contains(thousandths) ? thousandths : nil
  }

  private static func currency(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> VenueHTTPResponse {
    var preferences = state.machine.book.preferences
    guard call.request.method == "PUT" else {
      let rows = preferences.pnlCurrency.sorted { $0.key < $1.key }.map { entry in
        JSON.members([
          "symbol": Spelling.symbol(entry.key, state.machine.book),
          "pnlCurrency": .text(entry.value),
        ])
      }
      return call.success("preferences", .list(rows))
    }
    guard let symbol = call.parameter("symbol"), let wanted = call.parameter("pnlPreference")
    else { return call.error("requiredArgumentMissing") }
    guard let id = contract(symbol, state.machine.book) else {
      return call.error("invalidArgument: symbol")
    }
    guard currencies.contains(wanted.uppercased()) else {
      return call.error("invalidArgument: pnlPreference")
    }
    preferences.pnlCurrency[id] = wanted.uppercased()
    state.machine.setPreferences(preferences, now: call.now)
    return call.success()
  }

  private static func selfTrade(
    _ call: EndpointCall, _ state: inout VenueCore.State
  ) -> VenueHTTPResponse {
    var preferences = state.machine.book.preferences
    if call.request.method == "PUT" {
      guard let word = call.parameter("strategy") else {
        return call.error("requiredArgumentMissing")
      }
      guard let strategy = AccountPreferences.SelfTrade(rawValue: word) else {
        return call.error("invalidArgument: strategy")
      }
      preferences.selfTrade = strategy
      state.machine.setPreferences(preferences, now: call.now)
    }
    return call.success("strategy", .text(preferences.selfTrade.rawValue))
  }

  private static func contract(_ symbol: String?, _ book: VenueBook) -> InstrumentID? {
    symbol.flatMap { InstrumentID($0) }.flatMap { book.contracts[$0] == nil ? nil : $0 }
  }
}
