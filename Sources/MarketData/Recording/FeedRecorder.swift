import Archive
import Domain
import Synchronization

/// The recorder of a feed, and what has become of it.
final class FeedRecorder: Sendable {
  private struct State: Sendable {
    var stopped: String?
    var dropped = 0
    var news: [String] = []
  }

  private let state: Shared
  let recorder: Recorder

  private final class Shared: Sendable {
    let state = Mutex(State())
  }

  init(folder: String, limits: RecordingLimits) {
    let shared = Shared()
    state = shared
    recorder = Recorder(folder: folder, limits: limits) { event in
      shared.state.withLock { state in
        switch event {
        case .stopped(let reason):
          state.stopped = reason
          state.news.append("recording has stopped: \(reason): trading data goes on")
        case .dropped(let count):
          state.dropped += count
          state.news.append("the disk is too slow to record: \(count) messages were not kept")
        }
      }
    }
  }

  /// Sentences for an operator since the last call.
  func news() -> [String] {
    state.state.withLock { state in
      defer { state.news = [] }
      return state.news
    }
  }

  var hasStopped: Bool { state.state.withLock { $0.stopped != nil } }

  /// `on`, or why it is not.
  var word: String {
    state.state.withLock { state in
      if let reason = state.stopped { return "stopped: \(reason)" }
      return state.dropped == 0 ? "on" : "on, \(state.dropped) messages not kept"
    }
  }
}
