import Daemon
import Domain
import Wire

/// The shell around `SignalMachine`: hears the market, records decisions, offers them to the gate.
final class SignalServiceLoop {
  private static let snapshotCandles = 1000
  private static let askAgainMilliseconds: Int64 = 500
  private static let remembered = 10_000

  private let host: StageHost
  private let context: ZMQContext
  private let poller = Poller()
  private let market: Subscriber
  private let snapshot: RequestClient
  private let gate: LinkClient
  private let tap: Publisher
  private let record: AppendOnlyFile
  private var machine: SignalMachine
  private var pendingSnapshot: UInt64?
  private var askAt: MachineTime?
  private var recorded: Set<SignalID> = []
  private var offered: [UInt64: SignalID] = [:]
  private var counts: [String: Int] = [:]
  private var nextStatus = MachineTime(nanoseconds: 0)

  init(_ host: StageHost) throws {
    self.host = host
    let run = try RunDirectory(host.options.requireRunDirectory())
    let state = try host.options.requireStateDirectory()
    machine = try Self.machine(host)
    context = try ZMQContext()
    market = try Subscriber(context: context, endpoints: [run.market])
    snapshot = try RequestClient(context: context, endpoint: run.marketSnapshot)
    gate = try LinkClient(
      context: context, endpoint: run.signals, source: host.stage, epoch: host.epoch,
      token: host.token, build: host.build)
    tap = try Publisher(
      context: context, endpoint: run.signalTap, source: host.stage, epoch: host.epoch)
    record = try AppendOnlyFile("\(state)/signals.jsonl")
    try host.openControlSocket()
  }

  private static func machine(_ host: StageHost) throws(Fatal) -> SignalMachine {
    let configuration = host.configuration
    let catalogue = StrategyCatalogue(
      breakout: BreakoutStrategy.Parameters(configuration.breakout))
    let names =
      host.options.strategies.isEmpty
      ? configuration.signalService.strategies : host.options.strategies
    for name in names where !catalogue.names.contains(name) {
      throw Fatal(
        .badConfiguration,
        "unable to run strategy \(name): unknown: one of \(catalogue.names.joined(separator: ", "))"
      )
    }
    return SignalMachine(
      strategies: names.compactMap { StrategyID($0) }, catalogue: catalogue,
      validForMilliseconds: configuration.signalService.validForMilliseconds)
  }

  func run() throws {
    host.ready()
    askAt = clock().machine
    while true {
      let before = clock().machine
      let until = [gate.deadline, askAt, nextStatus].compactMap { $0 }
        .reduce(MachineTime(nanoseconds: host.deadline), min)
      _ = try poller.wait(
        sockets: [market.handle, snapshot.handle, gate.handle, tap.handle],
        descriptors: host.descriptors.map { PollDescriptor(descriptor: $0) }, until: until,
        now: before)
      let now = clock()
      if serveHost(now) { return }
      try hear(now)
      ask(now)
      try takeSnapshot(now)
      for outcome in gate.service(now: now.machine, wall: now.wall) { note(outcome) }
      tap.service()
      tellStatus(now)
    }
  }

  private func clock() -> (wall: WallTime, machine: MachineTime) {
    (
      WallTime(milliseconds: Clock.wallMilliseconds()),
      MachineTime(nanoseconds: Clock.machineNanoseconds())
    )
  }

  // MARK: - The market

  private func hear(_ now: (wall: WallTime, machine: MachineTime)) throws(Fatal) {
    while let reception = market.receive() {
      switch reception {
      case .message(let message):
        switch message.body {
        case .candle(let candle):
          try perform(machine.candle(candle, now: now.wall), now)
        case .instrument(let instrument): machine.follow(instrument)
        default: break
        }
      case .gap(let source, let missed):
        host.log.warning("gap in the market stream", ["source": source, "missed": "\(missed)"])
        askAt = askAt ?? now.machine
      case .restarted: askAt = askAt ?? now.machine
      case .malformed(let why): host.log.warning("market message refused", ["reason": why])
      }
    }
  }

  private func ask(_ now: (wall: WallTime, machine: MachineTime)) {
    guard let due = askAt, due <= now.machine else { return }
    pendingSnapshot = snapshot.ask(.marketSnapshot(candles: Self.snapshotCandles))
    // Until an answer comes it is asked again: nobody may be there yet.
    askAt = now.machine.advanced(byMilliseconds: Self.askAgainMilliseconds)
  }

  private func takeSnapshot(_ now: (wall: WallTime, machine: MachineTime)) throws(Fatal) {
    while let answer = snapshot.receive() {
      guard answer.id == pendingSnapshot, answer.reply.refusal == nil else { continue }
      pendingSnapshot = nil
      // An empty market means that market-data has only just begun; ask again.
      let isEmpty = answer.reply.candles.isEmpty
      askAt = isEmpty ? now.machine.advanced(byMilliseconds: Self.askAgainMilliseconds) : nil
      try perform(
        machine.snapshot(
          instruments: answer.reply.instruments, candles: answer.reply.candles, now: now.wall),
        now)
    }
  }

  // MARK: - Signals

  private func perform(
    _ effects: [SignalMachine.Effect], _ now: (wall: WallTime, machine: MachineTime)
  ) throws(Fatal) {
    for effect in effects {
      switch effect {
      case .askSnapshot: askAt = askAt ?? now.machine
      case .propose(let signal): try propose(signal, now.wall)
      }
    }
  }

  /// On disk first, so that a judge can count decisions whatever happens to this process.
  private func propose(_ signal: Signal, _ wall: WallTime) throws(Fatal) {
    guard recorded.insert(signal.id).inserted else { return }
    if recorded.count > Self.remembered { recorded = [signal.id] }
    try record.append(JSONLine.text(SignalRecord(signal, wall)))
    tap.publish(.signal(signal))
    host.log.info(
      "signal",
      ["id": "\(signal.id)", "setup": "\(signal.setup)", "direction": signal.direction.rawValue])
    count("signals")
    guard let sequence = gate.offer(Codec.encode(signal), validUntil: signal.validUntil) else {
      host.log.warning("signal not offered, the window is full", ["id": "\(signal.id)"])
      return count("not_offered")
    }
    offered[sequence] = signal.id
  }

  private func note(_ outcome: LinkOutcome) {
    switch outcome {
    case .connected(let epoch): host.log.info("gate listens", ["epoch": "\(epoch)"])
    case .acknowledged(let sequence, let verdict):
      let id = offered.removeValue(forKey: sequence)?.text ?? "?"
      switch verdict {
      case .accepted(let hash):
        count("accepted")
        host.log.info("signal accepted", ["id": id, "intent": "\(hash)"])
      case .denied(let denials):
        count("denied")
        host.log.info(
          "signal denied",
          ["id": id, "denials": denials.map(\.description).joined(separator: "; ")])
      }
    case .expired(let sequence):
      count("expired")
      let id = offered.removeValue(forKey: sequence)?.text ?? "?"
      host.log.warning("signal expired without a verdict", ["id": id])
    case .refused(let reason): host.log.error("gate refuses the link", ["reason": reason])
    }
  }

  private func count(_ what: String) { counts[what, default: 0] += 1 }

  // MARK: - The host

  private func serveHost(_ now: (wall: WallTime, machine: MachineTime)) -> Bool {
    for command in host.service(now: now.machine.nanoseconds) {
      switch command {
      // What was offered and not answered is decided again by the next life, under the same id.
      case .drain, .stop: return true
      case .query(let query): query.refuse("\(query.verb): ask `interlock status`")
      }
    }
    return false
  }

  private func tellStatus(_ now: (wall: WallTime, machine: MachineTime)) {
    guard nextStatus <= now.machine else { return }
    nextStatus = now.machine.advanced(byMilliseconds: 250)
    host.setStatus("candles", "\(machine.candles)")
    host.setStatus("holes", "\(machine.holes)")
    host.setStatus("unacknowledged", "\(gate.unacknowledged)")
    for key in ["signals", "accepted", "denied", "expired", "not_offered"] {
      host.setStatus(key, "\(counts[key, default: 0])")
    }
  }
}

/// A line of `signals.jsonl`.
struct SignalRecord: Codable, Equatable {
  var wallMilliseconds: Int64
  var marketMilliseconds: Int64
  var signal: String
  var strategy: String
  var instrument: String
  var direction: String
  var setup: String

  enum CodingKeys: String, CodingKey {
    case wallMilliseconds = "wall_ms"
    case marketMilliseconds = "market_ms"
    case signal, strategy, instrument, direction, setup
  }

  init(_ signal: Signal, _ wall: WallTime) {
    wallMilliseconds = wall.milliseconds
    marketMilliseconds = signal.decidedAt.milliseconds
    self.signal = signal.id.text
    strategy = signal.strategy.text
    instrument = signal.instrument.symbol
    direction = signal.direction.rawValue
    setup = signal.setup.text
  }
}
