import Domain

/// What is asked of the armed faults, message by message.
struct WebSocketMessage: Hashable, Sendable {
  /// As it stands in the message: `open_orders_snapshot`, `book`.
  let feed: String
  let product: InstrumentID?
  let connection: Int
}

/// What becomes of one message.
enum WebSocketFate: Hashable, Sendable {
  case deliver
  /// It is never sent; its sequence number, if it has one, is used up.
  case suppress
  /// It is sent so many milliseconds late, and others may overtake it.
  case delay(Int64)
  /// From it on the connection is silent for so many milliseconds; then everything follows.
  case stall(Int64)
  /// The connection is cut instead.
  case drop
}

/// The faults of the WebSocket, as far as the hub has to know of them.
protocol WebSocketFaults: Sendable {
  /// Decides over one message on its way to one client.
  mutating func fate(of message: WebSocketMessage, at now: WallTime) -> WebSocketFate
}

/// No fault is armed.
struct NoWebSocketFaults: WebSocketFaults {
  func fate(of message: WebSocketMessage, at now: WallTime) -> WebSocketFate { .deliver }
}

extension FaultDesk: WebSocketFaults {
  func fate(of message: WebSocketMessage, at now: WallTime) -> WebSocketFate {
    let plan = socketPlan(feed: message.feed)
    if plan.isDropped { return .drop }
    if plan.isOmitted { return .suppress }
    return plan.stallMilliseconds > 0 ? .stall(plan.stallMilliseconds) : .deliver
  }
}
