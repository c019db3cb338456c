import Daemon

// Whether people are told of what happens.
extension SupervisorMachine {
  /// The bystander that tells them.
  static let alerter = "alerter"

  /// Why nobody is told at the moment; nil when people are told, and when none are named.
  var silence: String? {
    guard let index = index(Self.alerter) else { return nil }
    let child = children[index]
    return switch child.state {
    case .failed: "it has failed and is not restarted: read its log, then interlock restart alerter"
    case .stopped where child.isHeldDown: "it is stopped: interlock start alerter"
    case .backoff: "it has died and comes back"
    default: nil
    }
  }
}

// What a service manager shows of the pipeline, in one line.
extension SupervisorMachine {
  /// Its state, what is missing from it, and what is waited for.
  var words: String {
    let ready = children.count { $0.state == .ready }
    let others = children.filter { $0.state != .ready }.map { child in
      "\(child.name) \(child.state.visible)"
        + (child.status["waits_for"].map { ", waits for \($0)" } ?? "")
    }
    let owner = index(Self.owner).map { children[$0].status } ?? [:]
    let trading = owner["trading_state"].map { "trading \($0)" }
    let latch = owner["latch"].flatMap { $0 == "clear" ? nil : "KILL SWITCH SET" }
    let silence = silence == nil ? nil : "ALERTS OFF"
    let open = children.contains { $0.status["privileges_missing"] != nil } ? "UNCONFINED" : nil
    let parts =
      ["\(state): \(ready) of \(children.count) stages ready"] + others
      + [trading, latch, silence, open].compactMap(\.self)
    return String(parts.joined(separator: "; ").prefix(400))
  }
}

// What the log and people are told.
extension SupervisorMachine {
  mutating func note(
    _ level: LogLevel, _ message: String, _ stage: String, _ detail: String
  ) {
    effects.append(.log(Note(level: level, message: message, stage: stage, detail: detail)))
  }

  mutating func alert(_ event: AlertEvent, _ stage: String, _ text: String) {
    effects.append(.alert(event, stage, text))
  }
}
