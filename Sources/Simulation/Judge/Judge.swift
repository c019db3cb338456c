import Domain
import SimulatedVenue

/// Judges from the venue's book and the proposer's record; the router's word counts for nothing.
///
/// Laws, each named in its findings:
/// 1. `duplicate`: at most one entry reaches the venue for each decision; of one setup the next
///    only after the position of the last was closed. A request that the network repeats and the
///    venue refuses again is no second order; one that it takes is.
/// 2. `unprotected`: no position is without its full stop past the deadline, router downtime
///    included; the time that faults of network and venue took is added to the deadline.
/// 3. `surplus`: Σ stops ≤ position and Σ take-profits ≤ position, once there was time to amend.
/// 4. `stop moved back`: the trigger of a position's stop moves towards profit only; where the
///    network brings an older amendment again, it is put right within the deadline.
/// 5. `second sending`: no client order id leaves the router twice.
struct Judge {
  static let deadline: Int64 = 5000
  /// How long more than the position may rest.
  private static let surplusTime: Int64 = 8000

  private(set) var findings: [String] = []
  private(set) var entries: [EntryKey: Int] = [:]
  private(set) var filledEntries: Set<EntryKey> = []
  private var sent: Set<String> = []
  /// Entries the venue has had, by client order id.
  private var judged: Set<String> = []
  private var bestStop: [InstrumentID: Price] = [:]
  private var worseSince: [InstrumentID: Int64] = [:]
  private var surplusSince: [String: Int64] = [:]
  private var told: Set<String> = []
  /// What faults took, and when.
  private var excuses: [(at: Int64, milliseconds: Int64)] = []
  /// Instruments on which somebody else has traded.
  private(set) var strange: Set<InstrumentID> = []
  private var setups: [String: SetupLife] = [:]
  /// Setups whose entries made the position that stands now.
  private var standing: [InstrumentID: Set<String>] = [:]

  /// How a decision is recognised at the venue: the proposer gives each another limit.
  struct EntryKey: Hashable {
    let instrument: InstrumentID
    let side: Side
    let limit: Price
  }

  private struct SetupLife {
    var hasTraded = false
    /// When the position that it opened was closed, whatever stood on the instrument since.
    var closedAt: Int64?
  }

  mutating func find(_ what: String, at now: Int64) {
    guard findings.count < 20 else { return }
    findings.append("\(now) ms: \(what)")
  }

  /// Says a lasting state once.
  mutating func findOnce(_ what: String, key: String, at now: Int64) {
    if told.insert(key).inserted { find(what, at: now) }
  }

  mutating func excuse(_ milliseconds: Int64, at now: Int64) {
    excuses.append((now, milliseconds))
  }

  mutating func expectStranger(on instrument: InstrumentID) { strange.insert(instrument) }

  /// What faults took of the time since `since`; one that began shortly before counts.
  func excused(since: Int64) -> Int64 {
    var sum: Int64 = 0
    for excuse in excuses.reversed() {
      guard excuse.at + excuse.milliseconds >= since - 4000 else { continue }
      sum += excuse.milliseconds
    }
    return sum
  }

  // MARK: - What the router sends

  mutating func sees(_ request: VenueRequest, at now: Int64) {
    guard case .place(let placement) = request else { return }
    if !sent.insert(placement.clientOrderID.text).inserted {
      find("second sending of \(placement.clientOrderID)", at: now)
    }
  }

  // MARK: - What the venue records

  mutating func sees(
    _ records: [BookRecord], _ book: VenueBook, decisions: [EntryKey: Gate.Decision],
    cooldown: Int64, at now: Int64
  ) {
    for record in records {
      switch record.change {
      case .order(let order, let reason, let old):
        guard order.clientOrderID != nil else { continue }
        let isNew = old == nil && (reason == .placed || order.status == .rejected)
        let isRepeated = !judged.insert(order.clientOrderID ?? "").inserted
        if isNew, order.status == .rejected, isRepeated { continue }
        if !order.reduceOnly, isNew { judgeEntry(order, decisions, cooldown, now) }
        if order.kind == .stop, order.status == .open { judgeStop(order, book, now) }
      case .fill(let fill, let settlement, let order):
        if settlement.lotsAfter == 0 {
          bestStop[fill.instrument] = nil
          worseSince[fill.instrument] = nil
          for setup in standing.removeValue(forKey: fill.instrument) ?? [] {
            setups[setup]?.closedAt = now
          }
        }
        if order.clientOrderID != nil, !order.reduceOnly, let key = Self.key(order) {
          filledEntries.insert(key)
          if let decision = decisions[key] {
            let setup = Self.name(decision.signal)
            setups[setup]?.hasTraded = true
            if settlement.lotsAfter != 0 {
              standing[fill.instrument, default: []].insert(setup)
              setups[setup]?.closedAt = nil
            }
          }
        }
      default: break
      }
    }
  }

  static func key(_ order: VenueOrder) -> EntryKey? {
    order.limit.map { EntryKey(instrument: order.instrument, side: order.side, limit: $0) }
  }

  private static func name(_ signal: Signal) -> String {
    "\(signal.instrument)/\(signal.direction.rawValue)/\(signal.setup)"
  }

  private mutating func judgeEntry(
    _ order: VenueOrder, _ decisions: [EntryKey: Gate.Decision], _ cooldown: Int64, _ now: Int64
  ) {
    guard let key = Self.key(order), let decision = decisions[key] else {
      return find("duplicate: entry \(order.clientOrderID ?? "") of no decision", at: now)
    }
    entries[key, default: 0] += 1
    if entries[key, default: 0] > 1 {
      find("duplicate: entry \(entries[key, default: 0]) of \(decision.signal.id)", at: now)
    }
    let setup = Self.name(decision.signal)
    if let life = setups[setup], !strange.contains(order.instrument) {
      let flat = life.closedAt.map { now - $0 }
      // The router counts the cool-down by a wall clock that may have jumped.
      if !life.hasTraded || flat == nil || (flat ?? 0) < min(cooldown, 1000) {
        find(
          "duplicate: setup \(setup) again, traded=\(life.hasTraded) "
            + "closed for \(flat.map { "\($0) ms" } ?? "never")", at: now)
      }
    }
    setups[setup] = SetupLife()
  }

  private mutating func judgeStop(_ order: VenueOrder, _ book: VenueBook, _ now: Int64) {
    let lots = book.position(order.instrument)
    guard let trigger = order.trigger, order.isWaiting, lots != 0,
      lots.signum() == -order.side.sign, !strange.contains(order.instrument)
    else { return }
    if let best = bestStop[order.instrument], lots > 0 ? trigger < best : trigger > best {
      worseSince[order.instrument] = worseSince[order.instrument] ?? now
    } else {
      worseSince[order.instrument] = nil
      bestStop[order.instrument] = trigger
    }
  }

  // MARK: - As time passes

  mutating func watch(_ book: VenueBook, epoch: Int64, at now: Int64) {
    for (id, lane) in book.lanes {
      if lane.signedLots != 0, let since = lane.uncoveredSince {
        let from = since.milliseconds - epoch
        let extra = excused(since: from) + (strange.contains(id) ? 6000 : 0)
        if now - from > Self.deadline + extra {
          findOnce(
            "unprotected: \(id) \(lane.signedLots) lots since \(from) ms, excused \(extra) ms",
            key: "unprotected/\(id)/\(from)", at: now)
        }
      }
      watchSurplus(id, lane.signedLots, book, now)
      if let since = worseSince[id], now - since > Self.deadline + excused(since: since) {
        findOnce("stop moved back on \(id) since \(since) ms", key: "back/\(id)/\(since)", at: now)
      }
    }
  }

  private mutating func watchSurplus(
    _ id: InstrumentID, _ lots: Int64, _ book: VenueBook, _ now: Int64
  ) {
    for kind in [VenueOrderKind.stop, .takeProfit] {
      let orders = book.openOrders(of: id).filter {
        $0.kind == kind && $0.reduceOnly && $0.clientOrderID != nil
      }
      let resting = orders.reduce(0) { $0 + $1.unfilled.lots }
      let key = "\(id)/\(kind.rawValue)"
      guard resting > abs(lots) else {
        surplusSince[key] = nil
        continue
      }
      let since = surplusSince[key] ?? now
      surplusSince[key] = since
      if now - since > Self.surplusTime + excused(since: since) {
        findOnce(
          "surplus: \(id) \(kind.rawValue) \(resting) lots over a position of \(lots) "
            + "since \(since) ms", key: "surplus/\(key)/\(since)", at: now)
      }
    }
  }
}
