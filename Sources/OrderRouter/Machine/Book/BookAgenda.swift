import Domain
import Ledger

/// What in the book may ask for something in every step, so that a step walks over nothing else.
///
/// Invariant: it is a function of the intents, orders and positions in the book; `RouterBook` files
/// each again whenever it changes.
struct BookAgenda: Equatable, Sendable {
  /// Exits that are under way.
  private(set) var exits: Set<IntentHash> = []
  /// Intents that have come to an end and have not left the book.
  private(set) var ended: Set<IntentHash> = []
  /// Entries that rest at the venue.
  private(set) var restingEntries: Set<ClientOrderID> = []
  /// Where a position is not flat.
  private(set) var held: Set<InstrumentID> = []

  mutating func file(_ row: IntentRow) {
    if row.state.isTerminal {
      ended.insert(row.hash)
      exits.remove(row.hash)
    } else {
      ended.remove(row.hash)
      if case .exit = row.intent { exits.insert(row.hash) }
    }
  }

  mutating func file(_ row: OrderRow) {
    guard row.role == .entry else { return }
    if row.status == .working {
      restingEntries.insert(row.id)
    } else {
      restingEntries.remove(row.id)
    }
  }

  mutating func file(_ row: PositionRow) {
    if row.position.isFlat { held.remove(row.instrument) } else { held.insert(row.instrument) }
  }

  mutating func remove(_ intent: IntentHash) {
    exits.remove(intent)
    ended.remove(intent)
  }
}
