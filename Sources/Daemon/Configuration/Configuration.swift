import Foundation

/// Everything an operator may set, each key with its type, default and bounds.
///
/// Read once at start; the environment never overrides. The initialisers of the sections are the
/// one place that knows the keys: defaults, schema and reading all come from them.
package struct Configuration: Sendable {
  package let supervisor: SupervisorSettings
  package let venue: VenueSettings
  package let exchange: ExchangeSettings
  package let account: AccountSettings
  package let marketData: MarketDataSettings
  package let signalService: SignalServiceSettings
  package let breakout: BreakoutSettings
  package let emaCross: EmaCrossSettings
  package let smc: SmcSettings
  package let riskGate: RiskGateSettings
  package let riskState: RiskStateSettings
  package let orderRouter: OrderRouterSettings
  package let ledger: LedgerFileSettings
  package let alerts: AlertSettings
  package let console: ConsoleSettings

  /// Where it came from: the path of the file, or `defaults`.
  package let source: String
  /// Digest of the file's text, so that two logs can be compared.
  package let digest: String
  private let places: [String: String]

  private init(_ reader: ConfigurationReader, profile: Profile, source: String, digest: String) {
    supervisor = SupervisorSettings(reader.section("supervisor"), profile: profile)
    venue = VenueSettings(reader.section("venue"))
    exchange = ExchangeSettings(reader.section("exchange"))
    account = AccountSettings(reader.section("account"))
    marketData = MarketDataSettings(reader.section("market_data"), profile: profile)
    signalService = SignalServiceSettings(reader.section("signal_service"), profile: profile)
    breakout = BreakoutSettings(reader.section("breakout"))
    emaCross = EmaCrossSettings(reader.section("ema_cross"))
    smc = SmcSettings(reader.section("smc"))
    riskGate = RiskGateSettings(reader.section("risk_gate"), profile: profile)
    riskState = RiskStateSettings(reader.section("risk_state"), profile: profile)
    orderRouter = OrderRouterSettings(reader.section("order_router"))
    ledger = LedgerFileSettings(reader.section("ledger"))
    alerts = AlertSettings(reader.section("alerts"))
    console = ConsoleSettings(reader.section("console"))
    reader.refuseUnread()
    self.source = source
    self.digest = digest
    places = reader.places
  }

  /// What holds for every key that a file does not set.
  package static func defaults(profile: Profile) -> Configuration {
    let reader = ConfigurationReader.empty
    return Configuration(reader, profile: profile, source: "defaults", digest: "none")
  }

  /// The file at `path`, or every error in it at once; without a path the defaults.
  package static func load(path: String?, profile: Profile) throws(Fatal) -> Configuration {
    guard let path else { return defaults(profile: profile) }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw Fatal(
        .badConfiguration,
        "unable to read configuration \(path): \(reason(of: path)): name a readable UTF-8 file")
    }
    return try parse(text, path: path, profile: profile)
  }

  /// A text with everything that is wrong in it, each as `path:line:column: sentence`; what is
  /// wrong has its default.
  package static func examine(
    _ text: String, path: String, profile: Profile
  ) -> (configuration: Configuration, errors: [String]) {
    let reader = ConfigurationReader(text: text, path: path)
    var digest = Digest()
    digest.add(text)
    let configuration = Configuration(
      reader, profile: profile, source: path, digest: digest.hexadecimal)
    return (configuration, reader.errors)
  }

  /// `sentence` behind the place of the first of `keys` that the file sets, if it sets one.
  ///
  /// Of a key such as `a.b × c.d` the first name counts.
  package func placed(_ keys: [String], _ sentence: String) -> String {
    let names = keys.map { key in String(key.prefix { $0 != " " }) }
    return names.lazy.compactMap { places[$0] }.first.map { "\($0): \(sentence)" } ?? sentence
  }

  /// The same for a text that has been read already; `path` only names it in errors.
  package static func parse(
    _ text: String, path: String, profile: Profile
  ) throws(Fatal) -> Configuration {
    let (configuration, errors) = examine(text, path: path, profile: profile)
    guard errors.isEmpty else {
      let count = errors.count == 1 ? "1 error" : "\(errors.count) errors"
      throw Fatal(
        .badConfiguration,
        (["unable to accept configuration \(path): \(count): correct"] + errors)
          .joined(separator: "\n"))
    }
    return configuration
  }

  /// Every key there is, as `section.key`, in the order it is declared.
  package static var schema: [String] {
    let reader = ConfigurationReader.empty
    _ = Configuration(reader, profile: .demo, source: "", digest: "")
    return reader.schema
  }

  private static func reason(of path: String) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return "no such file"
    }
    if isFolder.boolValue { return "it is a folder" }
    return FileManager.default.isReadableFile(atPath: path) ? "not UTF-8" : "permission denied"
  }
}
