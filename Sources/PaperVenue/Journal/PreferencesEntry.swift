import Domain
import SimulatedVenue

/// The account's settings as they stand in the journal.
struct PreferencesEntry: Codable, Equatable {
  let selfTrade: String
  let leverage: [String: Int64]
  let currency: [String: String]

  init(_ preferences: AccountPreferences) {
    selfTrade = preferences.selfTrade.rawValue
    leverage = Dictionary(
      uniqueKeysWithValues: preferences.maxLeverage.map { ($0.key.symbol, $0.value) })
    currency = Dictionary(
      uniqueKeysWithValues: preferences.pnlCurrency.map { ($0.key.symbol, $0.value) })
  }

  var preferences: AccountPreferences? {
    var preferences = AccountPreferences()
    guard let strategy = AccountPreferences.SelfTrade(rawValue: selfTrade) else { return nil }
    preferences.selfTrade = strategy
    for (symbol, value) in leverage {
      guard let id = InstrumentID(symbol) else { return nil }
      preferences.maxLeverage[id] = value
    }
    for (symbol, value) in currency {
      guard let id = InstrumentID(symbol) else { return nil }
      preferences.pnlCurrency[id] = value
    }
    return preferences
  }
}
