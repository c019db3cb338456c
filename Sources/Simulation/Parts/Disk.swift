import Domain
import Ledger
import OrderRouter

/// The router's durable state: the fold over the records of every commit that stayed.
///
/// Invariants:
/// 1. A commit stays whole or not at all.
/// 2. The book that a life begins with is made of what stayed, never of what the dead life knew.
struct Disk {
  private(set) var book: RouterBook
  private(set) var executions: [ExecutionID] = []
  private var known: Set<ExecutionID> = []
  /// Every intent ever accepted, as it stands.
  private(set) var archive: [IntentHash: IntentRow] = [:]
  private var hashOfSignal: [SignalID: IntentHash] = [:]
  private var closed: [IntentHash: PastIntent] = [:]
  private var intentOrder: [IntentHash] = []
  private var orderOrder: [ClientOrderID] = []
  private(set) var epoch: Int64 = 0
  let installation: InstallationMark

  init(installation: InstallationMark) {
    self.installation = installation
    book = RouterBook(LedgerContents(installation: installation, epoch: 0))
  }

  mutating func commit(_ records: [LedgerRecord], now: WallTime) {
    for record in records { keep(record, now) }
    for row in book.intents.values { archive[row.hash] = row }
  }

  private mutating func keep(_ record: LedgerRecord, _ now: WallTime) {
    switch record {
    case .intentAccepted(let row):
      archive[row.hash] = row
      hashOfSignal[row.name] = row.hash
      intentOrder.append(row.hash)
    case .orderSending(let row): orderOrder.append(row.id)
    case .fill(let fill, _):
      executions.append(fill.id)
      known.insert(fill.id)
    case .intentClosed(let hash): retire(hash, now)
    default: break
    }
    var denied: IntentHash?
    if case .orderDenied(let id, let denial) = record, let order = book.orders[id],
      order.role == .entry
    {
      denied = order.intent
      archive[order.intent]?.state = .denied
      archive[order.intent]?.denial = denial
    }
    book.apply(record, now: now)
    if let denied, let row = archive[denied] { close(row, traded: false, now) }
  }

  private mutating func retire(_ hash: IntentHash, _ now: WallTime) {
    guard let row = book.intents[hash] else { return }
    let traded = book.orders(of: hash, role: .entry).contains { $0.filled > .zero }
    close(row, traded: traded, now)
  }

  private mutating func close(_ row: IntentRow, traded: Bool, _ now: WallTime) {
    var row = row
    row.closedAt = now
    archive[row.hash] = row
    closed[row.hash] = PastIntent(
      hash: row.hash, generation: row.rearmGeneration, closedAt: now, state: row.state,
      traded: traded)
  }

  /// What a new life reads.
  mutating func beginEpoch() -> LedgerContents {
    epoch += 1
    var contents = LedgerContents(installation: installation, epoch: epoch)
    contents.intents = intentOrder.compactMap { book.intents[$0] }
    contents.orders = orderOrder.compactMap { book.orders[$0] }
    contents.positions = book.positions.values.sorted { $0.instrument < $1.instrument }
    contents.locks = book.locks
    contents.frozen = book.frozen
    contents.executions = Array(executions.suffix(LedgerContents.executionBound))
    contents.properties = book.properties
    contents.risk = book.risk
    contents.intentHashes = archive.count
    return contents
  }

  func past(of signal: Signal) -> SetupPast {
    let same = hashOfSignal[signal.id].flatMap { archive[$0] }
    let past = intentOrder.compactMap { hash -> PastIntent? in
      guard let one = closed[hash], let other = archive[hash]?.entry?.signal,
        other.instrument == signal.instrument, other.strategy == signal.strategy,
        other.direction == signal.direction, other.setup == signal.setup
      else { return nil }
      return one
    }
    return SetupPast(sameSignal: same, closed: past)
  }

  func recall(_ names: Unexplained) -> Recalled {
    Recalled(
      executions: Set(names.executions.filter(known.contains)),
      orders: Set(names.orders.filter(orderOrder.contains)))
  }
}
