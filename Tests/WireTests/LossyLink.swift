import Domain

@testable import Wire

/// An acknowledged link over a network that loses, repeats and reorders, between two ends that die
/// and come back at random; judged from outside.
///
/// The sending owner offers every payload again after its own restart, as a strategy decides the
/// same again. The receiving owner keeps its verdicts in a ledger that outlives it, deduplicates by
/// payload and takes its time to decide. Frames travel as bytes.
struct LossyLink {
  /// A protection taken away, to show that the judge sees what it was for.
  enum Missing {
    case nothing
    /// The sender says everything once.
    case repetition
    /// The receiver forgets between two frames what it has handed on.
    case memory
    /// The receiving owner acknowledges first and keeps the verdict later.
    case ledger
  }

  static let payloads = 150
  private static let step: Int64 = 10
  private static let chaosEnds: Int64 = 15_000
  private static let end: Int64 = 25_000
  private static let wallStart: Int64 = 1_760_000_000_000

  private struct Travelling {
    let at: Int64
    let toReceiver: Bool
    let peer: [UInt8]
    let bytes: [UInt8]
  }

  private struct Undecided {
    let key: LinkDelivery.Key
    let payload: Int
    let at: Int64
  }

  private let missing: Missing
  private var chance: SeededGenerator
  private var now: Int64 = 0
  private var network: [Travelling] = []
  private var sender: LinkSender
  private var senderEpoch: UInt64 = 1
  private var receiver: LinkReceiver
  private var receiverEpoch: UInt64 = 1
  private var connection: UInt8 = 1
  private var offers: [UInt64: Int] = [:]
  private var offered: [Int: Int64] = [:]
  private var resolved: Set<Int> = []
  private var ended: Set<UInt64> = []
  private var handedOn: Set<LinkDelivery.Key> = []
  private var everSent: Set<LinkDelivery.Key> = []
  private var undecided: [Undecided] = []
  private var unwritten: [(at: Int64, payload: Int, verdict: Verdict)] = []
  private var ledger: [Int: Verdict] = [:]
  private(set) var violations: [String] = []
  private(set) var acknowledged = 0
  private(set) var expired = 0
  private(set) var restarts = 0
  private(set) var lost = 0

  init(seed: UInt64, missing: Missing = .nothing) {
    self.missing = missing
    chance = SeededGenerator(seed: seed)
    sender = Self.sender(1)
    receiver = Self.receiver(1)
  }

  private static func sender(_ epoch: UInt64) -> LinkSender {
    LinkSender(
      hello: LinkHello(
        epoch: epoch, token: Sample.token, build: Sample.build, source: "risk-gate"))
  }

  private static func receiver(_ epoch: UInt64) -> LinkReceiver {
    LinkReceiver(epoch: epoch, token: Sample.token, build: Sample.build)
  }

  private var isChaos: Bool { now < Self.chaosEnds }
  private var machine: MachineTime { MachineTime(nanoseconds: (now + 1) * 1_000_000) }
  private var wall: WallTime { WallTime(milliseconds: Self.wallStart + now) }

  mutating func run() {
    while now < Self.end {
      die()
      offer()
      arrive()
      decide()
      let due = sender.tick(now: machine, wall: wall)
      for outcome in due.outcomes { note(outcome) }
      for frame in due.frames { send(frame, toReceiver: true, [connection]) }
      judgeMemory()
      now += Self.step
    }
    if resolved.count != Self.payloads || sender.unacknowledged != 0 {
      violations.append(
        "\(Self.payloads - resolved.count) payloads without an end,"
          + " \(sender.unacknowledged) in the window")
    }
  }
}

// MARK: - The two ends

extension LossyLink {
  private mutating func die() {
    guard isChaos else { return }
    if chance.next() % 150 == 0 { restartSender() }
    if chance.next() % 150 == 0 { restartReceiver() }
    // A connection may also break between two ends that live.
    if chance.next() % 300 == 0 { connection &+= 1 }
  }

  private mutating func restartSender() {
    restarts += 1
    senderEpoch += 1
    connection &+= 1
    sender = Self.sender(senderEpoch)
    offers = [:]
    ended = []
  }

  private mutating func restartReceiver() {
    restarts += 1
    receiverEpoch += 1
    connection &+= 1
    receiver = Self.receiver(receiverEpoch)
    handedOn = []
    undecided = []
    unwritten = []
  }

  private mutating func offer() {
    let active = Set(offers.values)
    for payload in 0..<Self.payloads where !resolved.contains(payload) {
      guard Int64(payload) * 90 <= now, !active.contains(payload) else { continue }
      // One in four is good for two seconds only, the others for longer than the run.
      let validFor: Int64 = payload % 4 == 0 ? 2000 : 2 * Self.end
      let validUntil = offered[payload] ?? (now + validFor)
      let bytes = [UInt8(payload & 0xFF), UInt8(payload >> 8)]
      guard
        let sequence = sender.offer(
          bytes, validUntil: WallTime(milliseconds: Self.wallStart + validUntil))
      else { return }
      offered[payload] = validUntil
      offers[sequence] = payload
    }
  }

  private mutating func decide() {
    for ready in undecided where ready.at <= now {
      let verdict = ledger[ready.payload] ?? newVerdict(ready.payload)
      if missing == .ledger {
        unwritten.append((now + 500, ready.payload, verdict))
      } else {
        ledger[ready.payload] = verdict
      }
      perform(receiver.acknowledge(ready.key, verdict))
    }
    undecided.removeAll { $0.at <= now }
    for late in unwritten where late.at <= now { ledger[late.payload] = late.verdict }
    unwritten.removeAll { $0.at <= now }
  }

  private mutating func newVerdict(_ payload: Int) -> Verdict {
    guard chance.chance(60),
      let hash = IntentHash(bytes: Array(repeating: UInt8(payload & 0xFF), count: 32))
    else { return .denied([Denial(.symbolLocked, "payload=\(payload)")]) }
    return .accepted(hash)
  }
}

// MARK: - The network

extension LossyLink {
  private mutating func send(_ frame: LinkFrame, toReceiver: Bool, _ peer: [UInt8]) {
    if missing == .repetition, case .data(let epoch, let sequence, _) = frame {
      let key = LinkDelivery.Key(source: "", epoch: epoch, sequence: sequence)
      guard everSent.insert(key).inserted else { return }
    }
    let copies = !isChaos ? 1 : chance.chance(30) ? 0 : chance.chance(25) ? 2 : 1
    if copies == 0 { lost += 1 }
    for _ in 0..<copies {
      let delay = Int64.random(in: 0...(isChaos ? 400 : 20), using: &chance)
      network.append(
        Travelling(
          at: now + delay, toReceiver: toReceiver, peer: peer, bytes: frame.encode()))
    }
  }

  private mutating func arrive() {
    let arrived = network.filter { $0.at <= now }.shuffled(using: &chance)
    network.removeAll { $0.at <= now }
    for travelling in arrived {
      guard let frame = try? LinkFrame(travelling.bytes) else {
        violations.append("a frame of ours was not understood")
        continue
      }
      if travelling.toReceiver {
        if missing == .memory, case .data = frame { forget(travelling.peer) }
        perform(receiver.receive(frame, from: travelling.peer))
      } else if travelling.peer == [connection] {
        for outcome in sender.receive(frame, now: machine) { note(outcome) }
      }
    }
  }

  /// The same life of the receiver with nothing in its head but who talks to it.
  private mutating func forget(_ peer: [UInt8]) {
    receiver = Self.receiver(receiverEpoch)
    _ = receiver.receive(
      .hello(
        LinkHello(
          epoch: senderEpoch, token: Sample.token, build: Sample.build, source: "risk-gate")),
      from: peer)
  }

  private mutating func perform(_ effects: [LinkReceiver.Effect]) {
    for effect in effects {
      switch effect {
      case .greeted: break
      case .send(let peer, let frame): send(frame, toReceiver: false, peer)
      case .deliver(let delivery):
        if !handedOn.insert(delivery.key).inserted {
          violations.append("\(delivery.key.sequence) handed on twice in one life")
        }
        let payload = Int(delivery.payload[0]) + Int(delivery.payload[1]) << 8
        let patience = Int64.random(in: 0...600, using: &chance)
        undecided.append(Undecided(key: delivery.key, payload: payload, at: now + patience))
      }
    }
  }
}

// MARK: - The judge

extension LossyLink {
  private mutating func note(_ outcome: LinkOutcome) {
    switch outcome {
    case .connected, .report: break
    case .refused(let why): violations.append("refused: \(why)")
    case .acknowledged(let sequence, let verdict):
      guard let payload = end(sequence) else { return }
      acknowledged += 1
      if ledger[payload] != verdict {
        violations.append("payload \(payload) was acknowledged and is not in the ledger")
      }
    case .expired(let sequence):
      guard let payload = end(sequence) else { return }
      expired += 1
      if payload % 4 != 0 || (offered[payload] ?? .max) > now {
        violations.append("payload \(payload) expired before its time")
      }
    }
  }

  private mutating func end(_ sequence: UInt64) -> Int? {
    guard ended.insert(sequence).inserted, let payload = offers[sequence] else {
      violations.append("sequence \(sequence) ended twice or was never offered")
      return nil
    }
    offers[sequence] = nil
    resolved.insert(payload)
    return payload
  }

  private mutating func judgeMemory() {
    if sender.unacknowledged > Int(LinkSender.window) {
      violations.append("\(sender.unacknowledged) payloads in the window")
    }
    if receiver.memory > 3 * Int(LinkSender.window) {
      violations.append("the receiver keeps \(receiver.memory) verdicts and payloads")
    }
  }
}
