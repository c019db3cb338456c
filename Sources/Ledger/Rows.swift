package import Domain

/// An accepted intent as the ledger keeps it.
package struct IntentRow: Hashable, Sendable {
  package let hash: IntentHash
  package let intent: OrderIntent
  package let rearmGeneration: Int
  package let acceptedAt: WallTime
  package var state: IntentState
  /// Why it was denied after all; nil unless `state` is denied.
  package var denial: Denial?
  /// When nothing of it was left at the venue: entry terminal, position flat, protection gone.
  package var closedAt: WallTime?

  package init(
    hash: IntentHash, intent: OrderIntent, rearmGeneration: Int, acceptedAt: WallTime,
    state: IntentState = .accepted, denial: Denial? = nil, closedAt: WallTime? = nil
  ) {
    self.hash = hash
    self.intent = intent
    self.rearmGeneration = rearmGeneration
    self.acceptedAt = acceptedAt
    self.state = state
    self.denial = denial
    self.closedAt = closedAt
  }
}

/// An order as the ledger keeps it; written before the first byte leaves.
package struct OrderRow: Hashable, Sendable {
  package let intent: IntentHash
  package let role: OrderRole
  /// 1 for the first; a new attempt is made only after the previous one is proved dead.
  package let attempt: Int
  /// What is sent; its `quantity` follows amendments of a resting order.
  package var placement: OrderPlacement
  package let sentAt: WallTime
  package var status: OrderStatus
  package var venueOrderID: VenueOrderID?
  package var filled: Quantity
  /// The venue's word, or why we hold what we hold; at most 256 bytes.
  package var text: String

  package init(
    intent: IntentHash, role: OrderRole, attempt: Int, placement: OrderPlacement, sentAt: WallTime,
    status: OrderStatus = .sending, venueOrderID: VenueOrderID? = nil, filled: Quantity = .zero,
    text: String = ""
  ) {
    self.intent = intent
    self.role = role
    self.attempt = attempt
    self.placement = placement
    self.sentAt = sentAt
    self.status = status
    self.venueOrderID = venueOrderID
    self.filled = filled
    self.text = text
  }

  package var id: ClientOrderID { placement.clientOrderID }
}

/// The position our own fills add up to.
package struct PositionRow: Hashable, Sendable {
  package var position: Position
  /// The intent whose entry opened it; its stop protects it.
  package var intent: IntentHash
  /// Venue time of the fill that last changed its size.
  package var changedAt: WallTime

  package init(position: Position, intent: IntentHash, changedAt: WallTime) {
    self.position = position
    self.intent = intent
    self.changedAt = changedAt
  }
}

/// Everything the router has to know to go on after a restart.
package struct LedgerContents: Sendable {
  package var intents: [IntentRow] = []
  package var orders: [OrderRow] = []
  package var positions: [PositionRow] = []
  /// Instrument → intent that holds its lock.
  package var locks: [InstrumentID: IntentHash] = [:]
  /// Execution ids of all fills, so that none is counted twice.
  package var executions: Set<ExecutionID> = []
  package var installation: InstallationMark
  /// Number of this life of the router.
  package var epoch: Int64

  package init(installation: InstallationMark, epoch: Int64) {
    self.installation = installation
    self.epoch = epoch
  }
}
