import Domain
import Ledger

// What persons and the gate may change of the risk state; each is journaled with who and why.
extension RouterMachine {
  /// How long a loosening waits for its second confirmation.
  static let confirmationMilliseconds: Int64 = 600_000
  private static let gatesKinds: Set<RiskLock.Kind> = [.shock, .drawdown, .margin, .dailyLoss]
  /// One for each of the venue's instruments, and more.
  private static let mostLocks = 8192
  private static let tradingWords: Set<String> = ["active", "reducing", "halted"]

  // MARK: - The gate

  /// Journals what the gate asks for; saying the same again changes nothing.
  mutating func admit(_ proposal: RiskProposal, offer: UInt64, now: RouterTime) {
    let denial: Denial?
    switch proposal.body {
    case .lock(let lock): denial = admit(lock, now)
    case .tradingState(let state): denial = admit(state, now)
    }
    let hash = Self.hash(Array(proposal.id.text.utf8))
    effects.append(
      .acknowledge(offer: offer, denial.map { .denied([$0]) } ?? .accepted(hash)))
  }

  private mutating func admit(_ lock: RiskLock, _ now: RouterTime) -> Denial? {
    guard Self.gatesKinds.contains(lock.kind) else {
      return Denial(.malformed, "lock=\(lock.kind.rawValue) is not the gate's to set")
    }
    guard lock.until.map({ $0 >= lock.since }) ?? true, lock.since <= now.wall.inAMinute else {
      return Denial(.malformed, "lock ends before it begins, or begins in the future")
    }
    if case .instrument(let id) = lock.scope, instruments[id] == nil {
      return Denial(.unknownInstrument, "\(id)")
    }
    guard book.risk.locks.count < Self.mostLocks else {
      return Denial(.malformed, "\(book.risk.locks.count) locks are too many")
    }
    // A lock of the future would take what ends before it along.
    impose(
      RiskLock(
        kind: lock.kind, scope: lock.scope, since: min(lock.since, now.wall), until: lock.until,
        why: lock.why, by: lock.by), now)
    return nil
  }

  private mutating func admit(_ state: RiskTradingState, _ now: RouterTime) -> Denial? {
    guard Self.tradingWords.contains(state.word) else {
      return Denial(.malformed, "trading state \(state.word)")
    }
    guard book.risk.tradingState?.word != state.word else { return nil }
    record(.risk(.tradingState(state)), now)
    effects.append(.alert("trading state \(state.word): \(state.why)"))
    return nil
  }

  // MARK: - Persons

  /// Ends a lock before its time; a strategy that was throttled trades again.
  mutating func unlock(
    _ kind: RiskLock.Kind, _ scope: RiskLock.Scope?, by: String, reason: String, _ now: RouterTime
  ) -> CommandAnswer {
    let keys = book.risk.activeLocks(at: now.wall).map(\.key)
      .filter { $0.kind == kind && (scope == nil || $0.scope == scope) }
    guard !keys.isEmpty else {
      return .refused("no lock \(kind.rawValue)\(scope.map { " of \($0)" } ?? "") holds")
    }
    for key in keys {
      record(.risk(.unlocked(key, at: now.wall, by: by, why: reason)), now)
    }
    // Measured from the old peak it would lock again at once.
    if kind == .drawdown, let equity {
      record(.risk(.figure(.peakEquity, equity.micros, at: now.wall)), now)
    }
    let names = keys.map { "\($0.kind.rawValue) \($0.scope)" }.joined(separator: ", ")
    return .done("unlocked \(names)")
  }

  /// Keeps entries of something away until a person says otherwise.
  mutating func lock(
    _ scope: RiskLock.Scope, until: WallTime?, by: String, reason: String, _ now: RouterTime
  ) -> CommandAnswer {
    let key = RiskLock.Key(.manual, scope)
    guard book.risk.locks[key]?.isActive(at: now.wall) != true else {
      return .refused("\(scope) is locked already: \(book.risk.locks[key]?.why ?? "")")
    }
    record(
      .risk(
        .locked(
          RiskLock(
            kind: .manual, scope: scope, since: now.wall, until: until, why: reason, by: by))),
      now)
    return .done("locked \(scope)")
  }

  /// Tightening acts at once; loosening waits for a second word.
  mutating func change(
    _ key: String, to text: String, tightens: Bool, by: String, reason: String, _ now: RouterTime
  ) -> CommandAnswer {
    let limit: ChangeableLimit
    let value: Int64
    switch wanted(key, text) {
    case .failure(let refusal): return .refused(refusal.why)
    case .success(let found): (limit, value) = found
    }
    let from = book.risk.effective(
      key, configured: limit.configured, tighter: limit.tighter)
    let shown = "\(limit.text(from)) to \(limit.text(value))"
    guard value != from else { return .refused("\(key) is \(limit.text(from)) already") }
    guard limit.isTighter(value, than: from) == tightens else {
      return .refused("\(key) from \(shown) \(tightens ? "loosens" : "tightens") it")
    }
    let change = LimitChange(
      key: key, from: from, to: value, configured: limit.configured,
      state: tightens ? .set : .asked, at: now.wall, by: by, why: reason)
    record(.risk(.limit(change)), now)
    return .done(
      tightens
        ? "\(key) tightened from \(shown)"
        : "\(key) from \(shown) waits for its second confirmation, ten minutes: "
          + "interlock limits confirm \(key) \(text) --reason TEXT")
  }

  /// The second word to a loosening: the same limit, the same value, in time.
  mutating func confirm(
    _ key: String, to text: String, by: String, reason: String, _ now: RouterTime
  ) -> CommandAnswer {
    let limit: ChangeableLimit
    let value: Int64
    switch wanted(key, text) {
    case .failure(let refusal): return .refused(refusal.why)
    case .success(let found): (limit, value) = found
    }
    guard let asked = book.risk.asked[key] else {
      return .refused("nobody asked to loosen \(key): interlock limits loosen comes first")
    }
    let age = now.wall.milliseconds - asked.at.milliseconds
    guard (0...Self.confirmationMilliseconds).contains(age) else {
      return .refused("\(key) was asked \(age / 1000) s ago: ask again")
    }
    let from = book.risk.effective(key, configured: limit.configured, tighter: limit.tighter)
    guard asked.to == value, asked.from == from, asked.configured == limit.configured else {
      return .refused(
        "asked was \(limit.text(asked.from)) to \(limit.text(asked.to)), now it is "
          + "\(limit.text(from)) to \(limit.text(value)): ask again")
    }
    if settings.risk.confirmByAnother, asked.by.person == by.person {
      return .refused(
        "\(asked.by) asked for it: another person has to confirm (risk_state.confirm_by_another)")
    }
    record(
      .risk(
        .limit(
          LimitChange(
            key: key, from: from, to: value, configured: limit.configured, state: .set,
            at: now.wall, by: by, why: "\(reason) (asked by \(asked.by): \(asked.why))".clipped))),
      now)
    return .done("\(key) loosened from \(limit.text(from)) to \(limit.text(value))")
  }

  private struct Refusal: Error {
    let why: String
  }

  private func wanted(
    _ key: String, _ text: String
  ) -> Result<(ChangeableLimit, Int64), Refusal> {
    guard let limit = limits.first(where: { $0.key == key }) else {
      return .failure(Refusal(why: "\(key): no such limit: interlock limits show lists them"))
    }
    guard let value = limit.value(text) else {
      return .failure(Refusal(why: "\(key): \"\(text.prefix(40))\" is no number in its unit"))
    }
    guard limit.range.contains(value) else {
      let bounds = limit.range
      return .failure(
        Refusal(
          why: "\(key): \(limit.unit.text(value)) is out of bounds, "
            + "\(limit.unit.text(bounds.lowerBound)) to \(limit.unit.text(bounds.upperBound))"))
    }
    return .success((limit, value))
  }
}

extension WallTime {
  /// Clocks of one host do not differ by more.
  fileprivate var inAMinute: WallTime { advanced(byMilliseconds: 60_000) }
}

extension String {
  /// Who asked, without the number of the process that did.
  fileprivate var person: String {
    guard let pid = firstRange(of: ", pid ") else { return self }
    return String(self[..<pid.lowerBound] + self[pid.upperBound...].drop(while: \.isNumber))
  }

  /// At most 400 bytes: what a message takes.
  fileprivate var clipped: String {
    var room = 400
    return String(
      unicodeScalars.prefix { scalar in
        room -= UTF8.width(scalar)
        return room >= 0
      })
  }
}
