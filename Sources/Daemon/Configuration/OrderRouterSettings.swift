/// How the router sends, what it protects with, how often it looks at the venue.
package struct OrderRouterSettings: Equatable, Sendable {
  package let entryOrder: String
  package let entryTimeoutSeconds: Int64
  package let requestDeadlineMilliseconds: Int64
  package let stopDeadlineMilliseconds: Int64
  package let protectionDeadlineMilliseconds: Int64
  package let skewMarginMilliseconds: Int64
  package let pollIntervalMilliseconds: Int64
  package let reconcileIntervalMilliseconds: Int64
  package let rearmCooldownSeconds: Int64
  package let holdAfterSeconds: Int64
  /// Whether the account's stream is heard, and needed for an entry.
  package let accountStream: Bool
  package let breakEvenAfter: Int64
  package let trailingPercent: Double
  package let adoptedStopPercent: Double
  package let entriesPerTenSeconds: Int64
  package let entriesPerMinute: Int64
  /// In USD; 0 is no limit.
  package let maxOrderUSD: Int64
  package let maxInstrumentUSD: Int64
  package let maxTotalUSD: Int64

  init(_ section: ConfigurationSection) {
    entryOrder = section.text("entry_order", "ioc", expected: "ioc, lmt or post") {
      ["ioc", "lmt", "post"].contains($0)
    }
    entryTimeoutSeconds = section.integer("entry_timeout_s", 30, 1...3600)
    requestDeadlineMilliseconds = section.integer("request_deadline_ms", 5000, 100...60_000)
    stopDeadlineMilliseconds = section.integer("stop_deadline_ms", 1000, 100...60_000)
    protectionDeadlineMilliseconds = section.integer(
      "protection_deadline_ms", 5000, 500...60_000)
    skewMarginMilliseconds = section.integer("skew_margin_ms", 500, 0...60_000)
    pollIntervalMilliseconds = section.integer("poll_interval_ms", 500, 50...60_000)
    reconcileIntervalMilliseconds = section.integer(
      "reconcile_interval_ms", 2000, 500...3_600_000)
    rearmCooldownSeconds = section.integer("rearm_cooldown_s", 60, 0...604_800)
    holdAfterSeconds = section.integer("hold_after_s", 60, 5...3600)
    accountStream = section.flag("account_stream", true)
    breakEvenAfter = section.integer("break_even_after", 0, 0...8)
    trailingPercent = section.decimal("trailing_pct", 0, 0...50)
    adoptedStopPercent = section.decimal("adopted_stop_pct", 2, 0.1...50)
    entriesPerTenSeconds = section.integer("entries_per_10_s", 10, 1...1000)
    entriesPerMinute = section.integer("entries_per_minute", 60, 1...6000)
    maxOrderUSD = section.integer("max_order_usd", 0, 0...1_000_000_000)
    maxInstrumentUSD = section.integer("max_instrument_usd", 0, 0...1_000_000_000)
    maxTotalUSD = section.integer("max_total_usd", 0, 0...1_000_000_000)
    section.demand(
      stopDeadlineMilliseconds <= protectionDeadlineMilliseconds, "stop_deadline_ms",
      "\(stopDeadlineMilliseconds) is above protection_deadline_ms "
        + "\(protectionDeadlineMilliseconds)")
    section.demand(
      trailingPercent == 0 || breakEvenAfter > 0, "trailing_pct",
      "a stop trails from break-even on: set break_even_after")
    section.demand(
      entriesPerTenSeconds <= entriesPerMinute, "entries_per_10_s",
      "\(entriesPerTenSeconds) is above entries_per_minute \(entriesPerMinute)")
  }
}
