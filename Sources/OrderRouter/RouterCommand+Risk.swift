import Daemon
import Domain

extension RouterCommand {
  /// A command that changes the risk state; nil for a name that is none.
  ///
  /// Who asks is what the kernel says of the peer, then the name that he gave himself.
  init?(risk verb: String, _ arguments: [String: String], peer: String) throws(Fatal) {
    func text(_ key: String) throws(Fatal) -> String {
      guard let text = arguments[key], (1...200).contains(text.utf8.count) else {
        throw Fatal(.misuse, "\(key) is missing or longer than 200 bytes")
      }
      return text
    }
    func who() throws(Fatal) -> String { "\(peer) as \(try text("by"))" }
    switch verb {
    case "tighten", "loosen":
      self = .change(
        try text("limit"), to: try text("value"), tightens: verb == "tighten", by: try who(),
        reason: try text("reason"))
    case "confirm":
      self = .confirm(
        try text("limit"), to: try text("value"), by: try who(), reason: try text("reason"))
    case "unlock":
      let kind = try text("kind")
      guard let lock = RiskLock.Kind(rawValue: kind) else {
        let kinds = RiskLock.Kind.allCases.map(\.rawValue).joined(separator: " ")
        throw Fatal(.misuse, "\(kind) is no lock: one of \(kinds)")
      }
      self = .unlock(
        lock, try Self.scope(arguments["scope"]), by: try who(), reason: try text("reason"))
    case "lock":
      let until = arguments["until_ms"].flatMap { Int64($0) }.map(WallTime.init(milliseconds:))
      guard let scope = try Self.scope(try text("scope")),
        (until == nil) == (arguments["until_ms"] == nil)
      else { throw Fatal(.misuse, "until_ms is no time") }
      self = .lock(scope, until: until, by: try who(), reason: try text("reason"))
    default: return nil
    }
  }

  private static func scope(_ text: String?) throws(Fatal) -> RiskLock.Scope? {
    guard let text else { return nil }
    guard let scope = RiskLock.Scope(text) else {
      throw Fatal(
        .misuse,
        "\(text) is no scope: all, strategy:S, instrument:I, pair:I:S, setups:tight or setups:wide")
    }
    return scope
  }
}
