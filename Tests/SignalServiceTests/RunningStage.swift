import Foundation
import Glibc

@testable import Daemon

/// A stage's own loop on a thread of this process, on real sockets in folders of its own.
///
/// Its lifeline is held here, so that it can be drained as the supervisor does it.
final class RunningStage {
  private let end: LifelineEnd
  private let finished = DispatchSemaphore(value: 0)
  private var isOver = false

  init(
    _ stage: String, folder: URL, token: [UInt8],
    body: @escaping @Sendable (StageHost) throws -> Void
  ) throws {
    let (ours, theirs) = try LifelineEnd.pair()
    end = ours
    nonisolated(unsafe) let lifeline = theirs
    let finished = finished
    let thread = Thread {
      var options = StageOptions()
      options.runDirectory = folder.appendingPathComponent("run").path
      options.stateDirectory = folder.appendingPathComponent("state").path
      let host = StageHost(
        stage: stage, options: options, configuration: .defaults(profile: .demo),
        log: Log(stage, minimum: .error),
        welcome: Welcome(generation: 1, token: token, build: "test"),
        epoch: UInt64(clamping: Clock.wallMilliseconds()), lifeline: lifeline, signals: nil)
      do { try body(host) } catch { FileHandle.standardError.write(Data("\(error)\n".utf8)) }
      finished.signal()
    }
    thread.start()
  }

  /// Drains the stage; whether it ended within `seconds`.
  func drain(seconds: Double = 10) async -> Bool {
    if isOver { return true }
    _ = end.send(LifelinePacket(.drain))
    let limit = Date().addingTimeInterval(seconds)
    while Date() < limit {
      // Heartbeats are read away as the supervisor would.
      while case .packet = end.receive() {}
      if finished.wait(timeout: .now()) == .success {
        isOver = true
        return true
      }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return false
  }
}

/// The folders of one pipeline, gone at the end.
final class StageFolder {
  let url = URL(fileURLWithPath: "/tmp/il-\(UUID().uuidString.prefix(8).lowercased())")

  init() throws {
    for room in ["run/open", "run/core", "state"] {
      try FileManager.default.createDirectory(
        at: url.appendingPathComponent(room), withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var run: String { url.appendingPathComponent("run").path }

  func lines(_ name: String) -> [String] {
    let path = url.appendingPathComponent("state/\(name)").path
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }
}
