import Daemon
import Domain

/// What `kill-switch status` says of the latch.
struct LatchReport {
  let state: LatchFile.State
  /// Why it is not verified; empty when it is.
  let missing: [String]

  /// Reads the file, and asks the router, if there is one, how far it has come.
  static func read(_ place: LatchPlace) throws(Fatal) -> LatchReport {
    let state = try place.latch().read()
    guard state.isActive else { return LatchReport(state: state, missing: []) }
    guard place.instance != nil else {
      return LatchReport(state: state, missing: ["no pipeline runs"])
    }
    do throws(Fatal) {
      let router = try RouterLatch.ask(place, timeoutMilliseconds: 500)
      let unread = router.active ? [] : ["order-router has not read the latch"]
      return LatchReport(state: state, missing: unread + router.pending)
    } catch {
      return LatchReport(state: state, missing: [error.message])
    }
  }

  var isVerified: Bool { state.isActive && missing.isEmpty }

  /// The press that says most: the newest that stops everything, else the newest.
  private var entry: LatchBlock.Entry? {
    guard case .active(let entries) = state else { return nil }
    return entries.last { $0.scope == "all" } ?? entries.last
  }

  /// `active, reason, by, since, scope, verified`.
  var object: [String: Any] {
    var object: [String: Any] = ["active": state.isActive, "verified": isVerified]
    object["reason"] = entry?.reason ?? unreadable ?? JSONText.null
    object["by"] = entry?.by ?? JSONText.null
    object["since"] = entry.map { ISO8601.text(milliseconds: $0.since) } ?? JSONText.null
    object["scope"] = entry?.scope ?? (state.isActive ? "all" : JSONText.null)
    return object
  }

  private var unreadable: String? {
    if case .unreadable(let why) = state { "latch unreadable: \(why)" } else { nil }
  }

  /// A line a press.
  var text: String {
    guard state.isActive else { return "kill switch: clear" }
    var lines = [isVerified ? "kill switch: LATCHED, verified" : "kill switch: LATCHED"]
    if let unreadable { lines.append("  all: \(unreadable)") }
    if case .active(let entries) = state {
      lines += entries.map { entry in
        let word = entry.flatten ? ", flatten" : ""
        return "  \(entry.scope)\(word) by \(entry.by) "
          + "since \(ISO8601.text(milliseconds: entry.since)): \(entry.reason)"
      }
    }
    return (lines + missing.map { "  not done: \($0)" }).joined(separator: "\n")
  }
}
