import Domain

/// The venue's rate limits, kept on this side of the wire so that they are never met there.
///
/// The venue gives 500 tokens in 10 s for trading and 100 in 10 min for history. Numbers here,
/// unless an operator sets others (`RateLimits`):
///
/// | pool | ours | why |
/// |---|---|---|
/// | trading | 480 | 20 are left for an operator's own look with the same key: ten readings |
/// | cancels | 100 | ten orders pulled at once, which is more than one instrument ever has |
/// | protection | 150 | a stop for each of ten positions, half of them corrected once |
/// | reconciliation | 80 | eleven whole readings of 7 tokens: one a second |
/// | entries | none | they get what nobody else has a claim on, at most 150: 15 orders in 10 s |
/// | history | 90 | 10 are left for an operator |
///
/// Invariants:
/// 1. A request that finds no budget is not queued: it ends at once as `NOT_SENT`. Whoever wants it
///    decides anew; an order that waits here would be one that nobody watches.
/// 2. What the venue refuses for its limit is gone here too.
struct RateBudget: Hashable, Sendable {
  private var trading: TokenWindow
  private var history: TokenWindow
  /// The pool of each request under way.
  private var pools: [UInt64: RequestCost.Pool] = [:]

  init(_ limits: RateLimits = RateLimits()) {
    trading = TokenWindow(
      limit: limits.trading, windowMilliseconds: 10_000,
      reserves: [
        .cancels: limits.cancels, .protection: limits.protection,
        .reconciliation: limits.reconciliation,
      ])
    history = TokenWindow(limit: limits.history, windowMilliseconds: 600_000, reserves: [:])
  }

  /// Takes what `request` costs, or says why not.
  mutating func take(_ request: VenueRequest, serial: UInt64, now: MachineTime) -> String? {
    guard let cost = RequestCost.of(request) else { return nil }
    let left = available(cost, now: now)
    let taken =
      switch cost.pool {
      case .trading: trading.take(cost.tokens, cost.share, serial: serial, now: now)
      case .history: history.take(cost.tokens, cost.share, serial: serial, now: now)
      }
    guard taken else {
      return "rate budget of \(cost.share.rawValue): \(left) tokens left of \(cost.tokens)"
    }
    pools[serial] = cost.pool
    return nil
  }

  func available(_ cost: RequestCost, now: MachineTime) -> Int {
    switch cost.pool {
    case .trading: trading.available(cost.share, now: now)
    case .history: history.available(cost.share, now: now)
    }
  }

  /// How many orders that only reduce, or changes of them, could be sent at `now`.
  func protectiveRoom(at now: MachineTime) -> Int {
    trading.available(.protection, now: now) / RequestCost.order
  }

  /// The request `serial` ended.
  mutating func settle(_ serial: UInt64, _ result: TransportResult, now: MachineTime) {
    guard let pool = pools.removeValue(forKey: serial) else { return }
    let wasSent = if case .notSent = result { false } else { true }
    switch pool {
    case .trading: trading.settle(serial, wasSent: wasSent, now: now)
    case .history: history.settle(serial, wasSent: wasSent, now: now)
    }
  }

  /// The venue refused `request` for its limit.
  mutating func exhaust(_ request: VenueRequest, resetSeconds: Int64?, now: MachineTime) {
    switch RequestCost.of(request)?.pool {
    case .trading: trading.empty(resetMilliseconds: resetSeconds.map { $0 * 1000 }, now: now)
    case .history: history.empty(resetMilliseconds: resetSeconds.map { $0 * 1000 }, now: now)
    // Public requests cost nothing: a limit they meet is of another kind, the address's.
    case nil: break
    }
  }

  func historySpending(wall: WallTime, now: MachineTime) -> HistorySpending {
    HistorySpending(
      times: history.ages(now: now).map { wall.advanced(byMilliseconds: -$0) })
  }

  /// A time in the future, which a clock set back makes, counts as spent now.
  mutating func restore(_ spending: HistorySpending, wall: WallTime, now: MachineTime) {
    history.restore(
      ages: spending.times.reversed().map { max(0, wall.milliseconds - $0.milliseconds) },
      share: .reconciliation, now: now)
  }
}
