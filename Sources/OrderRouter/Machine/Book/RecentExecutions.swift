package import Domain
import Ledger

/// The ids of the newest fills, so that none is counted twice; the oldest are forgotten.
package struct RecentExecutions: Equatable, Sendable {
  private var ids: Set<ExecutionID>
  private var queue: [ExecutionID]

  init(_ oldestFirst: [ExecutionID]) {
    queue = oldestFirst
    ids = Set(oldestFirst)
  }

  package func contains(_ id: ExecutionID) -> Bool { ids.contains(id) }

  package var count: Int { ids.count }

  /// False when it was there already.
  mutating func insert(_ id: ExecutionID) -> Bool {
    guard ids.insert(id).inserted else { return false }
    queue.append(id)
    // In batches, so that forgetting costs little.
    guard queue.count >= 2 * LedgerContents.executionBound else { return true }
    let old = queue.prefix(queue.count - LedgerContents.executionBound)
    ids.subtract(old)
    queue.removeFirst(old.count)
    return true
  }

  package static func == (left: Self, right: Self) -> Bool {
    let bound = LedgerContents.executionBound
    return left.queue.suffix(bound) == right.queue.suffix(bound)
  }
}
