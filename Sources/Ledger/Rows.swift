package import Domain

/// An accepted intent as the ledger keeps it.
package struct IntentRow: Hashable, Sendable {
  package let hash: IntentHash
  package let intent: Intent
  /// Of an entry: how many positions of its setup were closed and cooled down before it.
  package let rearmGeneration: Int
  package let acceptedAt: WallTime
  package var state: IntentState
  /// Why it was denied after all; nil unless `state` is denied.
  package var denial: Denial?
  /// When nothing of it was left at the venue: entry terminal, position flat, protection gone.
  package var closedAt: WallTime?

  package init(
    hash: IntentHash, intent: Intent, rearmGeneration: Int = 0, acceptedAt: WallTime,
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

  package var instrument: InstrumentID { intent.instrument }

  /// Nil for an exit or an adoption.
  package var entry: OrderIntent? {
    if case .entry(let entry) = intent { entry } else { nil }
  }

  /// The signal it comes from, or a name that says what else made it.
  package var name: SignalID {
    switch intent {
    case .entry(let entry): entry.signal.id
    case .exit(let exit):
      SignalID(unchecked: "exit/\(hash.short)/\(exit.reason.rawValue)/\(exit.generation)")
    case .adoption(let adoption):
      SignalID(unchecked: "adoption/\(adoption.instrument)/\(adoption.number)")
    }
  }
}

/// An order as the ledger keeps it; written before the first byte leaves.
package struct OrderRow: Hashable, Sendable {
  package let intent: IntentHash
  package let role: OrderRole
  /// Which of several take-profits, from 1 on; 0 for any other role.
  package let rung: Int
  /// 1 for the first; a new attempt is made only after the previous one is proved dead.
  package let attempt: Int
  /// What is sent; its quantity and trigger follow amendments of a resting order.
  package var placement: OrderPlacement
  package let sentAt: WallTime
  package var status: OrderStatus
  package var venueOrderID: VenueOrderID?
  package var filled: Quantity
  /// A cancel or an amendment that has not ended.
  package var change: OrderChange?
  /// The venue's word, or why we hold what we hold; at most 256 bytes.
  package var text: String

  package init(
    intent: IntentHash, role: OrderRole, rung: Int = 0, attempt: Int, placement: OrderPlacement,
    sentAt: WallTime, status: OrderStatus = .sending, venueOrderID: VenueOrderID? = nil,
    filled: Quantity = .zero, change: OrderChange? = nil, text: String = ""
  ) {
    self.intent = intent
    self.role = role
    self.rung = rung
    self.attempt = attempt
    self.placement = placement
    self.sentAt = sentAt
    self.status = status
    self.venueOrderID = venueOrderID
    self.filled = filled
    self.change = change
    self.text = text
  }

  package var id: ClientOrderID { placement.clientOrderID }
  package var instrument: InstrumentID { placement.instrument }

  /// What has not filled; zero when the venue filled more than we asked for.
  package var unfilled: Quantity {
    Quantity(lots: max(0, placement.quantity.lots - filled.lots))
  }
}

/// A cancel or an amendment under way; it has its own SENDING and UNKNOWN.
package struct OrderChange: Hashable, Sendable {
  package enum What: Hashable, Sendable {
    case cancel
    /// The total, fills included, and the trigger of a trigger order.
    case amend(quantity: Quantity, trigger: Price?)
  }

  package let what: What
  package let sentAt: WallTime
  package let processBefore: WallTime
  /// Whether the answer is known to be missing.
  package var isDoubtful: Bool

  package init(what: What, sentAt: WallTime, processBefore: WallTime, isDoubtful: Bool = false) {
    self.what = what
    self.sentAt = sentAt
    self.processBefore = processBefore
    self.isDoubtful = isDoubtful
  }
}

/// The position our own fills, and adjustments to the venue's word, add up to.
package struct PositionRow: Hashable, Sendable {
  package var position: Position
  /// The intent that owns it: the entry that opened it, or its adoption.
  package var intent: IntentHash
  /// Venue time of the fill that last changed its size.
  package var changedAt: WallTime
  /// Where its stop has to be; moves towards profit only.
  package var stop: Price
  /// What has been bought or sold to open it, in lots, and Σ price × lots of that in ticks; nil as
  /// soon as one of the prices is unknown.
  package var openedLots: Int64
  package var openedCost: Int64?
  /// Venue time of the fill that opened it.
  package var openedAt: WallTime
  /// Since it was last flat: sold minus bought, and both together, as Σ price × lots in ticks; nil
  /// as soon as one of the prices is unknown.
  package var cash: Int64?
  package var turnover: Int64?
  /// Exits decided for this position so far.
  package var exits: Int
  /// Positions on this instrument that were ever adopted.
  package var adoptions: Int

  package init(
    position: Position, intent: IntentHash, changedAt: WallTime, stop: Price,
    openedLots: Int64 = 0, openedCost: Int64? = 0, openedAt: WallTime? = nil, cash: Int64? = 0,
    turnover: Int64? = 0, exits: Int = 0, adoptions: Int = 0
  ) {
    self.position = position
    self.intent = intent
    self.changedAt = changedAt
    self.stop = stop
    self.openedLots = openedLots
    self.openedCost = openedCost
    self.openedAt = openedAt ?? changedAt
    self.cash = cash
    self.turnover = turnover
    self.exits = exits
    self.adoptions = adoptions
  }

  package var instrument: InstrumentID { position.instrument }
}

/// A difference between the venue's position and ours that two complete readings agreed on.
///
/// Not a fill: nobody knows its price.
package struct PositionAdjustment: Hashable, Sendable {
  package let instrument: InstrumentID
  package let from: Int64
  package let to: Int64
  package let at: WallTime
  package let why: String

  package init(instrument: InstrumentID, from: Int64, to: Int64, at: WallTime, why: String) {
    self.instrument = instrument
    self.from = from
    self.to = to
    self.at = at
    self.why = why
  }
}
