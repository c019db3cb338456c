package import Domain

/// What became of something offered on a link.
package enum LinkOutcome: Hashable, Sendable {
  /// The receiver listens; everything unacknowledged is being offered to it.
  case connected(receiverEpoch: UInt64)
  case acknowledged(UInt64, Verdict)
  /// The payload's time is over. It may have been accepted with the answer lost: nothing is proved.
  case expired(UInt64)
  /// The receiver will not listen, and why.
  case refused(String)
  /// What became of a decision of the sender's own.
  case report(StrategyReport)
}

/// Decides what the sending end of an acknowledged link says; sends nothing itself.
///
///     greeting ──welcome──► connected ──refusal──► greeting
///
/// Invariants:
/// 1. A payload is offered again until it is acknowledged or its time is over; nothing else ends
///    it.
/// 2. Sequences are 1, 2, 3… within an epoch, and the oldest unacknowledged one is less than
///    `window` below the next, so that the receiver need not remember more.
/// 3. A verdict counts once.
package struct LinkSender: Sendable {
  static let window: UInt64 = 64
  /// Between two offers of the same payload, and between two greetings of one that refused.
  static let retryMilliseconds: Int64 = 250
  /// Between two greetings of one that is silent: most likely it is being started again.
  static let greetMilliseconds: Int64 = 100
  /// Between two greetings of one that knows us: it may have begun anew.
  static let greetAgainMilliseconds: Int64 = 2000

  private struct Waiting: Sendable {
    let payload: [UInt8]
    let validUntil: WallTime
    var offerAt: MachineTime
  }

  private let hello: LinkHello
  private var receiverEpoch: UInt64?
  private var isConnected = false
  private var waiting: [UInt64: Waiting] = [:]
  private var nextSequence: UInt64 = 1
  private var greetAt = MachineTime(nanoseconds: 0)

  package init(hello: LinkHello) {
    self.hello = hello
  }

  /// How many payloads have no verdict yet.
  var unacknowledged: Int { waiting.count }

  /// When `tick` is due at the latest.
  package var deadline: MachineTime? {
    isConnected ? waiting.values.map(\.offerAt).reduce(greetAt, min) : greetAt
  }

  /// Takes a payload into the window; nil when there is no room.
  package mutating func offer(_ payload: [UInt8], validUntil: WallTime) -> UInt64? {
    let oldest = waiting.keys.min() ?? nextSequence
    guard nextSequence - oldest < Self.window, payload.count <= LinkFrame.longestPayload else {
      return nil
    }
    let sequence = nextSequence
    nextSequence += 1
    waiting[sequence] = Waiting(
      payload: payload, validUntil: validUntil, offerAt: MachineTime(nanoseconds: 0))
    return sequence
  }

  /// What is due: greetings, offers and expiries.
  package mutating func tick(
    now: MachineTime, wall: WallTime
  ) -> (frames: [LinkFrame], outcomes: [LinkOutcome]) {
    var outcomes: [LinkOutcome] = []
    for sequence in waiting.keys.sorted() {
      guard let payload = waiting[sequence], payload.validUntil <= wall else { continue }
      waiting[sequence] = nil
      outcomes.append(.expired(sequence))
    }
    var frames: [LinkFrame] = []
    if greetAt <= now {
      // A receiver that began anew while nothing was offered knows nobody, and tells nothing.
      let pause = isConnected ? Self.greetAgainMilliseconds : Self.greetMilliseconds
      greetAt = now.advanced(byMilliseconds: pause)
      frames.append(.hello(hello))
    }
    guard isConnected else { return (frames, outcomes) }
    for sequence in waiting.keys.sorted() {
      guard var payload = waiting[sequence], payload.offerAt <= now else { continue }
      payload.offerAt = now.advanced(byMilliseconds: Self.retryMilliseconds)
      waiting[sequence] = payload
      frames.append(
        .data(epoch: hello.epoch, sequence: sequence, payload: payload.payload))
    }
    return (frames, outcomes)
  }

  package mutating func receive(_ frame: LinkFrame, now: MachineTime) -> [LinkOutcome] {
    switch frame {
    case .welcome(hello.epoch, let receiver):
      let isNew = !isConnected || receiver != receiverEpoch
      isConnected = true
      receiverEpoch = receiver
      guard isNew else { return [] }
      greetAt = now.advanced(byMilliseconds: Self.greetAgainMilliseconds)
      for sequence in waiting.keys { waiting[sequence]?.offerAt = now }
      return [.connected(receiverEpoch: receiver)]
    case .acknowledgement(hello.epoch, let sequence, let verdict):
      guard waiting.removeValue(forKey: sequence) != nil else { return [] }
      return [.acknowledged(sequence, verdict)]
    case .refusal(hello.epoch, let reason):
      isConnected = false
      guard reason != LinkReceiver.helloFirst else {
        greetAt = now
        return []
      }
      greetAt = now.advanced(byMilliseconds: Self.retryMilliseconds)
      return [.refused(reason)]
    case .report(hello.epoch, let report): return [.report(report)]
    case .welcome, .acknowledgement, .refusal, .report, .hello, .data: return []
    }
  }
}
