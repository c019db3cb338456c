import Daemon
import Glibc

/// What the profile `live` asks for before any process of it starts.
///
/// 1. Without the flag that says so nobody trades real money.
/// 2. The key comes from a file that was named, or from the service manager; the paper venue's own
///    is never taken for it.
/// 3. The first start from a state directory needs a doctor without a failing row. Later ones may
///    have positions to look after: what only says how venue, clock and disk are at this moment is
///    reported then, and the stages wait for it; everything else still refuses.
enum RealMoney {
  static let consent = "--i-understand-this-trades-real-money"
  /// Rows that may be better in a minute without anybody doing anything.
  static let passing: Set<String> = [
    "venue", "skew", "rate_budget", "instruments", "key_rights", "clock", "disk",
  ]
  private static let patienceMilliseconds: Int64 = 120_000

  /// Throws why it must not start; other profiles are let through.
  static func check(_ options: StageOptions, _ log: Log) throws(Fatal) {
    guard options.profile == .live else { return }
    guard options.acceptsRealMoney else {
      throw Fatal(
        .badConfiguration,
        "unable to start profile live: it trades real money and nobody has agreed to that: give "
          + consent)
    }
    guard let key = options.secretFile else {
      throw Fatal(
        .badConfiguration,
        "unable to start profile live: no key of the venue: name its file of mode 0600 with "
          + "--secret-file, or hand it over as the systemd credential keys/trading")
    }
    let state = try options.requireStateDirectory()
    let isFirst = access("\(state)/identity.json", F_OK) != 0
    log.notice("looking at everything a start needs", ["first": "\(isFirst)"])
    let rows = try ask(options, state: state, key: key)
    for row in rows where row.state == .warn || row.state == .fail {
      log.warning(
        "doctor", ["row": row.name, "state": row.state.rawValue, "found": row.found])
    }
    if let why = refusal(rows, isFirst: isFirst) { throw Fatal(.badConfiguration, why) }
  }

  /// Why rows like these forbid a start; nil when they do not.
  static func refusal(_ rows: [CheckRow], isFirst: Bool) -> String? {
    guard !rows.isEmpty else {
      return "unable to start profile live: interlock doctor looked at nothing: read what it said"
    }
    let failed = rows.filter { $0.state == .fail && (isFirst || !passing.contains($0.name)) }
    guard !failed.isEmpty else { return nil }
    let words = failed.map { "\($0.name): \($0.found) (\($0.remedy))" }.joined(separator: "; ")
    return "unable to start profile live: interlock doctor does not pass: \(words): put it right, "
      + "then look with interlock doctor --profile live"
  }

  private static func ask(
    _ options: StageOptions, state: String, key: String
  ) throws(Fatal) -> [CheckRow] {
    var arguments = [
      "doctor", "--json", "--profile", options.profile.rawValue, "--account", options.account,
      "--state-dir", state, "--run-dir", try options.requireRunDirectory(), "--secret-file", key,
    ]
    if let path = options.configurationPath { arguments += ["--config", path] }
    let answer = try SiblingProcess.run(
      "interlock", arguments, milliseconds: patienceMilliseconds)
    guard let rows = JSONLine.decode([CheckRow].self, Array(answer.output.utf8)) else {
      throw Fatal(
        .badConfiguration,
        "unable to start profile live: interlock doctor ended with \(answer.code) and no rows: "
          + "run it by hand and read what it says")
    }
    return rows
  }
}
