/// When a stage counts as hung, how fast it comes back, and when the supervisor gives it up.
package struct SupervisorSettings: Equatable, Sendable {
  package let startTimeoutMilliseconds: Int64
  package let heartbeatTimeoutMilliseconds: Int64
  package let backoffInitialMilliseconds: Int64
  package let backoffMaximumMilliseconds: Int64
  package let backoffResetSeconds: Int64
  package let breakerDeaths: Int64
  package let breakerWindowSeconds: Int64
  package let drainTimeoutMilliseconds: Int64

  init(_ section: ConfigurationSection, profile: Profile) {
    let demo = profile == .demo
    startTimeoutMilliseconds = section.integer("start_timeout_ms", 10_000, 1000...600_000)
    heartbeatTimeoutMilliseconds = section.integer("heartbeat_timeout_ms", 2000, 500...60_000)
    backoffInitialMilliseconds = section.integer("backoff_initial_ms", 100, 10...60_000)
    backoffMaximumMilliseconds = section.integer(
      "backoff_max_ms", demo ? 200 : 5000, 10...600_000)
    backoffResetSeconds = section.integer("backoff_reset_s", 60, 1...86_400)
    breakerDeaths = section.integer("breaker_deaths", demo ? 1000 : 5, 1...1_000_000)
    breakerWindowSeconds = section.integer("breaker_window_s", 60, 1...86_400)
    drainTimeoutMilliseconds = section.integer("drain_timeout_ms", 5000, 100...600_000)
    section.demand(
      backoffInitialMilliseconds <= backoffMaximumMilliseconds, "backoff_max_ms",
      "\(backoffMaximumMilliseconds) is below backoff_initial_ms \(backoffInitialMilliseconds)")
  }
}
