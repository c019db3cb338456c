// What the router measures: commits, the venue's answers, budget, clock and protection.
extension MetricsText {
  mutating func venue() {
    guard let report = state.pipeline.router?.meter else { return }
    if let times = report.commitTimes {
      writer.histogram(
        "interlock_commit_seconds", "Time of one commit of the ledger, with its fsync.",
        [([], times)])
    }
    writer.family(
      "interlock_unprotected_seconds_total", .counter,
      "Seconds that positions were without their whole stop, summed over positions.",
      Double(report.uncoveredMs) / 1000)
    writer.family(
      "interlock_venue_requests_total", .counter, "Requests to the venue that have ended.",
      Double(report.venueRequests))
    writer.family(
      "interlock_venue_errors_total", .counter,
      "Requests to the venue that ended in no answer, by what they ended in.",
      report.venueErrors.sorted { $0.key < $1.key }.map {
        ([("class", $0.key)], Double($0.value))
      })
    writer.family(
      "interlock_rate_budget_tokens", .gauge, "What of the venue's rate limits each may spend now.",
      report.tokensLeft.sorted { $0.key < $1.key }.map { ([("share", $0.key)], Double($0.value)) })
    writer.family(
      "interlock_venue_clock_trusted", .gauge,
      "Whether the venue's clock is known well enough for an entry.", report.clock.trusted ? 1 : 0)
    writer.family(
      "interlock_venue_clock_skew_seconds", .gauge,
      "How far the venue's clock is ahead of this host's.",
      report.clock.skewMs.map { Double($0) / 1000 })
    writer.family(
      "interlock_venue_clock_uncertainty_seconds", .gauge,
      "How far the venue's clock may be from what is believed.",
      report.clock.uncertaintyMs.map { Double($0) / 1000 })
  }
}
