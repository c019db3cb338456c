import Domain

/// One pool of the venue's rate limits as it is counted here.
///
/// Whether the venue counts a fixed window, a sliding one or a bucket that fills up is not known,
/// so the strictest is kept: no more than `limit` tokens in any `window`.
///
/// Invariants:
/// 1. A request counts from before its first byte until a window after its end, for the venue may
///    have counted it at any moment in between.
/// 2. A share never spends what is reserved for another and not yet spent by it.
/// 3. At most `limit` tokens are out at any moment.
struct TokenWindow: Hashable, Sendable {
  typealias Share = RequestCost.Share

  private struct Spending: Hashable, Sendable {
    let tokens: Int
    /// Nil for tokens that nobody here spent.
    let share: Share?
    /// When they come back; nil while the request is under way.
    var back: MachineTime?
    let serial: UInt64

    func isOut(_ now: MachineTime) -> Bool { back.map { now < $0 } ?? true }
  }

  /// In how many steps an emptied pool comes back.
  private static let steps = 10

  let limit: Int
  let windowMilliseconds: Int64
  let reserves: [Share: Int]
  private var spendings: [Spending] = []

  init(limit: Int, windowMilliseconds: Int64, reserves: [Share: Int]) {
    invariant(
      reserves.values.allSatisfy { $0 >= 0 } && reserves.values.reduce(0, +) <= limit,
      "the reserves of a pool fit into it")
    self.limit = limit
    self.windowMilliseconds = windowMilliseconds
    self.reserves = reserves
  }

  /// How many tokens `share` may spend at `now`.
  func available(_ share: Share, now: MachineTime) -> Int {
    let out = spendings.filter { $0.isOut(now) }
    let kept = reserves.filter { $0.key != share }.reduce(0) { kept, reserve in
      let spent = out.filter { $0.share == reserve.key }.reduce(0) { $0 + $1.tokens }
      return kept + max(0, reserve.value - spent)
    }
    return max(0, limit - out.reduce(0) { $0 + $1.tokens } - kept)
  }

  /// Spends `tokens` on the request `serial`, or says no.
  mutating func take(_ tokens: Int, _ share: Share, serial: UInt64, now: MachineTime) -> Bool {
    spendings.removeAll { !$0.isOut(now) }
    guard tokens <= available(share, now: now) else { return false }
    spendings.append(Spending(tokens: tokens, share: share, back: nil, serial: serial))
    return true
  }

  /// The request `serial` ended; one that was not sent gives its tokens back.
  mutating func settle(_ serial: UInt64, wasSent: Bool, now: MachineTime) {
    guard let index = spendings.firstIndex(where: { $0.serial == serial && $0.back == nil }) else {
      return
    }
    if wasSent {
      spendings[index].back = now.advanced(byMilliseconds: windowMilliseconds)
    } else {
      spendings.remove(at: index)
    }
  }

  /// The venue says that nothing is left: everything is gone, and comes back in steps.
  ///
  /// Steps, because a venue that lets tokens trickle back would serve the first stop long before
  /// the whole window is over; what comes back first is the reserves'.
  mutating func empty(resetMilliseconds: Int64?, now: MachineTime) {
    let span = min(max(resetMilliseconds ?? windowMilliseconds, 1000), windowMilliseconds)
    spendings.removeAll { !$0.isOut(now) || $0.share == nil }
    var left = limit - spendings.reduce(0) { $0 + $1.tokens }
    for step in 1...Self.steps where left > 0 {
      let tokens = step == Self.steps ? left : min(left, max(1, limit / Self.steps))
      left -= tokens
      spendings.append(
        Spending(
          tokens: tokens, share: nil,
          back: now.advanced(byMilliseconds: span * Int64(step) / Int64(Self.steps)), serial: 0))
    }
  }

  /// How long ago each token was spent, in milliseconds, the oldest first.
  func ages(now: MachineTime) -> [Int64] {
    spendings.filter { $0.isOut(now) }.flatMap { spending in
      let age = spending.back.map { windowMilliseconds - $0.milliseconds(since: now) } ?? 0
      return Array(repeating: max(0, age), count: spending.tokens)
    }.sorted(by: >)
  }

  /// Counts tokens that an earlier life of this process spent so long ago.
  mutating func restore(ages: [Int64], share: Share, now: MachineTime) {
    for age in ages.prefix(limit) where age < windowMilliseconds {
      spendings.append(
        Spending(
          tokens: 1, share: share,
          back: now.advanced(byMilliseconds: windowMilliseconds - max(0, age)), serial: 0))
    }
  }
}
