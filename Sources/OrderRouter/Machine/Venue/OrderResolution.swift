package import Domain
package import Ledger

/// What one complete reading of the venue proves about an order that is or may be alive.
///
/// Positive evidence decides at once. Absence counts only after the order's deadline, the venue's
/// hold and the skew margin have passed, and only when every source has been read and agrees.
/// Silence never becomes "rejected".
package enum OrderResolution: Hashable, Sendable {
  /// Nothing is proved yet.
  case stays
  case working(VenueOrderID)
  case filled
  case cancelled(text: String)
  case rejected(word: String)
  case notPlaced
  /// It rested and no longer does; where it went has to be asked.
  case vanished
  /// The venue's sources contradict each other for too long.
  case held(why: String)

  /// All that is known of one order after a reading, its fills already counted.
  package struct Evidence: Hashable, Sendable {
    package var open: OpenOrder?
    package var report: VenueOrderReport?
    /// Whether the order look-up was answered; without it no report proves nothing.
    package var lookupRead: Bool
    /// Nil when the history was not read.
    package var history: [OrderHistoryEvent]?
    /// Whether the fills reach back to when the order was sent.
    package var fillsReachBack: Bool
    /// Whether ledger and venue hold the same position on the instrument.
    package var positionsAgree: Bool
    /// The venue's clock was at least here when the first of the sources was asked.
    package var begun: WallTime
    /// From here on absence counts.
    package var settledAt: WallTime
    /// From here on a contradiction is held.
    package var heldAt: WallTime

    package init(
      open: OpenOrder? = nil, report: VenueOrderReport? = nil, lookupRead: Bool = true,
      history: [OrderHistoryEvent]? = nil, fillsReachBack: Bool = true,
      positionsAgree: Bool = true, begun: WallTime, settledAt: WallTime, heldAt: WallTime
    ) {
      self.open = open
      self.report = report
      self.lookupRead = lookupRead
      self.history = history
      self.fillsReachBack = fillsReachBack
      self.positionsAgree = positionsAgree
      self.begun = begun
      self.settledAt = settledAt
      self.heldAt = heldAt
    }
  }

  package static func resolve(_ order: OrderRow, _ evidence: Evidence) -> OrderResolution {
    invariant(!order.status.isTerminal, "only an order that may be alive is resolved")
    // While it rests it is not over: an amendment in doubt may have made it larger.
    if order.filled >= order.placement.quantity, evidence.open == nil { return .filled }
    if let open = evidence.open, order.placement.type.rests { return .working(open.venueOrderID) }
    if let report = evidence.report { return judge(order, report.status, filled: report.filled) }
    if order.status == .working { return .vanished }
    guard evidence.begun > evidence.settledAt, evidence.open == nil else { return .stays }
    // A stop that nothing has touched is in no history, and a second one is harmless, reduce-only
    // and cancelled when both rest: the position does not wait for a pool that may be empty.
    guard let history = evidence.history ?? (order.role == .stop ? [] : nil), evidence.lookupRead
    else { return .stays }
    let agreed = evidence.positionsAgree && evidence.fillsReachBack
    let verdict = judge(order, history: history, positionsAgree: agreed)
    guard verdict == .stays, evidence.begun > evidence.heldAt else { return verdict }
    return .held(why: "venue shows no end of it: \(history.count) history events")
  }

  /// The look-up's word, believed only once the fills it speaks of have been counted.
  private static func judge(
    _ order: OrderRow, _ state: VenueOrderState, filled: Quantity
  ) -> OrderResolution {
    switch state {
    case .working, .unrecognised: return .stays
    case .filled, .cancelled:
      guard filled == order.filled else { return .stays }
      return .cancelled(text: "filled \(filled.lots) of \(order.placement.quantity.lots) lots")
    case .rejected(let word):
      return order.filled == .zero ? .rejected(word: word) : .stays
    }
  }

  private static func judge(
    _ order: OrderRow, history: [OrderHistoryEvent], positionsAgree: Bool
  ) -> OrderResolution {
    let terminal = history.last { event in
      switch event.state {
      case .filled, .cancelled, .rejected: true
      case .working, .unrecognised: false
      }
    }
    if let terminal { return judge(order, terminal.state, filled: terminal.filled) }
    if order.filled > .zero, !order.placement.type.rests, positionsAgree {
      return .cancelled(text: "remainder gone, filled \(order.filled.lots) lots")
    }
    guard positionsAgree else { return .stays }
    // What the venue once gave an id to was placed, whatever its records have forgotten.
    guard order.venueOrderID != nil || order.filled > .zero else {
      return history.isEmpty ? .notPlaced : .stays
    }
    // Triggers that nothing has touched are in no history of orders: one that rests no more, of
    // which fills and position know no further lot, was cancelled. An order of the book leaves
    // its end in the history: where that is missing, the venue contradicts itself.
    return order.placement.type.isTrigger
      ? .cancelled(text: "rests no more, filled \(order.filled.lots) lots") : .stays
  }
}
