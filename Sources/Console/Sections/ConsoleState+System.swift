import Daemon

// Latencies, memory and what this process itself is.
extension ConsoleState {
  func system(pages: Int, skipped: UInt64) -> JSON {
    [
      "hops": .array(
        Hop.allCases.map { step($0.title, hops[$0] ?? Histogram()) }
          + [pipeline.router?.meter?.commitTimes.map { step("a commit of the ledger", $0) }]
          .compactMap { $0 }),
      "venue": venue, "pages": .integer(Int64(pages)),
      "skipped": .integer(Int64(clamping: skipped)),
      "malformed": .integer(Int64(clamping: streams.malformed)),
    ]
  }

  private func step(_ title: String, _ histogram: Histogram) -> JSON {
    [
      "title": .string(title), "count": .integer(Int64(clamping: histogram.count)),
      "p50": JSON(histogram.quantile(0.5)), "p99": JSON(histogram.quantile(0.99)),
      "most": JSON(histogram.bounds.last), "above": .bool(histogram.counts.last ?? 0 > 0),
      "counts": .array(histogram.counts.map { .integer(Int64(clamping: $0)) }),
      "bounds": .array(histogram.bounds.map { .number($0) }),
    ]
  }

  /// What the router has met at the venue since its start.
  private var venue: JSON {
    guard let report = pipeline.router?.meter else { return .null }
    func rows<Number: BinaryInteger>(_ counts: [String: Number]) -> JSON {
      .array(
        counts.sorted { $0.key < $1.key }.map {
          ["name": .string($0.key), "count": .integer(Int64(clamping: $0.value))]
        })
    }
    return [
      "requests": .integer(Int64(clamping: report.venueRequests)),
      "errors": rows(report.venueErrors), "tokens": rows(report.tokensLeft),
      "trusted": .bool(report.clock.trusted), "skew_ms": JSON(report.clock.skewMs),
      "uncertainty_ms": JSON(report.clock.uncertaintyMs),
      "uncovered_ms": .integer(report.uncoveredMs),
    ]
  }
}
