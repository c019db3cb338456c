import Daemon
import Synchronization

/// The state between the threads: one writes what was heard, others write answers and read.
final class SharedState: Sendable {
  private let state: Mutex<ConsoleState>

  init(_ state: ConsoleState) {
    self.state = Mutex(state)
  }

  func change(_ body: (inout ConsoleState) -> Void) {
    state.withLock { body(&$0) }
  }

  func read<Value: Sendable>(_ body: (ConsoleState) -> Value) -> Value {
    state.withLock { body($0) }
  }
}
