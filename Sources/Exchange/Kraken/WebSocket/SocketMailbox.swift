import CLinux
import Glibc
import Synchronization

/// What the network's thread hands over to the owner's loop, and the bell that wakes it.
///
/// Invariants: 1. At most `mostMessages` messages and `mostBytes` bytes wait; past it what waits of
/// that connection is thrown away and one `flooded` stands for it. 2. The bell is readable exactly
/// while something waits.
final class SocketMailbox: Sendable {
  static let mostMessages = 65_536
  static let mostBytes = 32 << 20

  private struct State: Sendable {
    var events: [SocketEvent] = []
    var bytes = 0
    var flooded: UInt64 = 0
  }

  private let state = Mutex(State())
  let bell: Int32

  init() throws(ExchangeError) {
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard bell >= 0 else {
      throw .unusable("eventfd: errno \(errno)")
    }
  }

  deinit {
    close(bell)
  }

  func post(_ event: SocketEvent) {
    state.withLock { state in
      state.events.append(event)
      ring(state.events.count == 1)
    }
  }

  func post(_ messages: [[UInt8]], of connection: UInt64) {
    state.withLock { state in
      guard state.flooded != connection else { return }
      let wasEmpty = state.events.isEmpty
      for message in messages {
        state.bytes += message.count
        state.events.append(.message(connection, message))
      }
      if state.events.count > Self.mostMessages || state.bytes > Self.mostBytes {
        state.flooded = connection
        state.bytes = 0
        state.events.removeAll { if case .message = $0 { true } else { false } }
        state.events.append(.flooded(connection))
      }
      ring(wasEmpty)
    }
  }

  /// Everything that waits, oldest first.
  func take() -> [SocketEvent] {
    state.withLock { state in
      guard !state.events.isEmpty else { return [] }
      var count: UInt64 = 0
      _ = read(bell, &count, 8)
      state.bytes = 0
      defer { state.events = [] }
      return state.events
    }
  }

  /// The bell of a few never overflows its counter, so that a write cannot fail.
  private func ring(_ isFirst: Bool) {
    guard isFirst else { return }
    var one: UInt64 = 1
    _ = write(bell, &one, 8)
  }
}
