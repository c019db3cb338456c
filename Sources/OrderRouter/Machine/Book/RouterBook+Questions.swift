package import Domain
package import Ledger

// What is asked of the book. Rows are large and most questions concern few: they are looked up by
// name, and only those that are wanted are taken out.
extension RouterBook {
  package func intent(of signal: SignalID) -> IntentRow? {
    intentOfSignal[signal].flatMap { intents[$0] }
  }

  /// Intents of which something may still be at the venue, oldest first.
  package var open: [IntentRow] { open { _ in true } }

  /// Those of them that are asked for; most steps ask for very few.
  func open(where isWanted: (IntentRow) -> Bool) -> [IntentRow] {
    intents.values.filter(isWanted).sorted { ($0.acceptedAt, $0.hash) < ($1.acceptedAt, $1.hash) }
  }

  /// Those of `hashes` that are open, oldest first.
  func open(among hashes: Set<IntentHash>) -> [IntentRow] {
    hashes.isEmpty
      ? []
      : hashes.compactMap { intents[$0] }
        .sorted { ($0.acceptedAt, $0.hash) < ($1.acceptedAt, $1.hash) }
  }

  /// The same of one instrument, in the order of acceptance.
  package func open(on instrument: InstrumentID) -> [IntentRow] {
    (intentsOn[instrument] ?? []).compactMap { intents[$0] }
  }

  package func orders(
    of intent: IntentHash, role: OrderRole? = nil, rung: Int? = nil
  ) -> [OrderRow] {
    var rows: [OrderRow] = []
    for id in ordersOfIntent[intent] ?? [] {
      guard let row = orders[id], role == nil || row.role == role,
        rung == nil || row.rung == rung
      else { continue }
      rows.append(row)
    }
    return rows
  }

  /// Orders that are or may be alive at the venue, in a fixed order.
  package var liveOrders: [OrderRow] { live(open.map(\.hash)) }

  package func liveOrders(on instrument: InstrumentID) -> [OrderRow] {
    live(intentsOn[instrument] ?? [])
  }

  private func live(_ hashes: [IntentHash]) -> [OrderRow] {
    var rows: [OrderRow] = []
    for hash in hashes {
      for id in ordersOfIntent[hash] ?? [] {
        if let row = orders[id], !row.status.isTerminal { rows.append(row) }
      }
    }
    return rows
  }

  package func position(_ instrument: InstrumentID) -> Position {
    positions[instrument]?.position ?? Position(instrument: instrument, signedLots: 0)
  }

  /// Instruments that something of ours concerns.
  package var instruments: Set<InstrumentID> {
    Set(positions.keys).union(intentsOn.keys)
  }

  /// Instruments on which an intent is open or a position is held: nowhere else is there anything
  /// to do.
  var activeInstruments: Set<InstrumentID> { agenda.held.union(intentsOn.keys) }

  /// The exit under way on an instrument; at most one.
  package func exit(on instrument: InstrumentID) -> IntentRow? {
    open(on: instrument).first { row in
      if case .exit = row.intent { true } else { false }
    }
  }
}
