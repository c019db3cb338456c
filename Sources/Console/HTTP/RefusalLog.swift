import Daemon
import Synchronization

/// Says each kind of refusal once a minute, with how many there were; a flood fills no disk.
final class RefusalLog: Sendable {
  private struct Kind {
    var count: UInt64 = 0
    var saidAt: Int64?
  }

  private static let interval: Int64 = 60_000
  private static let mostKinds = 32

  private let log: Log
  private let kinds = Mutex<[String: Kind]>([:])

  init(_ log: Log) {
    self.log = log
  }

  func note(_ kind: String) {
    let now = Clock.wallMilliseconds()
    let count = kinds.withLock { kinds -> UInt64? in
      guard kinds[kind] != nil || kinds.count < Self.mostKinds else { return nil }
      var entry = kinds[kind] ?? Kind()
      defer { kinds[kind] = entry }
      entry.count += 1
      if let said = entry.saidAt, now - said < Self.interval { return nil }
      entry.saidAt = now
      return entry.count
    }
    guard let count else { return }
    log.warning("request refused", ["why": kind, "so_far": "\(count)"])
  }

  /// Refusals so far, by kind.
  var counts: [String: UInt64] { kinds.withLock { $0.mapValues(\.count) } }
}
