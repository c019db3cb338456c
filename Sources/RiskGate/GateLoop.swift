import Daemon
import Domain
import Failpoint
import Wire

/// The shell around `GateMachine`: signals in, intents on to the router, verdicts back.
///
/// A decision is in `gate.jsonl` before its verdict is passed back.
final class GateLoop {
  /// How long a drain waits for the router's verdicts; what has none is offered again to the next
  /// life.
  private static let drainLimitMilliseconds: Int64 = 3000
  private static let mostPerTurn = 1000
  private static let eventsPerReplay = 1000

  let host: StageHost
  private let context: ZMQContext
  private let poller = Poller()
  let signals: LinkServer
  let router: LinkClient
  private let events: Subscriber
  private let replay: RequestClient
  private let market: Subscriber
  private let snapshots: RequestClient
  private let tap: Publisher
  private let record: AppendOnlyFile
  /// What programs proposed, as they do not write it down themselves.
  let proposals: AppendOnlyFile
  var programs = ProgramGuard()
  var machine: GateMachine
  var offers: [UInt64: LinkDelivery.Key] = [:]
  var nextOffer: UInt64 = 1
  var forwarded: [UInt64: SignalID] = [:]
  var forwardedExits: [UInt64: SignalID] = [:]
  /// The program that hosts each strategy; all others are hosted by signal-service.
  var hosts: [StrategyID: String] = [:]
  var refusals: [String: UInt64] = [:]
  private var lastReplay: UInt64 = 0
  var draining: MachineTime?
  private var nextStatus = MachineTime(nanoseconds: 0)
  private var lastRefusal: String?

  init(_ host: StageHost) throws {
    self.host = host
    var limits = try GateLimits(host.configuration)
    let chosen = host.options.strategies
    limits.strategies = Set(
      (chosen.isEmpty ? host.configuration.signalService.strategies : chosen)
        .compactMap { StrategyID($0) })
    machine = GateMachine(limits: limits)
    let run = try RunDirectory(host.options.requireRunDirectory())
    let state = try host.options.requireStateDirectory()
    record = try AppendOnlyFile("\(state)/gate.jsonl")
    proposals = try AppendOnlyFile("\(state)/program-signals.jsonl")
    context = try ZMQContext()
    signals = try LinkServer(
      context: context, endpoint: run.signals, epoch: host.epoch, token: host.token,
      build: host.build,
      programToken: { [token = host.token] name in
        ProgramToken.bytes(instance: token, program: name)
      })
    router = try LinkClient(
      context: context, endpoint: run.intents, source: host.stage, epoch: host.epoch,
      token: host.token, build: host.build)
    events = try Subscriber(context: context, endpoints: [run.events])
    replay = try RequestClient(context: context, endpoint: run.replay)
    market = try Subscriber(context: context, endpoints: [run.market])
    snapshots = try RequestClient(context: context, endpoint: run.marketSnapshot)
    tap = try Publisher(
      context: context, endpoint: run.decisionTap, source: host.stage, epoch: host.epoch)
    try host.openControlSocket()
  }

  func run() throws {
    host.ready()
    while true {
      let before = clock().machine
      let due = [
        MachineTime(nanoseconds: host.deadline), nextStatus, machine.wake, router.deadline,
        draining,
      ]
      let until = due.compactMap { $0 }.min() ?? before
      // While it drains nothing new is read, so nothing new may wake the loop either.
      let open = draining == nil ? [signals.handle] : []
      _ = try poller.wait(
        sockets: open + [
          router.handle, events.handle, replay.handle, market.handle, snapshots.handle, tap.handle,
        ],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) }, until: until,
        now: before)
      let now = clock()
      if serveHost(now) { return }
      try hearRouter(now)
      try followLedger(now)
      try followMarket(now)
      try takeSignals(now)
      try decide(.tick, at: now)
      // What this turn forwarded leaves now.
      try hearRouter(now)
      tap.service()
      tellStatus(now)
    }
  }

  private func clock() -> GateTime {
    GateTime(
      machine: MachineTime(nanoseconds: Clock.machineNanoseconds()),
      wall: WallTime(milliseconds: Clock.wallMilliseconds()))
  }

  func decide(_ event: GateEvent, at now: GateTime) throws {
    for effect in machine.step(event, now: now) { try perform(effect, now) }
  }

  private func perform(_ effect: GateEffect, _ now: GateTime) throws {
    switch effect {
    case .forward(let intent):
      let payload = Codec.encode(intent)
      failpoint(.gateForwardBefore)
      if let sequence = router.offer(payload, validUntil: intent.signal.validUntil) {
        forwarded[sequence] = intent.signal.id
        failpoint(.gateForwardAfter)
      } else {
        try decide(.notForwarded(intent.signal.id), at: now)
      }
    case .decide(let waiting, let made, let judgement):
      failpoint(.gateRecordBefore)
      let decision = Decision(made, judgement)
      try record.append(JSONLine.text(GateRecord(decision)))
      failpoint(.gateRecordAfter)
      tap.publish(.decision(decision))
      log(decision)
      for offer in waiting { answer(offer, decision.verdict) }
    case .forwardExit(let exit):
      if let sequence = router.offer(Codec.encode(exit), validUntil: exit.validUntil) {
        forwardedExits[sequence] = exit.id
      } else {
        let why = Denial(.gateNotReady, "the router has too many unanswered intents")
        try decide(.exitVerdict(exit.id, .denied([why])), at: now)
      }
    case .decideExit(let waiting, let decision):
      try record.append(JSONLine.text(ExitRecord(decision)))
      tap.publish(.exitDecision(decision))
      log(decision)
      for offer in waiting { answer(offer, decision.verdict) }
    case .report(let report):
      signals.report(report, to: hosts[report.strategy] ?? Self.stage)
    case .answer(let offer, let verdict): answer(offer, verdict)
    case .propose(let proposal):
      // What is not handed on now is proposed again when it is measured again.
      let isOffered =
        router.offer(Codec.encode(proposal), validUntil: proposal.validUntil) != nil
      host.log.warning(
        "risk state proposed", ["id": "\(proposal.id)", "offered": "\(isOffered)"])
    case .askMarket: _ = snapshots.ask(.marketSnapshot(candles: 1))
    case .askLedger(let from):
      lastReplay = replay.ask(.replay(from: from, count: Self.eventsPerReplay))
    case .alert(let text): host.alert(text)
    }
  }

  private func answer(_ offer: UInt64, _ verdict: Verdict) {
    guard let key = offers.removeValue(forKey: offer) else { return }
    failpoint(.gateAnswerBefore)
    signals.acknowledge(key, verdict)
    failpoint(.gateAnswerAfter)
  }

  private func log(_ decision: Decision) {
    switch decision.verdict {
    case .accepted(let hash):
      host.log.info(
        "signal accepted",
        [
          "id": "\(decision.signal.id)", "intent": "\(hash)", "lots": "\(decision.quantity.lots)",
        ])
    case .denied(let denials):
      let reasons = denials.map(\.description).joined(separator: "; ")
      host.log.info("signal denied", ["id": "\(decision.signal.id)", "reasons": reasons])
    }
  }
}

// MARK: - What is heard

extension GateLoop {
  private func hearRouter(_ now: GateTime) throws {
    for outcome in router.service(now: now.machine, wall: now.wall) {
      switch outcome {
      case .connected(let epoch):
        lastRefusal = nil
        host.log.info("router connected", ["epoch": "\(epoch)"])
      case .acknowledged(let sequence, let verdict):
        failpoint(.gateVerdictReceived)
        if let id = forwarded.removeValue(forKey: sequence) {
          try decide(.verdict(id, verdict), at: now)
        } else if let id = forwardedExits.removeValue(forKey: sequence) {
          try decide(.exitVerdict(id, verdict), at: now)
        }
      case .expired(let sequence):
        if let id = forwarded.removeValue(forKey: sequence) {
          try decide(.noVerdict(id), at: now)
        } else if let id = forwardedExits.removeValue(forKey: sequence) {
          try decide(.exitVerdict(id, nil), at: now)
        }
      case .refused(let reason):
        if lastRefusal != reason { host.log.warning("router refuses", ["reason": reason]) }
        lastRefusal = reason
      // The router reports on its own stream, not on the link.
      case .report: break
      }
    }
  }

  private func followLedger(_ now: GateTime) throws {
    for _ in 0..<Self.mostPerTurn {
      guard let reception = events.receive() else { break }
      switch reception {
      case .message(let message):
        if case .event(let event) = message.body { try decide(.ledger(event), at: now) }
      case .gap, .restarted: try decide(.ledgerLost, at: now)
      case .malformed(let why): host.log.warning("message refused", ["reason": why])
      }
    }
    while let (id, reply) = replay.receive() {
      // An older answer says less than what has been asked for since.
      failpoint(.gateReplayReceived)
      if id == lastReplay { try decide(.replay(reply), at: now) }
    }
  }

  private func followMarket(_ now: GateTime) throws {
    for _ in 0..<Self.mostPerTurn {
      guard let reception = market.receive() else { break }
      switch reception {
      case .message(let message): try decide(.market(message.body), at: now)
      case .gap, .restarted: try decide(.marketLost, at: now)
      case .malformed(let why): host.log.warning("message refused", ["reason": why])
      }
    }
    while let (_, reply) = snapshots.receive() { try decide(.marketSnapshot(reply), at: now) }
  }
}

// MARK: - Operators

extension GateLoop {
  /// Returns whether the process has to end now.
  private func serveHost(_ now: GateTime) -> Bool {
    for command in host.service(now: now.machine.nanoseconds) {
      switch command {
      case .stop: return true
      case .drain:
        host.log.info("draining", ["undecided": "\(machine.undecided)"])
        draining = draining ?? now.machine.advanced(byMilliseconds: Self.drainLimitMilliseconds)
      case .query(let query) where query.verb == "status": query.answer(JSONLine.text(status))
      case .query(let query) where query.verb == "risk":
        query.answer(JSONLine.text(machine.riskRows(now).map(RiskRow.init)))
      case .query(let query):
        query.refuse("\(query.verb): unknown; risk-gate answers status and risk")
      }
    }
    guard let draining else { return false }
    return machine.undecided == 0 || draining <= now.machine
  }

  private var status: [String: String] {
    [
      "signals": "\(machine.signals)", "accepted": "\(machine.accepted)",
      "denied": "\(machine.denied)", "open_positions": "\(machine.openPositions)",
      "equity": machine.equity?.description ?? "unknown", "in_flight": "\(machine.inFlight)",
      "throttled": "\(programs.throttled)", "reserved": "\(machine.reserved)",
      "trading_state": machine.tradingState.rawValue,
      "missing": machine.missing.isEmpty ? "nothing" : machine.missing.joined(separator: " "),
    ]
  }

  private func tellStatus(_ now: GateTime) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    for (key, value) in status { host.setStatus(key, value) }
  }
}
