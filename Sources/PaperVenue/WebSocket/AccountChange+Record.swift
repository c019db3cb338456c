import Domain
import SimulatedVenue

extension AccountChange {
  /// What the records of one operation change, as the private feeds tell it.
  static func changes(_ records: [BookRecord], _ book: VenueBook) -> [AccountChange] {
    let immediate = immediateOrders(records)
    return records.flatMap { record in
      // Oldest row first, as everything else that comes by and by.
      changes(record, immediate) + AccountLog.rows(record, book).reversed().map { .log($0) }
    }
  }

  /// Orders that were over before they could rest: takers by their kind, and whatever came and was
  /// over in this one operation.
  private static func immediateOrders(_ records: [BookRecord]) -> Set<VenueOrderID> {
    var placed: Set<VenueOrderID> = []
    var immediate: Set<VenueOrderID> = []
    for record in records {
      switch record.change {
      case .order(let order, let reason, _):
        if order.kind.isImmediate { immediate.insert(order.id) }
        if reason == .placed { placed.insert(order.id) }
      case .fill(_, _, let order):
        let isOver = order.status != .open && placed.contains(order.id)
        if order.kind.isImmediate || isOver { immediate.insert(order.id) }
      default: break
      }
    }
    return immediate
  }

  private static func changes(
    _ record: BookRecord, _ immediate: Set<VenueOrderID>
  ) -> [AccountChange] {
    switch record.change {
    case .order(let order, let reason, _):
      // The venue's own order to close a position is no order of the account's.
      guard let reason, order.kind != .liquidation else { return [] }
      // A trigger that goes off is gone as a trigger; its limit order comes as a new one.
      let isCancel = order.status != .open || reason == .triggered
      return [
        .order(
          OrderChange(
            order: order, reason: reason, isCancel: isCancel,
            isImmediate: immediate.contains(order.id)))
      ]
    case .fill(let fill, _, let order):
      let report = FillReport(fill: fill, kind: order.kind, remaining: order.unfilled)
      guard order.kind != .liquidation else { return [.fill(report)] }
      let isOver = order.status != .open
      return [
        .fill(report),
        .order(
          OrderChange(
            order: order, reason: isOver ? .fullFill : .partialFill, isCancel: isOver,
            isImmediate: immediate.contains(order.id))),
      ]
    case .deposit, .collateral, .cash, .trailed, .repeated, .reopened, .deadMan, .policies,
      .preferences,
      .condition:
      return []
    }
  }
}
