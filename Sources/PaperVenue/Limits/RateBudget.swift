/// What one key may still ask for; time is an input.
///
/// The venue documents "500 every 10 seconds" for trading and a pool of 100 that fills up by 100 in
/// 10 minutes for history. The first is kept for every span of 10 s, not per calendar window, which
/// is the strictest reading; the second fills evenly. The budgets are not kept over a restart.
///
/// Invariants:
/// 1. In no span of `Pool.trading.milliseconds` more than its tokens are spent.
/// 2. The history pool never holds more than its tokens and never less than none.
/// 3. A refused call costs nothing.
struct RateBudget: Sendable {
  /// The venue's two budgets.
  enum Pool: String, Hashable, Sendable {
    case trading, history

    var tokens: Int64 { self == .trading ? 500 : 100 }
    var milliseconds: Int64 { self == .trading ? 10_000 : 600_000 }
  }

  /// What a call costs.
  struct Charge: Hashable, Sendable {
    let pool: Pool
    let tokens: Int64
  }

  /// No budget is left for a call.
  struct Exhausted: Error, Hashable {
    let pool: Pool
    /// When the same call will be affordable; nil when never.
    let resetMilliseconds: Int64?
  }

  private var spent: ArraySlice<(tokens: Int64, milliseconds: Int64)> = []
  private var sum: Int64 = 0
  /// Tokens of history times the milliseconds of its span, so that filling up is exact.
  private var stock = Pool.history.tokens * Pool.history.milliseconds
  private var filledAt: Int64?

  /// Takes what the call costs, or nothing.
  mutating func spend(_ charge: Charge, at milliseconds: Int64) throws(Exhausted) {
    switch charge.pool {
    case .trading: try spendTrading(charge.tokens, at: milliseconds)
    case .history: try spendHistory(charge.tokens, at: milliseconds)
    }
  }

  private mutating func spendTrading(_ tokens: Int64, at now: Int64) throws(Exhausted) {
    let pool = Pool.trading
    while let oldest = spent.first, oldest.milliseconds <= now - pool.milliseconds {
      spent.removeFirst()
      sum -= oldest.tokens
    }
    guard sum + tokens <= pool.tokens else {
      var missing = sum + tokens - pool.tokens
      let last = spent.first { entry in
        missing -= entry.tokens
        return missing <= 0
      }
      throw Exhausted(
        pool: pool,
        resetMilliseconds: last.map { max(1, $0.milliseconds + pool.milliseconds - now) })
    }
    guard tokens > 0 else { return }
    sum += tokens
    spent.append((tokens, now))
  }

  private mutating func spendHistory(_ tokens: Int64, at now: Int64) throws(Exhausted) {
    let pool = Pool.history
    let full = pool.tokens * pool.milliseconds
    // A clock that was set back fills nothing; a span so long fills it all.
    let passed = min(max(0, now - (filledAt ?? now)), pool.milliseconds)
    stock = min(full, stock + passed * pool.tokens)
    filledAt = now
    let price = tokens * pool.milliseconds
    guard stock >= price else {
      let missing = (price - stock + pool.tokens - 1) / pool.tokens
      throw Exhausted(pool: pool, resetMilliseconds: price <= full ? missing : nil)
    }
    stock -= price
  }
}
