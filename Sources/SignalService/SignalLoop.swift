import Daemon
import Domain
import Failpoint
import Wire

/// The shell around `SignalMachine`: listens to the market, offers what strategies decide.
///
/// A signal is written to `signals.jsonl` before it is offered.
final class SignalLoop {
  /// How long a drain waits for verdicts; what has none by then is decided by the next life.
  private static let drainLimitMilliseconds: Int64 = 2000
  private static let mostPerTurn = 1000

  private let host: StageHost
  private let context: ZMQContext
  private let poller = Poller()
  private let market: Subscriber
  private let snapshots: RequestClient
  private let gate: LinkClient
  private let tap: Publisher
  private let record: AppendOnlyFile
  private var machine: SignalMachine
  private var offered: [UInt64: SignalID] = [:]
  private var draining: MachineTime?
  private var nextStatus = MachineTime(nanoseconds: 0)
  private var lastRefusal: String?
  private var accepted: UInt64 = 0
  private var denied: UInt64 = 0
  private var expired: UInt64 = 0
  private var unoffered: UInt64 = 0
  private var shelf = ExplanationShelf()

  init(_ host: StageHost) throws {
    self.host = host
    let configuration = host.configuration
    let run = try RunDirectory(host.options.requireRunDirectory())
    let names =
      host.options.strategies.isEmpty
      ? configuration.signalService.strategies : host.options.strategies
    let kinds = try StrategyCatalogue(configuration).choose(names)
    machine = SignalMachine(
      kinds: kinds, validForMilliseconds: configuration.signalService.validForMilliseconds)
    record = try AppendOnlyFile("\(host.options.requireStateDirectory())/signals.jsonl")
    context = try ZMQContext()
    market = try Subscriber(context: context, endpoints: [run.market])
    snapshots = try RequestClient(context: context, endpoint: run.marketSnapshot)
    gate = try LinkClient(
      context: context, endpoint: run.signals, source: host.stage, epoch: host.epoch,
      token: host.token, build: host.build)
    tap = try Publisher(
      context: context, endpoint: run.signalTap, source: host.stage, epoch: host.epoch)
    try host.openControlSocket()
    let some = InstrumentID("PF_XBTUSD")
    let memory = some.map { id in kinds.map { $0.make(id).memory } }?.max() ?? 0
    let history = configuration.marketData.historyCandles
    if memory > min(history, Int64(Question.most)) {
      host.log.warning(
        "strategies begin late",
        ["candles_needed": "\(memory)", "market_data.history_candles": "\(history)"])
    }
    host.log.info("strategies", ["names": kinds.map(\.id.text).joined(separator: " ")])
  }

  func run() throws {
    host.ready()
    while true {
      let before = clock().machine
      let due = [
        MachineTime(nanoseconds: host.deadline), nextStatus, machine.wake, gate.deadline, draining,
      ]
      let until = due.compactMap { $0 }.min() ?? before
      _ = try poller.wait(
        sockets: [market.handle, snapshots.handle, gate.handle, tap.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) }, until: until,
        now: before)
      let now = clock()
      if serveHost(now) { return }
      try listen(now)
      try decide(.tick, at: now)
      try hearGate(now)
      tap.service()
      tellStatus(now)
    }
  }

  private func clock() -> SignalTime {
    SignalTime(
      machine: MachineTime(nanoseconds: Clock.machineNanoseconds()),
      wall: WallTime(milliseconds: Clock.wallMilliseconds()))
  }

  private func listen(_ now: SignalTime) throws {
    for _ in 0..<Self.mostPerTurn {
      guard let reception = market.receive() else { break }
      switch reception {
      case .message(let message):
        failpoint(.signalCandleReceived)
        try decide(.heard(message.body), at: now)
      case .gap(let source, let missed):
        host.log.warning("stream gap", ["source": source, "missed": "\(missed)"])
        try decide(.lost, at: now)
      case .restarted(let source, let epoch):
        host.log.info("stream begins", ["source": source, "epoch": "\(epoch)"])
        try decide(.lost, at: now)
      case .malformed(let why): host.log.warning("message refused", ["reason": why])
      }
    }
    while let (_, reply) = snapshots.receive() { try decide(.snapshot(reply), at: now) }
  }

  private func decide(_ event: SignalEvent, at now: SignalTime) throws {
    for effect in machine.step(event, now: now) {
      switch effect {
      case .ask(let count): _ = snapshots.ask(.marketSnapshot(candles: count))
      case .propose(let signal): try offer(signal, now)
      case .proposeExit(let exit): offer(exit)
      case .explain(let explanation):
        shelf.add(explanation)
        // A signal is told on the tap itself, with all its prices.
        if explanation.reason != "SIGNAL" { tap.publish(.explanation(explanation)) }
      case .alert(let text): host.log.warning("alert", ["text": text])
      }
    }
  }

  private func offer(_ signal: Signal, _ now: SignalTime) throws {
    guard draining == nil else { return }
    failpoint(.signalRecordBefore)
    try record.append(JSONLine.text(SignalRecord(signal, wall: now.wall)))
    failpoint(.signalRecordAfter)
    tap.publish(.signal(signal))
    host.log.info("signal", ["id": "\(signal.id)", "setup": "\(signal.setup)"])
    failpoint(.signalOfferBefore)
    guard let sequence = gate.offer(Codec.encode(signal), validUntil: signal.validUntil) else {
      unoffered += 1
      host.log.warning(
        "signal not offered",
        ["id": "\(signal.id)", "reason": "\(gate.unacknowledged) have no verdict yet"])
      return
    }
    offered[sequence] = signal.id
    failpoint(.signalOfferAfter)
  }

  private func offer(_ exit: ExitProposal) {
    guard draining == nil else { return }
    host.log.info("exit", ["id": "\(exit.id)", "of": "\(exit.signal)", "reason": "\(exit.reason)"])
    guard let sequence = gate.offer(Codec.encode(exit), validUntil: exit.validUntil) else {
      unoffered += 1
      host.log.warning("exit not offered", ["id": "\(exit.id)"])
      return
    }
    offered[sequence] = exit.id
  }

  private func hearGate(_ now: SignalTime) throws {
    for outcome in gate.service(now: now.machine, wall: now.wall) {
      switch outcome {
      case .connected(let epoch):
        lastRefusal = nil
        host.log.info("gate connected", ["epoch": "\(epoch)"])
      case .acknowledged(let sequence, let verdict):
        failpoint(.signalVerdictReceived)
        conclude(sequence, verdict)
      case .expired(let sequence):
        expired += 1
        let signal = offered.removeValue(forKey: sequence)
        if let signal { shelf.conclude(signal, "expired without a verdict") }
        host.log.warning(
          "signal expired without a verdict", ["id": signal?.text ?? "unknown"])
      case .refused(let reason):
        if lastRefusal != reason { host.log.warning("gate refuses", ["reason": reason]) }
        lastRefusal = reason
      case .report(let report): try decide(.report(report), at: now)
      }
    }
  }

  private func conclude(_ sequence: UInt64, _ verdict: Verdict) {
    let signal = offered.removeValue(forKey: sequence)
    let id = signal?.text ?? "unknown"
    if let signal { shelf.conclude(signal, Self.sentence(verdict)) }
    switch verdict {
    case .accepted(let hash):
      accepted += 1
      host.log.info("signal accepted", ["id": id, "intent": "\(hash)"])
    case .denied(let denials):
      denied += 1
      let reasons = denials.map(\.description).joined(separator: "; ")
      host.log.info("signal denied", ["id": id, "reasons": reasons])
    }
  }

  private static func sentence(_ verdict: Verdict) -> String {
    switch verdict {
    case .accepted(let hash): "accepted as intent \(hash)"
    case .denied(let denials): "denied: " + denials.map(\.description).joined(separator: "; ")
    }
  }

  // MARK: - Operators

  /// Returns whether the process has to end now.
  private func serveHost(_ now: SignalTime) -> Bool {
    for command in host.service(now: now.machine.nanoseconds) {
      switch command {
      case .stop: return true
      case .drain:
        host.log.info("draining", ["unacknowledged": "\(gate.unacknowledged)"])
        draining = draining ?? now.machine.advanced(byMilliseconds: Self.drainLimitMilliseconds)
      case .query(let query) where query.verb == "status": query.answer(JSONLine.text(status))
      case .query(let query) where query.verb == "explain":
        ExplanationAnswer(shelf).answer(query)
      case .query(let query):
        query.refuse("\(query.verb): unknown; signal-service answers status and explain")
      }
    }
    guard let draining else { return false }
    return gate.unacknowledged == 0 || draining <= now.machine
  }

  private var status: [String: String] {
    [
      "signals": "\(machine.signals)", "exits": "\(machine.exits)",
      "accepted": "\(accepted)", "denied": "\(denied)",
      "expired": "\(expired)", "unoffered": "\(unoffered)", "candles": "\(machine.candles)",
      "losses": "\(machine.losses)",
      "valid_for_ms": "\(host.configuration.signalService.validForMilliseconds)",
    ]
  }

  private func tellStatus(_ now: SignalTime) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    for (key, value) in status { host.setStatus(key, value) }
  }
}
