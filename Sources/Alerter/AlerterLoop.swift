import Daemon

/// The shell around `AlertMachine`: hears from the supervisor, tells people.
///
/// Invariants:
/// 1. Every wait is bounded, so that heartbeats leave on time whatever a server does.
/// 2. The supervisor hears of an alert only when it is settled: what a killed alerter was at is
///    told by the next one.
/// 3. No line of the log and no answer holds an address or a token.
final class AlerterLoop {
  private static let drainPatience: Int64 = 4_000_000_000

  private let host: StageHost
  private let addresses: Addresses
  private let sender: Letter.Sender
  private let courier: Courier
  private var machine: AlertMachine
  private var tests: [String: ControlQuery] = [:]
  private var nextTest = 1
  private var leavesBy: Int64?

  init(_ host: StageHost) throws {
    self.host = host
    let settings = host.configuration.alerts
    addresses = try Addresses(settings)
    sender = .here(host.options)
    courier = try Courier(timeoutMilliseconds: settings.timeoutMilliseconds)
    machine = AlertMachine(settings: settings, channels: addresses.channels)
    host.onAlert = { [unowned self] alert in feed(.heard(alert)) }
  }

  func run() throws {
    try host.openControlSocket()
    host.log.info("alerts", ["channels": addresses.channels.map(\.rawValue).joined(separator: " ")])
    host.ready()
    while !turn() {}
  }

  /// Tells one alert without a pipeline, and says how it went.
  func sendOne(_ alert: Alert) throws {
    var results: [AlertJob.Result] = []
    var isOver = false
    feed(.heard(alert)) { _, found in
      results = found
      isOver = true
    }
    while !isOver {
      if turn({ _, found in
        results = found
        isOver = true
      }) {
        throw Fatal(.tryAgain, "unable to send the alert: asked to leave: try again")
      }
    }
    let failures = results.compactMap { result in
      result.failure.map { "\(result.channel.rawValue): \($0)" }
    }
    guard failures.isEmpty else {
      throw Fatal(
        .tryAgain,
        "unable to send the alert: \(failures.joined(separator: "; ")): check the channel and "
          + "alerts.secrets_file")
    }
  }

  // MARK: -

  private typealias Settled = (Alert, [AlertJob.Result]) -> Void

  /// Returns whether the process has to end now.
  private func turn(_ settled: Settled? = nil) -> Bool {
    let before = Clock.machineNanoseconds()
    let until = min(host.deadline, machine.deadline ?? .max, leavesBy ?? .max)
    let milliseconds = max(0, min(until - before, 1_000_000_000) + 999_999) / 1_000_000
    let ended = courier.wait(host.descriptors, milliseconds: Int32(milliseconds))
    for (id, channel, outcome) in ended { feed(.answered(id, channel, outcome), settled) }
    let now = Clock.machineNanoseconds()
    if serveHost(now) { return true }
    if let due = machine.deadline, due <= now { feed(.timer, settled) }
    tellStatus()
    guard let leavesBy else { return false }
    return machine.isIdle || leavesBy <= now
  }

  private func feed(_ input: AlertInput, _ settled: Settled? = nil) {
    for effect in machine.step(input, now: Clock.machineNanoseconds()) {
      switch effect {
      case .send(let alert, let channel, let isSilent): send(alert, channel, isSilent, settled)
      case .retry(let alert, let channel, let why):
        host.log.warning(
          "alert not delivered, again later",
          ["id": alert.id, "channel": channel.rawValue, "reason": why])
      case .giveUp(let alert, let why):
        host.log.error(
          "ALERT NOT DELIVERED", ["id": alert.id, "reason": why, "text": alert.text])
      case .settled(let alert, let results):
        host.settled(alert.id)
        if results.contains(where: { $0.failure == nil }) {
          host.log.info("alert delivered", ["id": alert.id, "event": alert.event.rawValue])
        }
        answerTest(alert, results)
        settled?(alert, results)
      }
    }
  }

  private func send(
    _ alert: Alert, _ channel: AlertChannel, _ isSilent: Bool, _ settled: Settled?
  ) {
    let why =
      if let letter = letter(alert, channel, isSilent) {
        courier.send(letter, id: alert.id, channel: channel)
      } else {
        "no address"
      }
    guard let why else { return }
    feed(.answered(alert.id, channel, .failed(why, retryAfterMilliseconds: nil)), settled)
  }

  private func letter(_ alert: Alert, _ channel: AlertChannel, _ isSilent: Bool) -> Letter? {
    let settings = host.configuration.alerts
    switch channel {
    case .webhook:
      return addresses.webhook.map {
        .webhook($0, alert, sender, body: settings.webhookBody)
      }
    case .telegram:
      return addresses.telegram.map {
        .telegram($0, alert, sender, base: settings.telegramURL, isSilent: isSilent)
      }
    }
  }

  // MARK: - The supervisor and operators

  private func serveHost(_ now: Int64) -> Bool {
    for command in host.service(now: now) {
      switch command {
      case .stop: return true
      case .drain:
        host.log.info("draining", ["alerts": "\(machine.jobs.count)"])
        leavesBy = leavesBy ?? now + Self.drainPatience
      case .query(let query): answer(query)
      }
    }
    return false
  }

  private func answer(_ query: ControlQuery) {
    switch query.verb {
    case "status": query.answer(JSONLine.text(counts))
    case "test":
      let id = "test-\(host.epoch)-\(nextTest)"
      nextTest += 1
      tests[id] = query
      feed(.heard(.test(id: id)))
    default: query.refuse("no verb \(query.verb): one of status, test")
    }
  }

  private func answerTest(_ alert: Alert, _ results: [AlertJob.Result]) {
    guard let query = tests.removeValue(forKey: alert.id) else { return }
    let failures = results.compactMap { result in
      result.failure.map { "\(result.channel.rawValue): \($0)" }
    }
    guard failures.isEmpty else {
      return query.refuse("test: \(failures.joined(separator: "; "))")
    }
    query.answer(JSONLine.text(["delivered": results.map(\.channel.rawValue)]))
  }

  private var counts: [String: Int] {
    [
      "delivered": machine.delivered, "failed": machine.failed, "folded": machine.folded,
      "waiting": machine.jobs.count,
    ]
  }

  private func tellStatus() {
    for (key, value) in counts { host.setStatus(key, "\(value)") }
  }
}
