import Domain

/// One session of WebSocket v1: connects, signs in, subscribes, checks every number, and begins
/// again when something is wrong; it owns no socket, no clock and no chance of its own.
///
/// Invariants:
/// 1. Of a stream nothing is told before its snapshot, and after a gap nothing before the next; the
///    gap is told first.
/// 2. A message of the book or of trades has the number after the one before it, or there is a gap.
///    Snapshots of trades are joined by the trade itself: numbers may begin anew.
/// 3. One connection at a time; whatever comes from another one is left aside.
/// 4. A connection is silent for `patience.silence` at most; waits between two connections grow,
///    with jitter, to `patience.longestRetry`.
/// 5. Signing in has a deadline of its own and keeps no public stream waiting.
/// 6. Bounds: requests a second, questions under way, levels of a book.
struct SocketMachine: Sendable {
  static let requestsPerSecond = 20
  static let productsPerRequest = 50

  let patience: SocketPatience
  let signer: ChallengeSigner?
  var reader: SocketReader
  var random: UInt64
  var trackers: [StreamID: StreamTracker] = [:]
  var books: [InstrumentID: OrderBook] = [:]
  /// Crossed changes in a row of a book.
  var crossings: [InstrumentID: Int] = [:]
  private(set) var phase = ConnectionPhase.idle
  private(set) var phaseSince = MachineTime(nanoseconds: 0)
  private(set) var connection: UInt64 = 0
  private var retryAt = MachineTime(nanoseconds: 0)
  private var retries = 0
  private var pingAt = MachineTime(nanoseconds: 0)
  var heardAt = MachineTime(nanoseconds: 0)
  /// When there may be something to ask.
  var checkAt = MachineTime(nanoseconds: .max)
  var login = SocketLogin()
  var questions: [SocketQuestion] = []
  var asked: (second: Int64, count: Int) = (0, 0)
  var lag = SocketLag()
  var effects: [SocketEffect] = []

  /// Messages that were refused, left aside, repeated; connections that were opened.
  var malformed: UInt64 = 0
  var aside: UInt64 = 0
  var repeated: UInt64 = 0
  var messages: UInt64 = 0
  private(set) var connections: UInt64 = 0
  /// Why the last message was refused.
  var lastRefusal: String?

  init(
    patience: SocketPatience = SocketPatience(), signer: ChallengeSigner? = nil,
    instruments: [InstrumentID: Instrument] = [:], seed: UInt64
  ) {
    self.patience = patience
    self.signer = signer
    reader = SocketReader(instruments: instruments)
    random = seed | 1
  }

  mutating func learn(_ instruments: [Instrument]) {
    var known = reader.answers.instruments
    for instrument in instruments { known[instrument.id] = instrument }
    reader = SocketReader(instruments: known)
  }

  mutating func step(_ event: SocketEvent, now: SocketTime) -> [SocketEffect] {
    effects.removeAll(keepingCapacity: true)
    switch event {
    case .tick: break
    case .subscribe(let channel, let instruments): subscribe(channel, instruments)
    case .unsubscribe(let channel, let instruments): unsubscribe(channel, instruments)
    case .opened(let id) where id == connection: opened(now.machine)
    case .closed(let id, let why) where id == connection: end(.lost, why, now.machine)
    case .flooded(let id) where id == connection:
      end(.flooded, "more came than was taken", now.machine)
    case .message(let id, let bytes) where id == connection && phase == .live:
      hear(bytes, now)
    case .sign(let id) where id == connection: heardAt = now.machine
    case .opened, .closed, .flooded, .message, .sign: break
    }
    move(now.machine)
    return effects
  }

  /// When `step` is due though nothing happened.
  var wake: MachineTime {
    switch phase {
    case .idle: trackers.isEmpty ? MachineTime(nanoseconds: .max) : MachineTime(nanoseconds: 0)
    case .waiting: retryAt
    case .connecting: phaseSince.advanced(byMilliseconds: patience.answer)
    case .live: min(heardAt.advanced(byMilliseconds: patience.silence), pingAt, checkAt)
    }
  }

  // MARK: - The connection

  private mutating func enter(_ next: ConnectionPhase, _ now: MachineTime) {
    phase = next
    phaseSince = now
  }

  /// What time alone brings about.
  private mutating func move(_ now: MachineTime) {
    switch phase {
    case .idle where !trackers.isEmpty: connect(.wanted, now)
    case .waiting where retryAt <= now: connect(.due, now)
    case .connecting where phaseSince.advanced(byMilliseconds: patience.answer) <= now:
      end(.late, "no connection within \(patience.answer) ms", now)
    case .live where heardAt.advanced(byMilliseconds: patience.silence) <= now:
      end(.silent, "nothing heard for \(patience.silence) ms", now)
    case .live:
      if pingAt <= now {
        pingAt = now.advanced(byMilliseconds: patience.ping)
        effects.append(.ping(connection))
      }
      if checkAt <= now { ask(now) }
    default: break
    }
  }

  private mutating func connect(_ trigger: ConnectionPhase.Trigger, _ now: MachineTime) {
    guard let next = phase.next(trigger) else { return }
    enter(next, now)
    connection += 1
    effects.append(.connect(connection))
  }

  private mutating func opened(_ now: MachineTime) {
    guard let next = phase.next(.opened) else { return }
    enter(next, now)
    connections += 1
    heardAt = now
    pingAt = now.advanced(byMilliseconds: patience.ping)
    login = SocketLogin()
    questions = []
    lag = SocketLag()
    for id in trackers.keys { trackers[id]?.notBefore = now }
    checkAt = MachineTime(nanoseconds: 0)
    effects.append(.tell(.connected))
    effects.append(.send(connection, #"{"event":"subscribe","feed":"heartbeat"}"#))
  }

  private mutating func end(
    _ trigger: ConnectionPhase.Trigger, _ why: String, _ now: MachineTime
  ) {
    guard let next = phase.next(trigger) else { return }
    let wasLive = phase == .live
    if wasLive, now.milliseconds(since: phaseSince) >= patience.steady { retries = 0 }
    enter(next, now)
    // A connection that ended by itself is closed once more; that does no harm.
    effects.append(.close(connection))
    let most = min(patience.longestRetry, patience.firstRetry << Int64(min(retries, 10)))
    retries += 1
    retryAt = now.advanced(byMilliseconds: most / 2 + chance(below: most / 2 + 1))
    checkAt = MachineTime(nanoseconds: .max)
    for id in trackers.keys {
      trackers[id]?.move(.lost, now: now)
      trackers[id]?.isSubscribed = false
      trackers[id]?.number = nil
      trackers[id]?.highest = nil
    }
    books = [:]
    crossings = [:]
    if wasLive { effects.append(.tell(.disconnected(why: why))) }
  }

  /// xorshift64; the seed comes from outside.
  private mutating func chance(below bound: Int64) -> Int64 {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return Int64(random % UInt64(max(1, bound)))
  }
}
