import Domain

/// What may follow what in the life of an order: the whole of it, one row a state.
///
/// A cancel acknowledged is no state: CANCELLED needs the venue's own record of the end.
enum OrderLife {
  static let next: [OrderStatus: Set<OrderStatus>] = [
    .sending: [.working, .filled, .cancelled, .rejected, .notPlaced, .denied, .unknown],
    .working: [.filled, .cancelled, .unknown],
    .unknown: [.working, .filled, .cancelled, .rejected, .notPlaced, .held],
    .held: [.working, .filled, .cancelled, .rejected, .notPlaced, .unknown],
    .filled: [], .cancelled: [], .rejected: [], .notPlaced: [], .denied: [],
  ]

  static func allows(_ from: OrderStatus, _ to: OrderStatus) -> Bool {
    from == to || next[from]?.contains(to) == true
  }
}
