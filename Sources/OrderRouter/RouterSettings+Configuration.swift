package import Daemon
import Domain

extension RouterSettings {
  package init(_ configuration: Configuration) {
    self.init()
    let configured = configuration.orderRouter
    margin = MarginCheck.Requirement(configuration.account)
    marginAgeMilliseconds = configuration.account.marginAgeMilliseconds
    entryOrder = EntryOrder(rawValue: configured.entryOrder) ?? .immediateOrCancel
    entryTimeoutMilliseconds = configured.entryTimeoutSeconds * 1000
    requestDeadlineMilliseconds = configured.requestDeadlineMilliseconds
    stopDeadlineMilliseconds = configured.stopDeadlineMilliseconds
    protectionDeadlineMilliseconds = configured.protectionDeadlineMilliseconds
    skewMarginMilliseconds = configured.skewMarginMilliseconds
    pollMilliseconds = configured.pollIntervalMilliseconds
    idlePollMilliseconds = configured.reconcileIntervalMilliseconds
    rearmCooldownMilliseconds = configured.rearmCooldownSeconds * 1000
    contradictionMilliseconds = configured.holdAfterSeconds * 1000
    needsMirror = configured.accountStream
    breakEvenAfterRungs = Int(configured.breakEvenAfter)
    trailingPermille = Int64((configured.trailingPercent * 10).rounded())
    adoptedStopPermille = Int64((configured.adoptedStopPercent * 10).rounded())
    entriesPerTenSeconds = Int(configured.entriesPerTenSeconds)
    entriesPerMinute = Int(configured.entriesPerMinute)
    maxOrderNotional = Self.limit(configured.maxOrderUSD)
    maxInstrumentNotional = Self.limit(configured.maxInstrumentUSD)
    maxTotalNotional = Self.limit(configured.maxTotalUSD)
    // Basis points count ten thousand each, which is a hundred-millionth of a whole as well.
    risk = RiskPolicy(
      configuration.riskState, takerFee: configuration.riskGate.value("taker_fee_bps"))
    gateLimits = RiskLimit.all.map { row in
      ChangeableLimit(
        key: row.configKey, unit: row.unit, tighter: row.tighter, range: row.range,
        configured: configuration.riskGate.value(row.key))
    }
  }

  private static func limit(_ usd: Int64) -> Money? {
    usd == 0 ? nil : Money(micros: usd * 1_000_000)
  }
}

extension MarginCheck.Requirement {
  fileprivate init(_ account: AccountSettings) {
    var exceptions: [InstrumentID: MarginMode] = [:]
    for (symbol, word) in account.marginExceptions {
      guard let id = InstrumentID(symbol), let mode = MarginMode(word: word) else {
        fatalError("invariant broken: account.margin_exceptions was checked when it was read")
      }
      exceptions[id] = mode
    }
    self.init(standard: account.margin.flatMap { MarginMode(word: $0) }, exceptions: exceptions)
  }
}
