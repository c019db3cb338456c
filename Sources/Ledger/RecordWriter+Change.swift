import Domain
import GRDB

// A cancel or an amendment under way, in columns of its order.
extension RecordWriter {
  func writeChange(_ record: LedgerRecord) throws {
    switch record {
    case .changeSending(let id, let change): try begin(change, of: id)
    case .changeDoubtful(let id):
      try change(
        """
        UPDATE orders SET change_doubtful = 1
        WHERE client_order_id = ? AND change IS NOT NULL
        """, [id.text])
    case .changeEnded(let id, let taken): try end(id, taken: taken)
    default: break
    }
  }

  /// One at a time: a second one while the first is in doubt hits no row.
  private func begin(_ new: OrderChange, of id: ClientOrderID) throws {
    var word = "cancel"
    var lots: Int64?
    var trigger: Int64?
    if case .amend(let quantity, let price) = new.what {
      (word, lots, trigger) = ("amend", quantity.lots, price?.ticks)
    }
    try change(
      """
      UPDATE orders SET change = ?, change_lots = ?, change_trigger = ?, change_sent_ms = ?,
        change_before_ms = ?, change_doubtful = 0
      WHERE client_order_id = ? AND change IS NULL
      """,
      [
        word, lots, trigger, new.sentAt.milliseconds, new.processBefore.milliseconds, id.text,
      ])
  }

  private func end(_ id: ClientOrderID, taken: Bool) throws {
    if taken {
      try execute(
        """
        UPDATE orders SET quantity_lots = change_lots,
          price_ticks = coalesce(change_trigger, price_ticks)
        WHERE client_order_id = ? AND change = 'amend'
        """, [id.text])
    }
    try dropChange(of: id)
    guard db.changesCount == 1 else { throw LedgerError.lawBroken("no change of \(id) to end") }
  }

  /// What was to happen to an order that has ended does not matter any more.
  func dropChange(of id: ClientOrderID) throws {
    try execute(
      """
      UPDATE orders SET change = NULL, change_lots = NULL, change_trigger = NULL,
        change_sent_ms = NULL, change_before_ms = NULL, change_doubtful = 0
      WHERE client_order_id = ? AND change IS NOT NULL
      """, [id.text])
  }
}
