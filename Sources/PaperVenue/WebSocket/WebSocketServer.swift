import Domain
import Synchronization

/// The hub and the connections it speaks through, behind one lock.
///
/// Invariants: 1. It is called with the venue's lock held, so that a snapshot and the changes after
/// it agree. 2. Nothing here waits: a text is handed to the connection's own thread.
final class WebSocketServer: Sendable {
  private struct State: Sendable {
    var hub: WebSocketHub
    var connections: [Int: WebSocketConnection] = [:]
    var lastID = 0
    var counts = Counts()
  }

  struct Counts: Hashable, Sendable {
    var opened = 0
    /// Turned away because there were too many.
    var refused = 0
    /// Cut off because they did not take what they had asked for.
    var tooSlow = 0
    /// Cut off by a fault.
    var cut = 0
  }

  private let state: Mutex<State>

  init(_ hub: sending WebSocketHub) {
    state = Mutex(State(hub: hub))
  }

  /// Whether anybody has to be served in time.
  var isListenedTo: Bool { state.withLock { $0.hub.isListenedTo } }
  /// Whether `advance` has more to do at once.
  var isBehind: Bool { state.withLock { $0.hub.isBehind && $0.hub.isListenedTo } }
  /// Connections that are open now.
  var openCount: Int { state.withLock { $0.connections.count } }
  var counts: Counts { state.withLock { $0.counts } }

  func open(_ connection: WebSocketConnection, now: WallTime) -> Int? {
    state.withLock { state in
      state.lastID += 1
      let id = state.lastID
      guard state.hub.connect(id, now: now) else {
        state.counts.refused += 1
        return nil
      }
      state.counts.opened += 1
      state.connections[id] = connection
      Self.perform(&state)
      return id
    }
  }

  func close(_ id: Int) {
    state.withLock { state in
      state.connections[id] = nil
      state.hub.disconnect(id)
    }
  }

  func receive(_ text: String?, from id: Int, source: inout some WebSocketSource, now: WallTime) {
    state.withLock { state in
      state.hub.receive(text, from: id, source: &source, now: now)
      Self.perform(&state)
    }
  }

  func show(_ changes: [AccountChange], source: inout some WebSocketSource, now: WallTime) {
    state.withLock { state in
      state.hub.show(changes, source: &source, now: now)
      Self.perform(&state)
    }
  }

  func advance(source: inout some WebSocketSource, now: WallTime) {
    state.withLock { state in
      state.hub.advance(source: &source, now: now)
      Self.perform(&state)
    }
  }

  /// Cuts off every client that hears the market of some product.
  func cutMarketListeners() {
    state.withLock { state in
      for id in state.hub.marketListeners {
        state.counts.cut += 1
        state.connections.removeValue(forKey: id)?.cut()
        state.hub.disconnect(id)
      }
    }
  }

  /// Changes what the hub was set up with: its policy, its faults.
  func configure(_ change: (inout WebSocketHub) -> Void) {
    state.withLock { change(&$0.hub) }
  }

  private static func perform(_ state: inout State) {
    var texts: [Int: [String]] = [:]
    for delivery in state.hub.outbox.take() {
      switch delivery.action {
      case .send(let text): texts[delivery.connection, default: []].append(text)
      case .drop:
        texts[delivery.connection] = nil
        state.counts.cut += 1
        state.connections.removeValue(forKey: delivery.connection)?.cut()
        state.hub.disconnect(delivery.connection)
      }
    }
    for id in texts.keys.sorted() {
      guard let connection = state.connections[id], let own = texts[id] else { continue }
      if !connection.send(own) {
        state.counts.tooSlow += 1
        state.connections[id] = nil
        state.hub.disconnect(id)
      }
    }
  }
}
