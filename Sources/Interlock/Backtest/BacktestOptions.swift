import ArgumentParser
import Daemon
import Domain
import Foundation
import SignalService
import Simulation

/// What a backtest plays and with what.
struct BacktestOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Candle files and folders, gzip or plain.", valueName: "path"))
  var market: [String] = []

  @Option(
    help: ArgumentHelp(
      "Play the candles of this archive, such as archive.sqlite of a state directory (default: the "
        + "files of --market).", valueName: "file"))
  var archive: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Contracts to play from --archive (default: every one whose steps are known).",
      valueName: "symbol"))
  var symbol: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Strategies to run (default: those of the configuration).", valueName: "name"))
  var strategy: [String] = []

  @Option(
    help: ArgumentHelp(
      "Configuration file (default: none, every default holds).", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Length of the candles that breakout and ema-cross decide on (default: that of the files' "
        + "candles).", valueName: "length"))
  var timeframe: String?

  @Option(
    help: ArgumentHelp(
      "Trade from here on; candles before it only warm strategies up (default: the first).",
      valueName: "time"))
  var from: String?

  @Option(
    help: ArgumentHelp("Read no candle that closes later (default: none).", valueName: "time"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "What the account begins with, in USD (default: venue.initial_balance_usd).",
      valueName: "usd"))
  var balance: Int64?

  @Option(help: ArgumentHelp("From a candle's close to the strategy.", valueName: "ms"))
  var candleLatency: Int64 = 250

  @Option(help: ArgumentHelp("From a decision to its commit.", valueName: "ms"))
  var decisionLatency: Int64 = 5

  @Option(help: ArgumentHelp("One way between router and venue.", valueName: "ms"))
  var networkLatency: Int64 = 20

  @Option(
    help: ArgumentHelp(
      "What taking costs, in basis points; below 0 the venue pays (default: 5).", valueName: "bps"))
  var takerFee: Double?

  @Option(
    help: ArgumentHelp(
      "What making costs, in basis points; below 0 the venue pays (default: 2).", valueName: "bps"))
  var makerFee: Double?

  @Flag(
    help: """
      Make up marks, premium and funding as the paper venue does where none are recorded; without \
      it mark and index are the last price then, and no funding is paid.
      """)
  var paperPrices = false

  func validate() throws {
    guard market.isEmpty != (archive == nil) else {
      throw ValidationError(
        "--market: name a candle file or a folder, or name an archive with --archive")
    }
    guard archive != nil || symbol.isEmpty else {
      throw ValidationError("--symbol: chooses from an archive: name one with --archive")
    }
    if let strange = symbol.first(where: { InstrumentID($0) == nil }) {
      throw ValidationError("--symbol: \"\(strange)\" is no contract such as PF_XBTUSD")
    }
    for (flag, text) in [("--from", from), ("--to", to)] {
      if let text, Self.time(text) == nil {
        throw ValidationError(
          "\(flag): \"\(text)\" is no time such as 2025-06-01 or 2025-06-01T12:00:00Z")
      }
    }
    if let timeframe, Timeframe(rawValue: timeframe) == nil {
      let known = Timeframe.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--timeframe: \"\(timeframe)\" is none of \(known)")
    }
    for (flag, fee) in [("--taker-fee", takerFee), ("--maker-fee", makerFee)] {
      if let fee, !(-100...1000).contains(fee) {
        throw ValidationError("\(flag): \(fee) is not between -100 and 1000 basis points")
      }
    }
    if let balance, !(1...1_000_000_000).contains(balance) {
      throw ValidationError("--balance: \(balance) is not between 1 and 1000000000")
    }
  }

  private static func millionths(_ points: Double) -> Int64 { Int64((points * 100).rounded()) }

  static func time(_ text: String) -> MarketTime? {
    let whole = text.contains("T") ? text : text + "T00:00:00Z"
    return ISO8601.milliseconds(whole).map(MarketTime.init(milliseconds:))
  }

  /// Everything that is known before the first candle is played.
  func plan(keepsJournal: Bool) throws(Fatal) -> BacktestPlan {
    try plan(
      try Configuration.load(path: config, profile: .paper), keepsJournal: keepsJournal)
  }

  func plan(
    _ configuration: Configuration, keepsJournal: Bool = false
  ) throws(Fatal) -> BacktestPlan {
    let choice = try choice(configuration.venue)
    let kinds = try kinds(configuration, choice.timeframe)
    var settings = try BacktestSettings(configuration, kinds: kinds)
    settings.keepsJournal = keepsJournal
    settings.latency.candle = candleLatency
    settings.latency.decision = decisionLatency
    settings.latency.network = networkLatency
    settings.start = from.flatMap(Self.time)
    settings.end = to.flatMap(Self.time)
    settings.takerFee = takerFee.map(Self.millionths)
    settings.makerFee = makerFee.map(Self.millionths)
    if let balance { settings.balance = Money(micros: balance * 1_000_000) }
    if let complaint = settings.complaint(choice.timeframe) {
      throw Fatal(.badConfiguration, "unable to backtest: \(complaint): correct it")
    }
    return BacktestPlan(
      contracts: choice.contracts, settings: settings, leftAside: choice.leftAside,
      told: told(configuration, settings))
  }

  private func choice(_ venue: VenueSettings) throws(Fatal) -> RecordedContract.Choice {
    let seed = paperPrices ? venue.seed : nil
    guard let archive else {
      return try RecordedContract.open(market, symbols: venue.symbols, seed: seed)
    }
    return try ArchivedContract.open(
      Directories.absolute(archive), symbols: venue.symbols,
      only: symbol.compactMap { InstrumentID($0) }, seed: seed)
  }

  /// The strategies, on candles that the market's own add up to.
  private func kinds(
    _ configuration: Configuration, _ shortest: Timeframe
  ) throws(Fatal) -> [StrategyKind] {
    let main = timeframe.flatMap(Timeframe.init(rawValue:)) ?? shortest
    let longer = Timeframe.allCases.filter { length in
      length != main && length.milliseconds % shortest.milliseconds == 0
    }
    guard main.milliseconds % shortest.milliseconds == 0 else {
      throw Fatal(
        .badConfiguration,
        "unable to make candles of \(main.rawValue) out of candles of \(shortest.rawValue): name a "
          + "multiple with --timeframe")
    }
    let names = strategy.isEmpty ? configuration.signalService.strategies : strategy
    return try StrategyCatalogue(configuration, published: [main] + longer).choose(names)
  }

  /// What the report says of the settings; the same for the same run, wherever it runs.
  private func told(
    _ configuration: Configuration, _ settings: BacktestSettings
  ) -> [String: String] {
    told.merging([
      "strategies": settings.kinds.map(\.id.text).joined(separator: " "),
      "configuration": configuration.digest, "balance_usd": "\(settings.balance)",
    ]) { $1 }
  }

  /// What was asked for, without where files lie.
  var told: [String: String] {
    let source = archive.map { path in
      [
        "archive": URL(fileURLWithPath: path).lastPathComponent,
        "symbols": symbol.isEmpty ? "all" : symbol.joined(separator: " "),
      ]
    }
    let fees = [("taker_fee_bps", takerFee), ("maker_fee_bps", makerFee)]
      .compactMap { name, fee in fee.map { (name, "\($0)") } }
    return (source ?? [:]).merging(fees) { $1 }.merging([
      "strategies": strategy.joined(separator: " "),
      "files": market.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " "),
      "from": from ?? "first candle", "to": to ?? "last candle",
      "balance_usd": balance.map { "\($0)" } ?? "configured",
      "candle_latency_ms": "\(candleLatency)",
      "decision_latency_ms": "\(decisionLatency)", "network_latency_ms": "\(networkLatency)",
      "paper_prices": "\(paperPrices)", "timeframe": timeframe ?? "that of the files",
    ]) { $1 }
  }
}

/// A backtest that is ready to run; it runs once.
struct BacktestPlan {
  let contracts: [BacktestContract]
  let settings: BacktestSettings
  let leftAside: [String]
  let told: [String: String]

  func play(_ progress: (Double) -> Void) throws(Fatal) -> BacktestResult {
    do {
      return try Backtest(contracts, settings).run(progress: progress)
    } catch let error as Fatal {
      throw error
    } catch {
      // What is wrong with a file is said by the file's own error.
      throw Fatal(.badConfiguration, "\(error)")
    }
  }
}
