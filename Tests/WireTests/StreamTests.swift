import CZeroMQ
import Domain
import Testing

@testable import Wire

/// Streams over real sockets.
@Suite("streams")
struct StreamTests {
  private let folder: RunFolder
  private let context: ZMQContext

  init() throws {
    folder = try RunFolder()
    context = try ZMQContext()
  }

  /// A publisher in a context of its own: letting go of both waits until the endpoint is free.
  private func publisher(epoch: UInt64) throws -> Publisher {
    try Publisher(
      context: try ZMQContext(), endpoint: folder.run.market, source: "market-data", epoch: epoch)
  }

  /// Publishes notes until `subscriber` has heard one, so that the connection stands.
  private func connect(_ publisher: Publisher, _ subscriber: Subscriber) throws
    -> [Subscriber.Reception]
  {
    var heard: [Subscriber.Reception] = []
    try Wait.until([subscriber.handle, publisher.handle]) {
      publisher.service()
      publisher.publish(Sample.note(0))
      while let reception = subscriber.receive() { heard.append(reception) }
      return !heard.isEmpty
    }
    return heard
  }

  private func numbers(_ heard: [Subscriber.Reception]) -> [UInt64] {
    heard.compactMap { if case .message(let message) = $0 { message.sequence } else { nil } }
  }

  @Test func `every message arrives once, in order, with the stage and life it came from`() throws {
    let publisher = try publisher(epoch: 11)
    let subscriber = try Subscriber(context: context, endpoints: [folder.run.market])
    var heard = try connect(publisher, subscriber)
    #expect(heard.first == .restarted(source: "market-data", epoch: 11))
    for number in 0..<2000 { publisher.publish(Sample.note(number)) }
    try Wait.until([subscriber.handle]) {
      while let reception = subscriber.receive() { heard.append(reception) }
      return numbers(heard).last == publisher.sequence
    }
    let first = try #require(numbers(heard).first)
    #expect(numbers(heard) == Array(first...publisher.sequence))
    #expect(heard.count == numbers(heard).count + 1, "and nothing else")
  }

  @Test func `a gap is said before the message that shows it, an old message is not heard`() throws
  {
    let publisher = try RawSocket(ZMQ_XPUB, bind: folder.run.market)
    let subscriber = try Subscriber(context: context, endpoints: [folder.run.market])
    try Wait.until([]) { publisher.receive() != nil }
    func send(_ sequence: UInt64, epoch: UInt64 = 11) {
      publisher.send([Codec.encode(Sample.message(Sample.note(0), sequence, epoch: epoch))])
    }
    for sequence in [3, 4, 7, 5, 7, 8] as [UInt64] { send(sequence) }
    send(99, epoch: 10)
    send(1, epoch: 12)
    send(.max, epoch: 12)
    var heard: [Subscriber.Reception] = []
    try Wait.until([subscriber.handle]) {
      while let reception = subscriber.receive() { heard.append(reception) }
      return numbers(heard).last == .max
    }
    func message(_ sequence: UInt64, _ epoch: UInt64 = 11) -> Subscriber.Reception {
      .message(Sample.message(Sample.note(0), sequence, epoch: epoch))
    }
    #expect(
      heard == [
        .restarted(source: "market-data", epoch: 11), message(3), message(4),
        .gap(source: "market-data", missed: 2), message(7), message(8),
        .restarted(source: "market-data", epoch: 12), message(1, 12),
        .gap(source: "market-data", missed: .max - 2), message(.max, 12),
      ])
  }

  @Test func `a publisher that comes back under the same path is heard as a new life`() throws {
    let subscriber = try Subscriber(context: context, endpoints: [folder.run.market])
    for epoch in [21, 22, 23] as [UInt64] {
      let publisher = try publisher(epoch: epoch)
      var isNewLife = false
      try Wait.until([subscriber.handle]) {
        publisher.service()
        publisher.publish(Sample.note(0))
        while let reception = subscriber.receive() {
          switch reception {
          case .restarted(let source, let heard):
            #expect(source == "market-data" && heard == epoch)
            isNewLife = true
          // What the life before still had under way comes first.
          case .message(let message): #expect(message.epoch == (isNewLife ? epoch : epoch - 1))
          case .gap, .malformed: Issue.record("heard \(reception)")
          }
        }
        return isNewLife
      }
    }
  }

  @Test func `two sources on one subscriber have numbers of their own`() throws {
    let market = try publisher(epoch: 1)
    let events = try Publisher(
      context: context, endpoint: folder.run.events, source: "order-router", epoch: 2)
    let subscriber = try Subscriber(
      context: context, endpoints: [folder.run.market, folder.run.events])
    var heard = try connect(market, subscriber) + connect(events, subscriber)
    for number in 0..<50 {
      market.publish(Sample.note(number))
      events.publish(Sample.note(number))
    }
    let end = (market.sequence, events.sequence)
    try Wait.until([subscriber.handle]) {
      while let reception = subscriber.receive() { heard.append(reception) }
      let last = heard.reduce(into: [String: UInt64]()) { last, reception in
        if case .message(let message) = reception { last[message.source] = message.sequence }
      }
      return last["market-data"] == end.0 && last["order-router"] == end.1
    }
    #expect(!heard.contains { if case .gap = $0 { true } else { false } })
  }

  @Test func `rubbish is refused, counted, and what follows is heard`() throws {
    let publisher = try RawSocket(ZMQ_XPUB, bind: folder.run.market)
    let subscriber = try Subscriber(context: context, endpoints: [folder.run.market])
    try Wait.until([]) { publisher.receive() != nil }
    let rubbish = RawSocket.rubbish(seed: 3, count: 500)
    for frames in rubbish { publisher.send(frames) }
    publisher.send([Codec.encode(Sample.message(Sample.note(1), 1))])
    var refused = 0
    var isHeard = false
    try Wait.until([subscriber.handle]) {
      while let reception = subscriber.receive() {
        switch reception {
        case .malformed: refused += 1
        case .message: isHeard = true
        case .gap, .restarted: break
        }
      }
      return isHeard
    }
    #expect(isHeard)
    #expect(refused == rubbish.count)
    #expect(subscriber.malformed == UInt64(rubbish.count))
  }

  /// The stopped listener has room for some ten thousand messages at either end; what comes after
  /// is lost to it alone.
  @Test func `a listener that never reads neither holds up nor thins out the others`() throws {
    let publisher = try publisher(epoch: 1)
    let stopped = try Subscriber(context: try ZMQContext(), endpoints: [folder.run.market])
    let reading = try Subscriber(context: context, endpoints: [folder.run.market])
    _ = try connect(publisher, stopped)
    var last = numbers(try connect(publisher, reading)).last ?? 0
    for batch in 0..<60 {
      for number in 0..<1000 { publisher.publish(Sample.note(batch * 1000 + number)) }
      try Wait.until([reading.handle]) {
        while let reception = reading.receive() {
          guard case .message(let message) = reception, message.sequence == last + 1 else {
            Issue.record("the reading listener heard \(reception) after \(last)")
            return false
          }
          last = message.sequence
        }
        return last == publisher.sequence
      }
    }
    var missed: UInt64 = 0
    try Wait.until([stopped.handle]) {
      while let reception = stopped.receive() {
        if case .gap(_, let count) = reception { missed += count }
      }
      publisher.publish(Sample.note(0))
      return missed > 0
    }
    #expect(missed > 10_000, "\(missed) were not kept for it")
  }

  @Test func `a path too long for a Unix socket is refused with what to do`() {
    do {
      _ = try RunDirectory("/tmp/" + String(repeating: "x", count: 90))
      Issue.record("accepted")
    } catch {
      #expect("\(error)".contains("choose a shorter --run-dir"))
    }
  }

  @Test func `an endpoint in a folder that does not exist is an error, not a crash`() {
    #expect(throws: WireError.self) {
      try Publisher(
        context: context, endpoint: "ipc:///tmp/il-no-such-folder/x.ipc", source: "x", epoch: 1)
    }
  }
}
