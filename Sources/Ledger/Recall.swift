package import Domain

/// Names in an answer of the venue that the router's memory cannot explain.
package struct Unexplained: Hashable, Sendable {
  package var executions: [ExecutionID]
  package var orders: [ClientOrderID]

  package init(executions: [ExecutionID] = [], orders: [ClientOrderID] = []) {
    self.executions = executions
    self.orders = orders
  }

  package var isEmpty: Bool { executions.isEmpty && orders.isEmpty }
}

/// Those of them that the ledger holds: ours, and long over.
package struct Recalled: Hashable, Sendable {
  package static let nothing = Recalled()

  package var executions: Set<ExecutionID>
  package var orders: Set<ClientOrderID>

  package init(executions: Set<ExecutionID> = [], orders: Set<ClientOrderID> = []) {
    self.executions = executions
    self.orders = orders
  }
}
