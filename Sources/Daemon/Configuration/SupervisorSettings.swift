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
  /// What one stage may write of memory, and the paper venue, which holds whole market files.
  package let stageMemoryMegabytes: Int64
  package let venueMemoryMegabytes: Int64
  package let stageFiles: Int64
  /// Processor time a stage may use without its loop coming round.
  package let stageCPUSeconds: Int64

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
    stageMemoryMegabytes = section.integer("stage_memory_mb", 2048, 64...1_048_576)
    venueMemoryMegabytes = section.integer("venue_memory_mb", 8192, 64...1_048_576)
    stageFiles = section.integer("stage_files", 65_536, 64...1_048_576)
    stageCPUSeconds = section.integer("stage_cpu_s", 60, 5...86_400)
    section.demand(
      backoffInitialMilliseconds <= backoffMaximumMilliseconds, "backoff_max_ms",
      "\(backoffMaximumMilliseconds) is below backoff_initial_ms \(backoffInitialMilliseconds)")
  }
}
