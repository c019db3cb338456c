/// Deadlines of everything the router sends, and how often it looks at the venue.
package struct OrderRouterSettings: Equatable, Sendable {
  package let requestDeadlineMilliseconds: Int64
  package let stopDeadlineMilliseconds: Int64
  package let protectionDeadlineMilliseconds: Int64
  package let skewMarginMilliseconds: Int64
  package let pollIntervalMilliseconds: Int64
  package let reconcileIntervalMilliseconds: Int64
  package let rearmCooldownSeconds: Int64

  init(_ section: ConfigurationSection) {
    requestDeadlineMilliseconds = section.integer("request_deadline_ms", 5000, 100...60_000)
    stopDeadlineMilliseconds = section.integer("stop_deadline_ms", 1000, 100...60_000)
    protectionDeadlineMilliseconds = section.integer(
      "protection_deadline_ms", 5000, 500...60_000)
    skewMarginMilliseconds = section.integer("skew_margin_ms", 500, 0...60_000)
    pollIntervalMilliseconds = section.integer("poll_interval_ms", 500, 50...60_000)
    reconcileIntervalMilliseconds = section.integer(
      "reconcile_interval_ms", 30_000, 1000...3_600_000)
    rearmCooldownSeconds = section.integer("rearm_cooldown_s", 60, 0...604_800)
    section.demand(
      stopDeadlineMilliseconds <= protectionDeadlineMilliseconds, "stop_deadline_ms",
      "\(stopDeadlineMilliseconds) is above protection_deadline_ms "
        + "\(protectionDeadlineMilliseconds)")
  }
}
