import Daemon

/// What is judged of configuration, state and service; each takes what was found.
enum StateChecks {
  static func config(_ outcome: Result<Configuration, Fatal>) -> CheckRow {
    let remedy = "correct the file; ops/interlock.yaml documents every key"
    switch outcome {
    case .success(let configuration):
      // Limits that contradict each other are the gate's to refuse, and a start's end.
      let faults = ConfigCommand.faults(configuration)
      guard faults.isEmpty else {
        return .fail("config", faults.joined(separator: "; "), remedy)
      }
      return .ok("config", "\(configuration.source), digest \(configuration.digest)")
    case .failure(let fault):
      return .fail(
        "config", fault.message.split(separator: "\n").joined(separator: "; "), remedy)
    }
  }

  static func stamp(
    _ found: Result<Identity?, Fatal>, expected: Identity, _ stateDirectory: String
  ) -> CheckRow {
    switch found {
    case .success(nil): .ok("state", "\(stateDirectory) is nobody's yet")
    case .success(let identity?) where identity == expected:
      .ok("state", "\(stateDirectory) belongs to \(text(identity))")
    case .success(let identity?):
      .fail(
        "state",
        "\(stateDirectory) belongs to \(text(identity)), not to \(text(expected))",
        "give --state-dir, --profile or --account that fit")
    case .failure(let fault):
      .fail("state", fault.message, "restore identity.json from a backup")
    }
  }

  private static func text(_ identity: Identity) -> String {
    "\(identity.account)/\(identity.profile.rawValue)"
  }

  /// Nil before anything was started from there.
  static func latch(_ state: LatchFile.State?) -> CheckRow {
    switch state {
    case nil: .ok("latch", "none yet: the first start makes it, clear")
    case .clear?: .ok("latch", "clear")
    case .active(let entries)?:
      .warn(
        "latch",
        "SET: " + entries.map { "\($0.scope) by \($0.by): \($0.reason)" }.joined(separator: "; "),
        "nothing new is traded until interlock kill-switch acknowledge --reason TEXT")
    case .unreadable(let why)?:
      .fail(
        "latch", "it cannot be believed and counts as set: \(why)",
        "find out why, then interlock kill-switch acknowledge --reason TEXT")
    }
  }

  static func alerts(_ settings: AlertSettings?, readable: Fatal?) -> CheckRow {
    guard let settings else { return .skip("alerts", "the configuration cannot be read") }
    guard settings.isConfigured else {
      return .warn(
        "alerts", "nobody is told when something is wrong",
        "set alerts.secrets_file, then interlock alert test")
    }
    if let readable {
      return .fail("alerts", readable.message, "see docs/alerts.md")
    }
    return .ok("alerts", "configured; interlock alert test tries them")
  }

  /// Lines a unit must have: without the first group the service is not safe to run, without the
  /// second it is less hard than ours.
  private static let needed = [
    "Type=notify", "NoNewPrivileges=yes", "ProtectSystem=strict",
  ]
  private static let wanted = [
    "Restart=", "WatchdogSec=", "OnFailure=", "ProtectHome=", "PrivateTmp=yes",
    "RestrictAddressFamilies=", "SystemCallFilter=", "CapabilityBoundingSet=", "StateDirectory=",
    "RuntimeDirectory=", "UMask=0077", "LockPersonality=yes", "RestrictSUIDSGID=yes",
  ]

  /// `text` is the unit file with its drop-ins; nil when none is installed.
  static func unit(_ text: String?, _ path: String) -> CheckRow {
    guard let text else { return .skip("unit", "no unit file \(path): not installed as a service") }
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.filter { !$0.isWhitespace } }
      .map { $0.replacing("=true", with: "=yes") }
    let has = { (line: String) in lines.contains { $0.hasPrefix(line) } }
    let secrets = lines.filter { line in
      line.hasPrefix("Environment=")
        && ["KEY=", "SECRET=", "TOKEN="].contains {
          line.uppercased().contains($0)
        }
    }
    guard secrets.isEmpty else {
      return .fail(
        "unit", "\(path) has a secret in Environment=, which everybody can read",
        "use LoadCredential=")
    }
    // A list: a bad configuration does not become better by trying again.
    let prevents = text.split(whereSeparator: \.isNewline).contains { line in
      line.hasPrefix("RestartPreventExitStatus=")
        && line.split(whereSeparator: { "= ".contains($0) }).contains("78")
    }
    let missing =
      needed.filter { !has($0) } + (prevents ? [] : ["RestartPreventExitStatus=78"])
    guard missing.isEmpty else {
      return .fail(
        "unit", "\(path) lacks \(missing.joined(separator: ", "))",
        "install ours: ops/systemd/interlock.service")
    }
    guard text.contains("SWIFT_BACKTRACE=enable=no") else {
      return .fail(
        "unit",
        "\(path) leaves Swift's backtracer on: the watchdog's first SIGABRT does not end it",
        "add Environment=SWIFT_BACKTRACE=enable=no")
    }
    let weak = wanted.filter { !has($0) }
    guard weak.isEmpty else {
      return .warn(
        "unit", "\(path) lacks \(weak.joined(separator: ", "))",
        "see systemd-analyze security and ops/systemd/interlock.service")
    }
    return .ok("unit", "\(path) is as hard as ours")
  }
}
