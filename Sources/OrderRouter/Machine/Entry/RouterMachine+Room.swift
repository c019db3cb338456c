import Domain
import Ledger

// An entry leaves only while the rate limits have room for what its fill will need: its stop, and
// one correction of it. So much is kept for every entry under way and every position whose stop
// does not rest yet; an entry for which there is none waits, and is withdrawn when time is over.
extension RouterMachine {
  /// A stop and one amendment of it.
  static let requestsPerEntry = 2

  /// Why the next entry has to wait; nil when it may leave.
  func lackOfRoom(_ now: RouterTime) -> Denial? {
    guard let room = now.protectiveRoom else { return nil }
    let wanted = Self.requestsPerEntry * (entriesUnderWay + nakedPositions(now) + 1)
    guard room < wanted else { return nil }
    return Denial(.orderRate, "protective requests: room=\(room) wanted=\(wanted)")
  }

  /// Entries that have left and are not over: each may fill at any moment.
  private var entriesUnderWay: Int {
    book.locks.values.reduce(0) { sum, hash in
      sum
        + book.orders(of: hash, role: .entry).count { order in
          !order.status.isTerminal && withheld[order.id] == nil
        }
    }
  }

  private func nakedPositions(_ now: RouterTime) -> Int {
    book.agenda.held.count { isUncovered($0, now) }
  }

  /// Whether a position stands of which the venue is not known to hold the stop it needs.
  func isNaked(_ now: RouterTime) -> Bool {
    book.agenda.held.contains { isUncovered($0, now) }
  }

  /// A position that others' stops cover whole needs none of ours.
  private func isUncovered(_ instrument: InstrumentID, _ now: RouterTime) -> Bool {
    guard let row = book.positions[instrument], !row.position.isFlat else { return false }
    let rests = book.liveOrders(on: instrument).reduce(Quantity.zero) { sum, order in
      order.role == .stop && order.status == .working ? sum + order.unfilled : sum
    }
    guard rests < row.position.quantity, let owner = book.intents[row.intent] else {
      return rests < row.position.quantity
    }
    let needed = stopQuantity(plan(for: row, owner), on: instrument, now)
    return rests < reducible(needed, on: instrument)
  }
}
