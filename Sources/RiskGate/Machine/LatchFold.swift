import Domain

/// What became of the gate's own latches, as the ledger tells it.
struct LatchFold: Hashable, Sendable {
  /// More halts of one day than may end by themselves need not be counted.
  private static let most = 101

  /// When margin halted trading, oldest first.
  private var marginHalts: [WallTime] = []
  /// When a person last lifted a day's loss.
  private(set) var dayLifted: WallTime?

  mutating func apply(_ change: RiskChange) {
    switch change {
    case .locked(let lock) where lock.kind == .margin:
      marginHalts.append(lock.since)
      if marginHalts.count > Self.most { marginHalts.removeFirst() }
    case .unlocked(let key, let time, _, _) where key.kind == .dailyLoss: dayLifted = time
    case .figure, .locked, .unlocked, .limit, .tradingState: break
    }
  }

  func marginHalts(where isCounted: (WallTime) -> Bool) -> Int {
    marginHalts.count(where: isCounted)
  }
}
