import Domain
import Testing

@testable import Wire

/// The laws of the two machines one by one, without a network.
@Suite("link machines")
struct LinkMachineTests {
  private static let peer: [UInt8] = [1]
  private static let start = MachineTime(nanoseconds: 1)
  private static let wall = Sample.wall

  private static func hello(
    _ epoch: UInt64 = 5, token: [UInt8] = Sample.token, build: String = Sample.build,
    source: String = "risk-gate"
  ) -> LinkFrame {
    .hello(LinkHello(epoch: epoch, token: token, build: build, source: source))
  }

  private static func data(_ sequence: UInt64, epoch: UInt64 = 5) -> LinkFrame {
    .data(epoch: epoch, sequence: sequence, payload: [1])
  }

  private static func receiver() -> LinkReceiver {
    LinkReceiver(epoch: 9, token: Sample.token, build: Sample.build)
  }

  private static func greeted() -> LinkReceiver {
    var receiver = receiver()
    _ = receiver.receive(hello(), from: peer)
    return receiver
  }

  private static func key(_ sequence: UInt64, epoch: UInt64 = 5) -> LinkDelivery.Key {
    LinkDelivery.Key(source: "risk-gate", epoch: epoch, sequence: sequence)
  }

  private func reason(_ effects: [LinkReceiver.Effect]) -> String? {
    guard case .send(_, .refusal(_, let reason)) = effects.first else { return nil }
    return reason
  }

  @Test func `nobody is heard before a hello`() {
    var receiver = Self.receiver()
    let effects = receiver.receive(Self.data(1), from: Self.peer)
    #expect(effects == [.send(Self.peer, .refusal(epoch: 5, reason: LinkReceiver.helloFirst))])
    #expect(receiver.refused == 1)
  }

  @Test func `sixteen programs leave room for the stage that sends`() {
    var receiver = LinkReceiver(
      epoch: 9, token: Sample.token, build: Sample.build, programToken: { _ in [7] })
    for number in 0..<16 {
      _ = receiver.receive(
        Self.hello(token: [7], source: "program/\(number)"), from: [UInt8(number)])
    }
    let effects = receiver.receive(Self.hello(source: "signal-service"), from: [99])
    #expect(reason(effects) == nil && effects.count == 2)
    #expect(reason(receiver.receive(Self.hello(source: "another"), from: [98])) != nil)
  }

  @Test func `another build, another token, no name and no epoch are refused with the reason`() {
    var receiver = Self.receiver()
    let refused: [(LinkFrame, String)] = [
      (Self.hello(build: "other"), "build other is not"), (Self.hello(token: [1]), "token"),
      (Self.hello(token: []), "token"), (Self.hello(source: ""), "a name"),
      (Self.hello(0), "an epoch"),
    ]
    for (frame, word) in refused {
      #expect(reason(receiver.receive(frame, from: Self.peer))?.contains(word) == true)
    }
    #expect(receiver.refused == UInt64(refused.count))
    #expect(receiver.receive(Self.data(1), from: Self.peer).count == 1, "and is not heard after")
  }

  @Test func `an earlier life is refused once a later one was heard`() {
    var receiver = Self.greeted()
    _ = receiver.receive(Self.hello(6), from: [2])
    #expect(reason(receiver.receive(Self.hello(5), from: Self.peer))?.contains("later") == true)
    #expect(
      reason(receiver.receive(Self.data(1), from: Self.peer)) == LinkReceiver.helloFirst)
    #expect(receiver.acknowledge(Self.key(1), Sample.denied).isEmpty)
  }

  @Test func `a repeated payload gets no answer, then its verdict`() throws {
    var receiver = Self.greeted()
    #expect(receiver.receive(Self.data(1), from: Self.peer).count == 1)
    #expect(receiver.receive(Self.data(1), from: Self.peer).isEmpty, "it waits for its verdict")
    let answer = LinkFrame.acknowledgement(epoch: 5, sequence: 1, Sample.denied)
    #expect(receiver.acknowledge(Self.key(1), Sample.denied) == [.send(Self.peer, answer)])
    let other = Verdict.accepted(try Sample.hash())
    #expect(receiver.acknowledge(Self.key(1), other).isEmpty, "the first verdict stands")
    #expect(receiver.receive(Self.data(1), from: Self.peer) == [.send(Self.peer, answer)])
  }

  @Test func `a sequence at the end of the numbers breaks nothing`() {
    var receiver = Self.greeted()
    for sequence in [UInt64.max, .max - 1, .max - 63, 1, .max] {
      _ = receiver.receive(Self.data(sequence), from: Self.peer)
    }
    #expect(receiver.refused == 1, "1 lies below the window")
    #expect(receiver.acknowledge(Self.key(.max), Sample.denied).count == 1)
  }

  @Test func `an owner that never answers keeps neither memory nor the window`() {
    var receiver = Self.greeted()
    for sequence in 1...10_000 as ClosedRange<UInt64> {
      let effects = receiver.receive(Self.data(sequence), from: Self.peer)
      #expect(effects.count == 1, "\(sequence) is handed on")
    }
    #expect(receiver.memory <= Int(LinkSender.window))
  }

  @Test func `there are at most sixteen senders, and strangers take no memory`() {
    var receiver = Self.receiver()
    for number in 0..<1000 {
      _ = receiver.receive(Self.hello(source: "sender-\(number)"), from: [UInt8(number % 256)])
    }
    #expect(receiver.refused == 1000 - UInt64(LinkReceiver.mostSources))
  }

  @Test func `frames that only a receiver says are refused`() throws {
    var receiver = Self.greeted()
    for frame in try Sample.linkFrames() {
      switch frame {
      case .hello, .data: continue
      case .welcome, .acknowledgement, .refusal, .report:
        #expect(receiver.receive(frame, from: Self.peer).isEmpty)
      }
    }
    #expect(receiver.refused == 5)
  }
}

@Suite("link sender")
struct LinkSenderTests {
  private static func at(_ milliseconds: Int64) -> MachineTime {
    MachineTime(nanoseconds: milliseconds * 1_000_000)
  }

  private static func sender() -> LinkSender {
    LinkSender(
      hello: LinkHello(epoch: 5, token: Sample.token, build: Sample.build, source: "risk-gate"))
  }

  private static func connected() -> LinkSender {
    var sender = sender()
    _ = sender.receive(.welcome(epoch: 5, receiverEpoch: 9), now: at(1))
    return sender
  }

  @Test func `it greets until it is welcome, and offers nothing before`() {
    var sender = Self.sender()
    #expect(sender.offer([1], validUntil: Sample.far) == 1)
    for time in [1, 200, 400] as [Int64] {
      let due = sender.tick(now: Self.at(time), wall: Sample.wall)
      #expect(due.frames.count == 1)
      guard case .hello = due.frames.first else {
        Issue.record("\(due.frames) instead of a hello")
        return
      }
    }
    #expect(sender.tick(now: Self.at(401), wall: Sample.wall).frames.isEmpty)
    let outcomes = sender.receive(.welcome(epoch: 5, receiverEpoch: 9), now: Self.at(410))
    #expect(outcomes == [.connected(receiverEpoch: 9)])
    #expect(sender.deadline == Self.at(410))
    let frames = sender.tick(now: Self.at(410), wall: Sample.wall).frames
    #expect(frames == [.data(epoch: 5, sequence: 1, payload: [1])])
  }

  @Test func `it offers again until the verdict, which counts once`() {
    var sender = Self.connected()
    _ = sender.offer([1], validUntil: Sample.far)
    #expect(sender.tick(now: Self.at(10), wall: Sample.wall).frames.count == 1)
    #expect(sender.tick(now: Self.at(100), wall: Sample.wall).frames.isEmpty)
    #expect(sender.tick(now: Self.at(260), wall: Sample.wall).frames.count == 1)
    let verdict = LinkFrame.acknowledgement(epoch: 5, sequence: 1, Sample.denied)
    #expect(sender.receive(verdict, now: Self.at(270)) == [.acknowledged(1, Sample.denied)])
    #expect(sender.receive(verdict, now: Self.at(271)).isEmpty)
    // Nothing is left to offer: a greeting now and then.
    #expect(sender.unacknowledged == 0)
    #expect(sender.tick(now: Self.at(1000), wall: Sample.wall).frames.isEmpty)
    let later = sender.tick(now: Self.at(10_000), wall: Sample.wall).frames
    guard later.count == 1, case .hello = later.first else {
      Issue.record("\(later)")
      return
    }
  }

  @Test func `a new life of the receiver is offered everything at once`() {
    var sender = Self.connected()
    _ = sender.offer([1], validUntil: Sample.far)
    _ = sender.offer([2], validUntil: Sample.far)
    #expect(sender.tick(now: Self.at(10), wall: Sample.wall).frames.count == 2)
    let refusal = LinkFrame.refusal(epoch: 5, reason: LinkReceiver.helloFirst)
    #expect(sender.receive(refusal, now: Self.at(20)).isEmpty)
    #expect(sender.tick(now: Self.at(20), wall: Sample.wall).frames.count == 1, "a hello")
    let outcomes = sender.receive(.welcome(epoch: 5, receiverEpoch: 10), now: Self.at(30))
    #expect(outcomes == [.connected(receiverEpoch: 10)])
    #expect(sender.tick(now: Self.at(30), wall: Sample.wall).frames.count == 2)
  }

  @Test func `the window holds 64 and moves with its oldest payload`() {
    var sender = Self.connected()
    for sequence in 1...64 as ClosedRange<UInt64> {
      #expect(sender.offer([], validUntil: Sample.far) == sequence)
    }
    #expect(sender.offer([], validUntil: Sample.far) == nil)
    let second = LinkFrame.acknowledgement(epoch: 5, sequence: 2, Sample.denied)
    _ = sender.receive(second, now: Self.at(1))
    #expect(sender.offer([], validUntil: Sample.far) == nil, "the first still waits")
    let first = LinkFrame.acknowledgement(epoch: 5, sequence: 1, Sample.denied)
    _ = sender.receive(first, now: Self.at(1))
    #expect(sender.offer([], validUntil: Sample.far) == 65)
  }

  @Test func `a payload whose time is over is given up, connected or not`() {
    for var sender in [Self.sender(), Self.connected()] {
      _ = sender.offer([1], validUntil: Sample.wall)
      let due = sender.tick(now: Self.at(1), wall: Sample.wall)
      #expect(due.outcomes == [.expired(1)])
      #expect(sender.unacknowledged == 0)
    }
  }

  /// It knew nobody, and told nobody what became of his decisions, until the next one was offered.
  @Test func `a receiver that began anew while nothing was offered is greeted soon, not often`() {
    var sender = Self.connected()
    var receiver = LinkReceiver(epoch: 10, token: Sample.token, build: Sample.build)
    var greeted = 0
    for moment in stride(from: Int64(0), to: 10_000, by: 100) {
      let now = Self.at(moment)
      for frame in sender.tick(now: now, wall: Sample.wall).frames {
        for effect in receiver.receive(frame, from: [1]) {
          if case .greeted = effect { greeted += 1 }
          if case .send(_, let answer) = effect { _ = sender.receive(answer, now: now) }
        }
      }
      if moment == 2500 { #expect(greeted >= 1) }
    }
    #expect(greeted <= 6)
  }

  @Test func `words for another life are not obeyed`() {
    var sender = Self.connected()
    _ = sender.offer([1], validUntil: Sample.far)
    let frames: [LinkFrame] = [
      .acknowledgement(epoch: 4, sequence: 1, Sample.denied), .welcome(epoch: 6, receiverEpoch: 1),
      .refusal(epoch: 4, reason: "go"), .data(epoch: 5, sequence: 1, payload: []),
    ]
    for frame in frames { #expect(sender.receive(frame, now: Self.at(2)).isEmpty) }
    #expect(sender.unacknowledged == 1)
  }
}
