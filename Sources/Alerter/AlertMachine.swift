import Daemon

/// Decides which alerts are told, on which channel and when again; tells none.
///
///     heard       off, or a repetition within the window    settled at once (and counted)
///     heard       else                                      one delivery a channel, due now
///     due         a place in flight is free                 in flight
///     in flight   delivered, refused                        over
///     in flight   failed, tries left                        due later: 0.5, 1, 2 … 30 s
///     in flight   failed, no tries left                     over
///     all over                                              settled
///
/// 1. An alert that was heard is settled once: delivered, refused, given up, folded or off.
/// 2. At most `bound` alerts wait; beyond that the oldest is given up and said so.
/// 3. An id is told once in this life, however often it is heard while it waits.
/// 4. Repetitions of an event of one stage are told as one at the end of each window.
struct AlertMachine {
  static let bound = 256
  static let inFlightBound = 4
  static let firstPause: Int64 = 500_000_000
  static let longestPause: Int64 = 30_000_000_000

  let settings: AlertSettings
  let channels: [AlertChannel]
  private(set) var jobs: [AlertJob] = []
  private(set) var delivered = 0
  private(set) var failed = 0
  private(set) var folded = 0
  private var windows: [String: RepeatWindow] = [:]
  private var effects: [AlertEffect] = []

  init(settings: AlertSettings, channels: [AlertChannel]) {
    self.settings = settings
    self.channels = channels
  }

  /// Whether nothing is under way or to come.
  var isIdle: Bool { jobs.isEmpty }

  /// Machine time of the next `timer` event.
  var deadline: Int64? {
    let dues = jobs.flatMap { $0.deliveries.compactMap(\.due) }
    return (dues + windows.values.map(\.end)).min()
  }

  mutating func step(_ event: AlertInput, now: Int64) -> [AlertEffect] {
    effects = []
    switch event {
    case .heard(let alert): hear(alert, now)
    case .answered(let id, let channel, let outcome): answered(id, channel, outcome, now)
    case .timer: closeWindows(now)
    }
    launch(now)
    return effects
  }

  // MARK: -

  private mutating func hear(_ alert: Alert, _ now: Int64) {
    guard !jobs.contains(where: { $0.alert.id == alert.id }) else { return }
    let word = settings.word(for: alert.event)
    guard alert.event == .test || word != .off else { return settle(alert, []) }
    guard alert.event.isRepetitive else { return take(alert, isSilent: word == .silent, now) }
    let key = "\(alert.event.rawValue) \(alert.stage)"
    guard windows[key] == nil else {
      windows[key]?.count(alert)
      folded += 1
      return settle(alert, [])
    }
    windows[key] = RepeatWindow(end: now + settings.repeatSeconds * 1_000_000_000)
    take(alert, isSilent: word == .silent, now)
  }

  private mutating func take(_ alert: Alert, isSilent: Bool, _ now: Int64) {
    if jobs.count == Self.bound {
      let oldest = jobs.removeFirst()
      failed += 1
      effects.append(.giveUp(oldest.alert, "more than \(Self.bound) alerts wait"))
      settle(oldest.alert, oldest.results)
    }
    jobs.append(
      AlertJob(
        alert: alert, isSilent: isSilent,
        deliveries: channels.map { AlertJob.Delivery(channel: $0, due: now) }))
  }

  private mutating func closeWindows(_ now: Int64) {
    for (key, window) in windows.sorted(by: { $0.key < $1.key }) where window.end <= now {
      guard let last = window.last else {
        windows[key] = nil
        continue
      }
      windows[key] = RepeatWindow(end: now + settings.repeatSeconds * 1_000_000_000)
      let sum = Alert(
        id: "\(last.id)-sum", event: last.event, stage: last.stage,
        text: "\(window.repetitions) more in \(settings.repeatSeconds) s, the last: \(last.text)",
        milliseconds: last.milliseconds)
      take(sum, isSilent: settings.word(for: last.event) == .silent, now)
    }
  }

  private mutating func launch(_ now: Int64) {
    var inFlight = jobs.reduce(0) { $0 + $1.deliveries.count { $0.state == .inFlight } }
    for job in jobs.indices {
      for place in jobs[job].deliveries.indices where inFlight < Self.inFlightBound {
        guard let due = jobs[job].deliveries[place].due, due <= now else { continue }
        jobs[job].deliveries[place].state = .inFlight
        jobs[job].deliveries[place].tries += 1
        inFlight += 1
        effects.append(
          .send(
            jobs[job].alert, jobs[job].deliveries[place].channel, isSilent: jobs[job].isSilent))
      }
    }
  }

  private mutating func answered(
    _ id: String, _ channel: AlertChannel, _ outcome: DeliveryOutcome, _ now: Int64
  ) {
    guard let job = jobs.firstIndex(where: { $0.alert.id == id }),
      let place = jobs[job].deliveries.firstIndex(where: {
        $0.channel == channel && $0.state == .inFlight
      })
    else { return }
    let tries = jobs[job].deliveries[place].tries
    switch outcome {
    case .delivered:
      delivered += 1
      jobs[job].deliveries[place].state = .over(nil)
    case .failed(let why, let wait) where tries < settings.attempts:
      let pause = max(wait.map { $0 * 1_000_000 } ?? 0, Self.firstPause << min(tries - 1, 6))
      let due = now + min(pause, Self.longestPause)
      jobs[job].deliveries[place].state = .waiting(due)
      effects.append(.retry(jobs[job].alert, channel, why))
    case .failed(let why, _), .refused(let why):
      failed += 1
      jobs[job].deliveries[place].state = .over(why)
      effects.append(.giveUp(jobs[job].alert, "\(channel.rawValue): \(why), tried \(tries) times"))
    }
    guard jobs[job].isOver else { return }
    let done = jobs.remove(at: job)
    settle(done.alert, done.results)
  }

  private mutating func settle(_ alert: Alert, _ results: [AlertJob.Result]) {
    effects.append(.settled(alert, results))
  }
}
