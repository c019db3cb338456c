import Daemon
import Synchronization

/// Says each kind of refusal once a minute, with how many there were; a flood fills no disk.
final class RefusalLog: Sendable {
  private struct Kind {
    var count: UInt64 = 0
    var saidAt: Int64?
  }

  /// Told from the start with a count of 0: what first appears with another has not increased.
  static let kinds = [
    "wrong token", "log-in too often", "foreign origin", "foreign host", "no session",
    "no CSRF token", "metrics without token", "too many connections", "too many pages", "too long",
    "not HTTP", "unknown path", "unknown name", "actions are off",
  ]

  private static let interval: Int64 = 60_000
  private static let mostKinds = 32

  private let log: Log
  private let heard = Mutex<[String: Kind]>([:])

  init(_ log: Log) {
    self.log = log
  }

  func note(_ kind: String) {
    let now = Clock.wallMilliseconds()
    let count = heard.withLock { kinds -> UInt64? in
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
  var counts: [String: UInt64] { heard.withLock { $0.mapValues(\.count) } }
}
