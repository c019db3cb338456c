/// The life of an intent in the router; once its entry order exists it follows that order.
///
///     accepted ─► sending ─► working ─► filled | cancelled
///        │           ├─► rejected | notPlaced
///        │           └─► unknown ─► one of the above, or held
///        └─► denied   (one of our layers said no, and no byte has left)
package enum IntentState: String, CaseIterable, Hashable, Sendable {
  case accepted
  case denied
  case sending
  case working
  case unknown
  case filled
  case cancelled
  case rejected
  case notPlaced = "not_placed"
  case held

  /// The state an intent has while its entry order has `status`.
  package init(entry status: OrderStatus) {
    switch status {
    case .sending: self = .sending
    case .working: self = .working
    case .unknown: self = .unknown
    case .filled: self = .filled
    case .cancelled: self = .cancelled
    case .rejected: self = .rejected
    case .notPlaced: self = .notPlaced
    case .denied: self = .denied
    case .held: self = .held
    }
  }

  package var isTerminal: Bool {
    switch self {
    case .denied, .filled, .cancelled, .rejected, .notPlaced: true
    case .accepted, .sending, .working, .unknown, .held: false
    }
  }
}
