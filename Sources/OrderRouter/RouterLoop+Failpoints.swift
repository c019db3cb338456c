import Daemon
import Domain
import Exchange
import Failpoint
import Ledger
import Wire

// Where a test may end, stop or delay the router; the machine knows nothing of it.
extension RouterLoop {
  /// Hands a request that changes something at the venue to the transport.
  func send(_ request: VenueRequest, tag: UInt64) {
    let points = points(of: request)
    if let points { failpoint(points.before) }
    venue.start(request, tag: tag)
    if let points { failpoint(points.after) }
  }

  private func points(of request: VenueRequest) -> (before: FailpointName, after: FailpointName)? {
    switch request {
    case .cancel: (.routerCancelBefore, .routerCancelAfter)
    case .amend: (.routerAmendBefore, .routerAmendAfter)
    case .place(let placement):
      switch machine.book.orders[placement.clientOrderID]?.role {
      case .entry: (.routerEntryBefore, .routerEntryAfter)
      case .stop: (.routerStopBefore, .routerStopAfter)
      case .takeProfit: (.routerProfitBefore, .routerProfitAfter)
      case .exit: (.routerExitBefore, .routerExitAfter)
      case nil: nil
      }
    default: nil
    }
  }

  /// Makes `records` durable and returns what is to be told of them.
  func commit(
    _ records: [LedgerRecord], _ now: RouterTime
  ) throws(LedgerError) -> [LedgerEvent] {
    guard !records.isEmpty else { return [] }
    if endsDoubt(records) { failpoint(.routerResolveBefore) }
    failpoint(.routerCommitBefore)
    let begun = Clock.machineNanoseconds()
    let committed = try ledger.commit(records, now: now.wall)
    let end = Clock.machineNanoseconds()
    failpoint(.routerCommitAfter)
    meter.committed(nanoseconds: end - begun)
    meter.cover(
      uncovered: machine.uncoveredPositions, now: MachineTime(nanoseconds: end))
    return committed
  }

  /// Tells those who listen what is durable.
  func publish(_ committed: [LedgerEvent]) {
    guard !committed.isEmpty else { return }
    failpoint(.routerPublishBefore)
    for event in committed { events.publish(.event(event)) }
    failpoint(.routerPublishAfter)
  }

  /// Orders of which nobody knows, when this life begins, whether they are at the venue.
  func rememberDoubts() {
    let orders = machine.book.liveOrders.filter { [.sending, .unknown].contains($0.status) }
    doubtful = Set(orders.map(\.id))
  }

  /// Whether `records` say of an order in doubt what has become of it.
  private func endsDoubt(_ records: [LedgerRecord]) -> Bool {
    var ends = false
    for record in records {
      switch record {
      case .orderStatus(let id, .unknown, _, _), .changeDoubtful(let id): doubtful.insert(id)
      case .orderStatus(let id, _, _, _), .changeEnded(let id, _), .orderDenied(let id, _):
        ends = doubtful.remove(id) != nil || ends
      default: break
      }
    }
    return ends
  }
}
