package import Domain
package import Ledger

/// The five layers between one decision and a second order; each can say no by itself.
///
/// Layers 1, 2, 3 and 5 are asked when an intent is offered, all of them, and every no is reported;
/// layer 4 is asked of the venue before the first byte leaves. A layer sees the book, what the file
/// remembers and the venue's last complete reading, and nothing another layer said.
package enum Layers {
  /// 1. The same decision was accepted before.
  package static func intentHash(
    _ hash: IntentHash, in book: RouterBook, past: SetupPast
  ) -> Denial? {
    let state =
      book.intents[hash]?.state.rawValue
      ?? past.closed.first { $0.hash == hash }?.state.rawValue
      ?? (book.retired.contains(hash) ? "closed" : nil)
    return state.map { Denial(.duplicateIntent, "intent=\(hash) state=\($0)") }
  }

  /// 2. Another entry holds the instrument.
  package static func symbolLock(_ instrument: InstrumentID, in book: RouterBook) -> Denial? {
    book.locks[instrument].map { owner in
      Denial(.symbolLocked, "instrument=\(instrument) owner=\(owner)")
    }
  }

  /// 3. A position exists; ledger *and* venue must both say flat.
  package static func pyramiding(
    _ instrument: InstrumentID, in book: RouterBook, venue: Position?
  ) -> Denial? {
    let ours = book.position(instrument).signedLots
    let theirs = venue?.signedLots ?? 0
    guard ours != 0 || theirs != 0 else { return nil }
    return Denial(.positionExists, "instrument=\(instrument) ledger=\(ours) venue=\(theirs) lots")
  }

  /// 4. The venue's own orders, positions and recent fills, read completely after the intent was
  /// accepted.
  package static func venueCheck(
    _ instrument: InstrumentID, openOrders: [OpenOrder], positions: [Position], strangeFills: Int
  ) -> Denial? {
    let orders = openOrders.count { $0.instrument == instrument }
    let lots = positions.first { $0.instrument == instrument }?.signedLots ?? 0
    guard orders != 0 || lots != 0 || strangeFills != 0 else { return nil }
    return Denial(
      .venueDisagrees,
      "instrument=\(instrument) open_orders=\(orders) position=\(lots) lots "
        + "unexplained_fills=\(strangeFills)")
  }

  /// 5. An intent on the instrument is not over yet.
  package static func localPending(_ instrument: InstrumentID, in book: RouterBook) -> Denial? {
    book.open(on: instrument).first.map { row in
      Denial(
        .intentPending, "instrument=\(instrument) intent=\(row.hash) state=\(row.state.rawValue)")
    }
  }
}
