import Domain

/// What is to happen to one connection.
struct WebSocketDelivery: Equatable, Sendable {
  enum Action: Equatable, Sendable {
    case send(String)
    /// Cut, without a word.
    case drop
  }

  let connection: Int
  let action: Action
}

/// Messages on their way out, past the armed faults.
///
/// Invariants: 1. What is held back for a client has a bound, past which its connection is cut.
/// 2. Nothing is kept for a connection that is gone.
struct WebSocketOutbox: Sendable {
  /// Bytes that are held back for one connection.
  static let heldBytes = 1 << 20

  private struct Held: Sendable {
    let due: Int64
    let text: String
  }

  var faults: any WebSocketFaults
  private var deliveries: [WebSocketDelivery] = []
  /// Wall time in milliseconds until which a connection is silent.
  private var stalled: [Int: Int64] = [:]
  private var held: [Int: [Held]] = [:]
  private var bytes: [Int: Int] = [:]
  /// When the first of what is held back for a connection is due.
  private var soonest: [Int: Int64] = [:]
  private(set) var cut = 0

  init(faults: any WebSocketFaults) {
    self.faults = faults
  }

  /// Sends a message of a feed, unless a fault is armed for it.
  mutating func send(_ text: String, _ message: WebSocketMessage, now: WallTime) {
    let id = message.connection
    let moment = now.milliseconds
    switch faults.fate(of: message, at: now) {
    case .deliver: break
    case .suppress: return
    case .drop: return drop(id)
    case .delay(let milliseconds): return hold(id, text, until: later(moment, milliseconds))
    case .stall(let milliseconds): stalled[id] = later(moment, milliseconds)
    }
    send(text, to: id, now: now)
  }

  /// Sends an answer; only a connection that is stalled keeps it back.
  mutating func send(_ text: String, to id: Int, now: WallTime) {
    let moment = now.milliseconds
    if let until = stalled[id], moment < until { return hold(id, text, until: until) }
    // Whatever is due goes before what comes now.
    release(id, moment)
    deliveries.append(WebSocketDelivery(connection: id, action: .send(text)))
  }

  /// Moves on what was held back until now.
  mutating func release(now: WallTime) {
    for id in held.keys.sorted() { release(id, now.milliseconds) }
  }

  mutating func forget(_ id: Int) {
    held[id] = nil
    bytes[id] = nil
    soonest[id] = nil
    stalled[id] = nil
    deliveries.removeAll { $0.connection == id }
  }

  mutating func take() -> [WebSocketDelivery] {
    defer { deliveries = [] }
    return deliveries
  }

  private func later(_ moment: Int64, _ milliseconds: Int64) -> Int64 {
    // A day is longer than any connection is of use.
    moment + min(max(0, milliseconds), 86_400_000)
  }

  private mutating func hold(_ id: Int, _ text: String, until due: Int64) {
    bytes[id, default: 0] += text.utf8.count
    guard bytes[id, default: 0] <= Self.heldBytes else { return drop(id) }
    held[id, default: []].append(Held(due: due, text: text))
    soonest[id] = min(soonest[id] ?? due, due)
  }

  private mutating func release(_ id: Int, _ moment: Int64) {
    guard let due = soonest[id], due <= moment, let waiting = held[id] else { return }
    for entry in waiting where entry.due <= moment {
      bytes[id, default: 0] -= entry.text.utf8.count
      deliveries.append(WebSocketDelivery(connection: id, action: .send(entry.text)))
    }
    let left = waiting.filter { $0.due > moment }
    held[id] = left.isEmpty ? nil : left
    soonest[id] = left.map(\.due).min()
  }

  private mutating func drop(_ id: Int) {
    forget(id)
    cut += 1
    deliveries.append(WebSocketDelivery(connection: id, action: .drop))
  }
}
