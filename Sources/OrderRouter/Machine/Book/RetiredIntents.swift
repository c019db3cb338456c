import Domain
import Ledger

/// The newest intents that were closed: a decision that is offered in the turn that closed it is
/// not found in the file yet.
///
/// Two of these are always equal: they are no part of what the ledger says.
package struct RetiredIntents: Equatable, Sendable {
  private static let bound = 1024

  private var rows: [IntentHash: (row: IntentRow, traded: Bool, closedAt: WallTime)] = [:]
  private var hashOfSignal: [SignalID: IntentHash] = [:]
  private var hashesOfSetup: [SetupKey: [IntentHash]] = [:]
  private var queue: [IntentHash] = []

  mutating func insert(_ row: IntentRow, traded: Bool, closedAt: WallTime) {
    rows[row.hash] = (row, traded, closedAt)
    hashOfSignal[row.name] = row.hash
    if let signal = row.entry?.signal {
      hashesOfSetup[SetupKey(signal), default: []].append(row.hash)
    }
    queue.append(row.hash)
    guard queue.count >= 2 * Self.bound else { return }
    for hash in queue.prefix(Self.bound) {
      guard let old = rows.removeValue(forKey: hash) else { continue }
      hashOfSignal[old.row.name] = nil
      guard let setup = old.row.entry.map({ SetupKey($0.signal) }) else { continue }
      let rest = (hashesOfSetup[setup] ?? []).filter { $0 != hash }
      hashesOfSetup[setup] = rest.isEmpty ? nil : rest
    }
    queue.removeFirst(Self.bound)
  }

  func contains(_ hash: IntentHash) -> Bool { rows[hash] != nil }

  func intent(of signal: SignalID) -> IntentRow? {
    hashOfSignal[signal].flatMap { rows[$0]?.row }
  }

  /// Those of the setup of `signal`.
  func past(of signal: Signal) -> [PastIntent] {
    (hashesOfSetup[SetupKey(signal)] ?? []).compactMap { hash in
      rows[hash].map { row, traded, closedAt in
        PastIntent(
          hash: row.hash, generation: row.rearmGeneration, closedAt: closedAt, state: row.state,
          traded: traded)
      }
    }
  }

  package static func == (left: Self, right: Self) -> Bool { true }
}
