import Domain

/// What this gate wants journaled of the risk state and the ledger does not show yet.
///
/// Invariants: 1. It is offered again, ever more seldom, until the ledger shows it, a newer one of
/// the same thing takes its place, or its time is over; a full link or a router that is away only
/// delays it. 2. There is one of each kind and scope of lock, and one trading state.
struct ProposalOutbox: Sendable {
  static let firstMilliseconds: Int64 = 2000
  static let longestMilliseconds: Int64 = 60_000

  private enum Key: Hashable, Sendable {
    case tradingState
    case lock(RiskLock.Key)

    init(_ body: RiskProposal.Body) {
      switch body {
      case .tradingState: self = .tradingState
      case .lock(let lock): self = .lock(lock.key)
      }
    }
  }

  private struct Entry: Sendable {
    let body: RiskProposal.Body
    /// In the order in which they came.
    let number: UInt64
    var dueAt: MachineTime
    var pause = ProposalOutbox.firstMilliseconds
  }

  private var entries: [Key: Entry] = [:]
  private var numbers: UInt64 = 0

  var isEmpty: Bool { entries.isEmpty }

  /// When the next is due.
  var next: MachineTime? { entries.values.map(\.dueAt).min() }

  func holds(_ key: RiskLock.Key) -> Bool { entries[.lock(key)] != nil }

  mutating func put(_ body: RiskProposal.Body, _ now: MachineTime) {
    numbers += 1
    entries[Key(body)] = Entry(body: body, number: numbers, dueAt: now)
  }

  /// The ledger shows a change of the risk state.
  mutating func isJournaled(_ change: RiskChange) {
    switch change {
    case .locked(let lock): entries[.lock(lock.key)] = nil
    case .tradingState(let state):
      guard case .tradingState(let wanted) = entries[.tradingState]?.body,
        wanted.word == state.word
      else { return }
      entries[.tradingState] = nil
    case .figure, .unlocked, .limit: break
    }
  }

  /// What is to be offered now.
  mutating func due(_ now: MachineTime, _ wall: WallTime) -> [RiskProposal.Body] {
    guard !entries.isEmpty else { return [] }
    entries = entries.filter { _, entry in
      guard case .lock(let lock) = entry.body else { return true }
      return lock.isActive(at: wall)
    }
    let due = entries.filter { $0.value.dueAt <= now }.sorted { $0.value.number < $1.value.number }
    for (key, entry) in due {
      entries[key]?.dueAt = now.advanced(byMilliseconds: entry.pause)
      entries[key]?.pause = min(Self.longestMilliseconds, entry.pause * 2)
    }
    return due.map(\.value.body)
  }
}
