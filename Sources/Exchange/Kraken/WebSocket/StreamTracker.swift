import Domain

/// What a session knows of one stream.
struct StreamTracker: Sendable {
  private(set) var phase = StreamPhase.wanted
  /// When the phase was entered.
  private(set) var since = MachineTime(nanoseconds: 0)
  /// Not to be asked for before.
  var notBefore = MachineTime(nanoseconds: 0)
  /// Whether the venue counts it as subscribed on this connection.
  var isSubscribed = false
  /// Has to be asked for alone: together with others it was refused.
  var isAlone = false
  /// Number of the last message; nil when the next may have any.
  var number: Int64? {
    didSet { if let number { highest = max(highest ?? number, number) } }
  }
  /// The highest number heard on this connection; a snapshot below it was overtaken.
  var highest: Int64?
  /// The last trade that was passed on; by it a later snapshot is joined.
  var lastTrade: TradeID?
  var retries = 0

  mutating func move(_ trigger: StreamPhase.Trigger, now: MachineTime) {
    guard let next = phase.next(trigger) else { return }
    phase = next
    since = now
  }

  /// Puts the next question off; longer each time until it has gone well for a while.
  mutating func putOff(now: MachineTime, patience: SocketPatience, wasLiveSince: MachineTime?) {
    if let since = wasLiveSince, now.milliseconds(since: since) >= patience.steady { retries = 0 }
    let wait = retries == 0 ? 0 : min(patience.longestRetry, 500 << Int64(min(retries, 6)))
    retries += 1
    notBefore = now.advanced(byMilliseconds: wait)
  }
}
