import Ledger

/// Intents decided and durable a second, by how many share a commit.
struct GroupBench {
  let folder: String

  func run(_ intents: Int) throws {
    for size in [1, 8, 64, 256] {
      let ledger = try LedgerBench.open("\(folder)/group-\(size).sqlite")
      _ = try ledger.beginEpoch()
      let total = size == 1 ? min(intents, 4000) : intents
      var next = 0
      var commits: [Int64] = []
      // Ended ones free their instrument; outside the measured time.
      let trades = (0..<total).map { BenchTrade($0) }
      var spent: Int64 = 0
      while next < total {
        let batch = trades[next..<min(total, next + size)]
        next += size
        let start = LedgerBench.now()
        for trade in batch { _ = try ledger.past(of: trade.signal) }
        try ledger.commit(batch.flatMap(\.accepted), now: BenchTrade.now)
        let end = LedgerBench.now()
        commits.append(end - start)
        spent += end - start
        try ledger.commit(batch.flatMap(\.ended), now: BenchTrade.now)
        if next % (16 * size) == 0 { _ = try ledger.idle(now: BenchTrade.now) }
      }
      let seconds = Double(spent) / 1e9
      let quantiles = LedgerBench.quantiles(commits)
      print(
        "group: \(size) a commit: \(Int(Double(total) / seconds)) intents/s, "
          + "\(Int(Double(commits.count) / seconds)) commits/s, "
          + "\(Int(Double(5 * total) / seconds)) rows/s; p50 "
          + "\(LedgerBench.rounded(quantiles.p50 / 1000, 2)) ms, p99 "
          + "\(LedgerBench.rounded(quantiles.p99 / 1000, 2)) ms")
    }
  }
}
