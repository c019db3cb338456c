import Domain
import Wire

/// The proposer, shaped like the gate: a record of decisions and of acknowledgements that survives
/// it, and a link that does not.
struct Gate {
  static let token: [UInt8] = [1, 2, 3]
  static let build = "simulated"

  /// One decision, as the proposer recorded it.
  struct Decision {
    let signal: Signal
    var lots: Int64
    let decidedAt: Int64
    let isFresh: Bool
    var verdict: Verdict?
  }

  private(set) var decisions: [Decision] = []
  /// Accepted intents, as they were acknowledged; an append-only file.
  private(set) var acknowledged: [(hash: IntentHash, decision: Int)] = []
  private(set) var life = 1
  private var sender: LinkSender
  /// Sequence in this life → decision.
  private var offered: [UInt64: Int] = [:]

  init() { sender = Self.sender(1) }

  private static func sender(_ life: Int) -> LinkSender {
    LinkSender(
      hello: LinkHello(epoch: UInt64(life), token: token, build: build, source: "risk-gate"))
  }

  var peer: LinkReceiver.Peer { [UInt8(truncatingIfNeeded: life)] }
  var deadline: MachineTime? { sender.deadline }

  mutating func decide(_ signal: Signal, lots: Int64, at: Int64, isFresh: Bool) {
    decisions.append(
      Decision(signal: signal, lots: lots, decidedAt: at, isFresh: isFresh, verdict: nil))
    offer(decisions.count - 1)
  }

  private mutating func offer(_ index: Int) {
    let decision = decisions[index]
    let intent = OrderIntent(
      signal: decision.signal, quantity: Quantity(lots: decision.lots),
      equity: Money(micros: 1_000_000_000))
    let payload = Codec.encode(intent)
    if let sequence = sender.offer(payload, validUntil: decision.signal.validUntil) {
      offered[sequence] = index
    }
  }

  /// SIGKILL and a new life: what was decided lately is decided again, from the same candle, and
  /// sized anew.
  mutating func restart(now: Int64) {
    life += 1
    sender = Self.sender(life)
    offered = [:]
    for index in decisions.indices where now - decisions[index].decidedAt < 12_000 {
      decisions[index].lots += 1
      offer(index)
    }
  }

  mutating func tick(now: MachineTime, wall: WallTime) -> [LinkFrame] {
    let due = sender.tick(now: now, wall: wall)
    take(due.outcomes)
    return due.frames
  }

  mutating func receive(_ frame: LinkFrame, now: MachineTime) {
    take(sender.receive(frame, now: now))
  }

  private mutating func take(_ outcomes: [LinkOutcome]) {
    for case .acknowledged(let sequence, let verdict) in outcomes {
      guard let index = offered.removeValue(forKey: sequence) else { continue }
      decisions[index].verdict = verdict
      if case .accepted(let hash) = verdict { acknowledged.append((hash, index)) }
    }
  }
}
