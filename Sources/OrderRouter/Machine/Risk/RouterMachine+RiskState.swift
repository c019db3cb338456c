import Domain
import Ledger

// The risk state: figures and locks that follow from facts of the ledger, in the fact's commit.
extension RouterMachine {
  /// A reading of the account: day start and peak.
  mutating func measure(_ account: AccountSnapshot, _ now: RouterTime) {
    let equity = account.equity
    let start = book.risk.figures[.dayStartEquity]
    let today = settings.risk.day(now.wall)
    if start.map({ settings.risk.day($0.at) < today }) ?? true {
      record(.risk(.figure(.dayStartEquity, equity.micros, at: now.wall)), now)
      record(.risk(.figure(.dayRealised, 0, at: now.wall)), now)
    }
    let peak = book.risk.figure(.peakEquity)
    guard equity.micros > peak ?? .min else { return doubtfulPeak = nil }
    if let peak, !isPlausible(equity, above: peak) {
      guard let doubtful = doubtfulPeak, !isPlausible(doubtful, above: peak) else {
        doubtfulPeak = equity
        // Read again at once: a peak that never was would end in a drawdown that never was.
        nextAccount = now.machine.advanced(byMilliseconds: settings.pollMilliseconds)
        alert("equity \(equity) is far above the peak \(Money(micros: peak)): read again")
        return
      }
    }
    doubtfulPeak = nil
    record(.risk(.figure(.peakEquity, equity.micros, at: now.wall)), now)
  }

  private func isPlausible(_ equity: Money, above peak: Int64) -> Bool {
    Int128(equity.micros - peak) * Int128(RiskPolicy.whole)
      <= Int128(max(0, peak)) * Int128(settings.risk.plausiblePeak)
  }

  /// All that follows from a round trip.
  mutating func judge(_ trade: ClosedTrade, _ now: RouterTime) {
    if let net = trade.net {
      let figure = book.risk.figures[.dayRealised]
      let isToday = figure.map { settings.risk.day($0.at) == settings.risk.day(now.wall) } ?? false
      let before = isToday ? figure?.value ?? 0 : 0
      let (sum, overflow) = before.addingReportingOverflow(net.micros)
      record(.risk(.figure(.dayRealised, overflow ? .min : sum, at: now.wall)), now)
    }
    countStreak(trade, now)
    for lock in Protections.locks(after: book.risk.trades, settings.risk, now: now.wall) {
      impose(lock, now)
    }
  }

  /// Any win ends every streak and its pause; a loss that is large enough counts for its setups.
  private mutating func countStreak(_ trade: ClosedTrade, _ now: RouterTime) {
    guard let net = trade.net else { return }
    if net > .zero { return endStreaks(now) }
    guard isCounted(net, trade.equity) else { return }
    let setups = trade.setups
    let (limit, pause) = settings.risk.streak(setups)
    guard limit > 0 else { return }
    let losses = (book.risk.figure(.streak(setups)) ?? 0) + 1
    guard losses >= limit else {
      return record(.risk(.figure(.streak(setups), losses, at: now.wall)), now)
    }
    for setups in SetupClass.allCases { setStreak(setups, 0, now) }
    guard pause > 0 else { return }
    impose(
      RiskLock(
        kind: .lossStreak, scope: .setups(setups), since: now.wall,
        until: now.wall.advanced(byMilliseconds: pause),
        why: "losses=\(losses) limit=\(limit) pause_ms=\(pause)", by: "order-router"), now)
  }

  private mutating func endStreaks(_ now: RouterTime) {
    for setups in SetupClass.allCases {
      setStreak(setups, 0, now)
      let key = RiskLock.Key(.lossStreak, .setups(setups))
      guard book.risk.locks[key]?.isActive(at: now.wall) == true else { continue }
      record(.risk(.unlocked(key, at: now.wall, by: "order-router", why: "a win")), now)
    }
  }

  private mutating func setStreak(_ setups: SetupClass, _ count: Int64, _ now: RouterTime) {
    guard book.risk.figure(.streak(setups)) ?? 0 != count else { return }
    record(.risk(.figure(.streak(setups), count, at: now.wall)), now)
  }

  /// |net| ÷ equity ≥ the least loss that counts; without an equity every loss does.
  private func isCounted(_ net: Money, _ equity: Money?) -> Bool {
    guard net < .zero else { return false }
    guard let equity, equity.micros > 0 else { return true }
    return Int128(net.micros.magnitude) * Int128(RiskPolicy.whole)
      >= Int128(equity.micros) * Int128(settings.risk.countedLoss)
  }

  /// The last entry that a strategy may make by itself latches it.
  mutating func countExecution(of strategy: StrategyID, _ now: RouterTime) {
    let policy = settings.risk
    guard policy.executions > 0 else { return }
    let since = now.wall.advanced(byMilliseconds: -policy.executionWindow)
    let count = book.risk.executions(of: strategy, since: since)
    guard count >= policy.executions else { return }
    impose(
      RiskLock(
        kind: .throttle, scope: .strategy(strategy), since: now.wall, until: nil,
        why: "executions=\(count) limit=\(policy.executions) window_ms=\(policy.executionWindow)",
        by: "order-router"), now)
  }

  /// A lock that holds for longer than one of its kind that is there already.
  mutating func impose(_ lock: RiskLock, _ now: RouterTime) {
    if let old = book.risk.locks[lock.key], old.isActive(at: now.wall) {
      guard let until = old.until, until < lock.until ?? WallTime(milliseconds: .max) else {
        return
      }
    }
    record(.risk(.locked(lock)), now)
    // What follows every close is no news.
    guard lock.kind != .postClose, lock.kind != .cooldownPeriod else { return }
    effects.append(.alert("entries locked: \(lock.kind.rawValue) \(lock.scope): \(lock.why)"))
  }

  /// Why no entry of this may be made now; one denial for all locks.
  ///
  /// What `isAccepted` already is within its strategy's throttle: the next one is not.
  func lockDenial(_ signal: Signal, isAccepted: Bool = false, _ now: RouterTime) -> Denial? {
    let locks = book.risk.locks(
      signal.strategy, signal.instrument, signal.setup, now: now.wall
    ).filter { !isAccepted || $0.kind != .throttle }
    guard !locks.isEmpty else { return nil }
    let words = locks.map { lock in
      let until = lock.until.map { "\($0.milliseconds)" } ?? "unlocked"
      return "lock=\(lock.kind.rawValue) scope=\(lock.scope) until=\(until)"
    }
    return Denial(.riskLocked, words.joined(separator: " "))
  }
}
