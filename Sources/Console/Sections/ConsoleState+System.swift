import Daemon

// Latencies, memory and what this process itself is.
extension ConsoleState {
  func system(pages: Int, skipped: UInt64) -> JSON {
    [
      "hops": .array(
        Hop.allCases.map { hop in
          let histogram = hops[hop] ?? Histogram()
          return [
            "hop": .string(hop.rawValue), "title": .string(hop.title),
            "count": .integer(Int64(clamping: histogram.count)),
            "p50": JSON(histogram.quantile(0.5)), "p99": JSON(histogram.quantile(0.99)),
            "above": .bool(histogram.counts.last ?? 0 > 0),
            "counts": .array(histogram.counts.map { .integer(Int64(clamping: $0)) }),
          ]
        }),
      "bounds": .array(Histogram.bounds.map { .number($0) }),
      "pages": .integer(Int64(pages)), "skipped": .integer(Int64(clamping: skipped)),
      "malformed": .integer(Int64(clamping: streams.malformed)),
    ]
  }
}
