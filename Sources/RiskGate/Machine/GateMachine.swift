package import Domain
import Wire

/// Decides which signals become intents, and how large; sends nothing itself.
///
/// Invariants:
/// 1. One signal is at most one intent under way: offered again it waits for the same verdict, and
///    decided it is answered from memory or from the router's ledger.
/// 2. Nothing is forwarded before the ledger has been read to its end and market and account are
///    known; what is missing, stale or contradictory is a denial.
/// 3. Every reason is collected; a signal passes only when there is none.
/// 4. A verdict comes from the router or is a denial of ours; never is an acceptance guessed.
package struct GateMachine: Sendable {
  /// How long a signal waits for a gate that has only begun.
  static let graceMilliseconds: Int64 = 2000
  static let askAgainMilliseconds: Int64 = 500
  static let mostWaiting = 1024
  static let mostInstruments = 1000

  private struct Waiting: Sendable {
    let signal: Signal
    var offers: [UInt64]
    let until: MachineTime
  }

  private struct Flight: Sendable {
    let intent: OrderIntent
    var offers: [UInt64]
  }

  let limits: GateLimits
  var fold = LedgerFold()
  var catchUp = LedgerCatchUp()
  var askMarketAt: MachineTime? = MachineTime(nanoseconds: 0)
  var instruments: [InstrumentID: Instrument] = [:]
  var readings: [InstrumentID: TickerReading] = [:]
  var stale = StaleStreams()
  private var waiting: [Waiting] = []
  var exits = ExitDesk()
  /// Who asked what became of its decisions before the ledger was read to its end.
  var greetings: [Greeting] = []
  private var flights: [SignalID: Flight] = [:]
  var memory = DecisionMemory()
  var effects: [GateEffect] = []

  package private(set) var signals: UInt64 = 0
  package internal(set) var accepted: UInt64 = 0
  package internal(set) var denied: UInt64 = 0
  package internal(set) var denials: [DenialReason: UInt64] = [:]

  package init(limits: GateLimits) {
    self.limits = limits
  }

  package mutating func step(_ event: GateEvent, now: GateTime) -> [GateEffect] {
    effects = []
    switch event {
    case .tick: break
    case .offer(let offer, let signal): consider(signal, offer, now)
    case .offerExit(let offer, let exit): consider(exit, offer, now)
    case .greeted(let greeting): greet(greeting)
    case .market(let body): learn(body, now)
    case .marketSnapshot(let reply): learn(reply)
    case .marketLost: askMarketAt = now.machine
    case .ledger(let event): follow(event, now)
    case .replay(let reply): replay(reply, now)
    case .ledgerLost: catchUp.lose(now.machine)
    case .verdict(let id, let verdict): land(id, verdict, now)
    case .noVerdict(let id): giveUp(id, now)
    case .notForwarded(let id):
      land(id, .denied([Denial(.gateNotReady, "the router has too many unanswered intents")]), now)
    case .exitVerdict(let id, let verdict): landExit(id, verdict, now)
    }
    judgeWaiting(now)
    judgeExits(now)
    askWhatIsDue(now)
    return effects
  }

  /// When `step` is due though nothing has happened.
  package var wake: MachineTime {
    ([askMarketAt].compactMap { $0 } + waiting.map(\.until) + exits.deadlines).min()
      .map { min($0, catchUp.askAt) } ?? catchUp.askAt
  }

  package var openPositions: Int { fold.openPositions }
  package var equity: Money? { fold.account?.equity }
  /// Intents at the router without a verdict.
  package var inFlight: Int { flights.count }
  /// Signals that have no verdict yet.
  package var undecided: Int { flights.count + waiting.count + exits.undecided }

  /// What the gate still has to learn before it can judge.
  package var missing: [String] {
    [
      catchUp.isComplete ? nil : "ledger", fold.account == nil ? "account" : nil,
      instruments.isEmpty ? "instruments" : nil, readings.isEmpty ? "tickers" : nil,
    ].compactMap { $0 }
  }
}

// MARK: - Signals

extension GateMachine {
  private mutating func consider(_ signal: Signal, _ offer: UInt64, _ now: GateTime) {
    if let known = memory[signal.id] {
      guard known.signal.isSameDecision(as: signal) else { return mismatch(signal, offer, now) }
      effects.append(.answer(offer, known.verdict))
    } else if let flight = flights[signal.id] {
      guard flight.intent.signal.isSameDecision(as: signal) else {
        return mismatch(signal, offer, now)
      }
      flights[signal.id]?.offers.append(offer)
    } else if let index = waiting.firstIndex(where: { $0.signal.id == signal.id }) {
      guard waiting[index].signal.isSameDecision(as: signal) else {
        return mismatch(signal, offer, now)
      }
      waiting[index].offers.append(offer)
    } else {
      signals += 1
      let until =
        waiting.count < Self.mostWaiting
        ? now.machine.advanced(byMilliseconds: Self.graceMilliseconds) : now.machine
      waiting.append(Waiting(signal: signal, offers: [offer], until: until))
    }
  }

  /// Nothing that is under this name already is touched.
  private mutating func mismatch(_ signal: Signal, _ offer: UInt64, _ now: GateTime) {
    let verdict = Verdict.denied([Denial(.contentMismatch, "\(signal.id)")])
    tell([offer], signal, verdict, .zero, now)
  }

  private mutating func judgeWaiting(_ now: GateTime) {
    let missing = missing
    let due = waiting
    waiting = []
    for entry in due {
      if missing.isEmpty {
        judge(entry, now)
      } else if entry.until <= now.machine || entry.signal.validUntil <= now.wall {
        var reasons = [Denial(.gateNotReady, "missing=\(missing.joined(separator: ","))")]
        if entry.signal.validUntil <= now.wall {
          let valid = entry.signal.validUntil.milliseconds
          reasons.append(
            Denial(.expired, "valid_until=\(valid) now=\(now.wall.milliseconds)"))
        }
        decide(entry.offers, entry.signal, .denied(reasons), .zero, now)
      } else {
        waiting.append(entry)
      }
    }
  }

  private mutating func judge(_ entry: Waiting, _ now: GateTime) {
    let signal = entry.signal
    if let verdict = fold.verdict(on: signal) {
      decide(entry.offers, signal, verdict, .zero, now)
      return
    }
    var world = GateChecks.World()
    world.instrument = instruments[signal.instrument]
    world.reading = readings[signal.instrument]
    world.staleStreams = stale.names(signal.instrument, now: now.machine)
    world.account = fold.account
    world.accountAt = fold.accountAt
    world.occupied =
      fold.occupied.union(flights.values.map(\.intent.signal.instrument))
      .subtracting([signal.instrument]).count
    let (quantity, reasons) = GateChecks(signal, world, limits, now: now.wall).judge()
    guard reasons.isEmpty, let account = fold.account else {
      decide(entry.offers, signal, .denied(reasons), quantity, now)
      return
    }
    let intent = OrderIntent(signal: signal, quantity: quantity, equity: account.equity)
    flights[signal.id] = Flight(intent: intent, offers: entry.offers)
    effects.append(.forward(intent))
  }

  private mutating func land(_ id: SignalID, _ verdict: Verdict, _ now: GateTime) {
    guard let flight = flights.removeValue(forKey: id) else { return }
    decide(flight.offers, flight.intent.signal, verdict, flight.intent.quantity, now)
  }

  /// The ledger may know more than the link.
  private mutating func giveUp(_ id: SignalID, _ now: GateTime) {
    guard let signal = flights[id]?.intent.signal else { return }
    let detail =
      "the router gave no answer; valid_until=\(signal.validUntil.milliseconds) "
      + "now=\(now.wall.milliseconds)"
    land(id, fold.verdict(on: signal) ?? .denied([Denial(.expired, detail)]), now)
  }

  private mutating func decide(
    _ offers: [UInt64], _ signal: Signal, _ verdict: Verdict, _ quantity: Quantity,
    _ now: GateTime
  ) {
    memory.keep(signal, verdict)
    tell(offers, signal, verdict, quantity, now)
  }

  private mutating func tell(
    _ offers: [UInt64], _ signal: Signal, _ verdict: Verdict, _ quantity: Quantity,
    _ now: GateTime
  ) {
    switch verdict {
    case .accepted: accepted += 1
    case .denied(let reasons):
      denied += 1
      for reason in reasons { denials[reason.reason, default: 0] += 1 }
    }
    effects.append(
      .decide(
        offers, Decision(signal: signal, verdict: verdict, quantity: quantity, time: now.wall)))
  }
}
