import CZeroMQ
import Domain
import Testing

@testable import Wire

/// The acknowledged link over real sockets.
@Suite("link over sockets")
struct LinkSocketTests {
  private let folder: RunFolder
  private let context: ZMQContext

  init() throws {
    folder = try RunFolder()
    context = try ZMQContext()
  }

  /// A server in a context of its own: letting go of both waits until the endpoint is free.
  private func server(epoch: UInt64 = 1) throws -> LinkServer {
    try LinkServer(
      context: try ZMQContext(), endpoint: folder.run.intents, epoch: epoch, token: Sample.token,
      build: Sample.build)
  }

  private func client(
    epoch: UInt64 = 5, token: [UInt8] = Sample.token, build: String = Sample.build
  ) throws -> LinkClient {
    try LinkClient(
      context: context, endpoint: folder.run.intents, source: "risk-gate", epoch: epoch,
      token: token, build: build)
  }

  private func service(_ client: LinkClient) -> [LinkOutcome] {
    client.service(now: Wait.now(), wall: Sample.wall)
  }

  @Test func `every payload is handed on once and its verdict comes back`() throws {
    let server = try server()
    let client = try client()
    var waiting = (1...200).map { [UInt8($0)] }
    var sent: [UInt64: [UInt8]] = [:]
    var delivered: [[UInt8]] = []
    var verdicts: [UInt64: Verdict] = [:]
    try Wait.until([server.handle, client.handle]) {
      while let payload = waiting.first,
        let sequence = client.offer(payload, validUntil: Sample.far)
      {
        waiting.removeFirst()
        sent[sequence] = payload
      }
      for delivery in server.service(now: Wait.now()) {
        delivered.append(delivery.payload)
        #expect(delivery.source == "risk-gate")
        let hash = try Sample.hash(delivery.payload[0])
        server.acknowledge(delivery.key, .accepted(hash))
      }
      for outcome in service(client) {
        if case .acknowledged(let sequence, let verdict) = outcome { verdicts[sequence] = verdict }
      }
      return verdicts.count == 200
    }
    #expect(delivered.sorted { $0[0] < $1[0] } == (1...200).map { [UInt8($0)] })
    for (sequence, payload) in sent {
      #expect(verdicts[sequence] == .accepted(try Sample.hash(payload[0])))
    }
    #expect(client.unacknowledged == 0)
    #expect(server.refused == 0)
  }

  @Test func `a server that comes back gets what is unacknowledged, not what is done`() throws {
    var server: LinkServer? = try server(epoch: 1)
    let client = try client()
    let first = try #require(client.offer([1], validUntil: Sample.far))
    _ = client.offer([2], validUntil: Sample.far)
    var outcomes: [LinkOutcome] = []
    var delivered: Set<[UInt8]> = []
    try Wait.until([client.handle]) {
      for delivery in server?.service(now: Wait.now()) ?? [] {
        delivered.insert(delivery.payload)
        // The second payload is read and never decided: the process dies over it.
        if delivery.payload == [1] { server?.acknowledge(delivery.key, Sample.denied) }
      }
      outcomes += service(client)
      return outcomes.contains(.acknowledged(first, Sample.denied)) && delivered.count == 2
    }
    server = nil
    let next = try self.server(epoch: 2)
    let third = try #require(client.offer([3], validUntil: Sample.far))
    var again: [[UInt8]] = []
    outcomes = []
    try Wait.until([next.handle, client.handle]) {
      for delivery in next.service(now: Wait.now()) {
        again.append(delivery.payload)
        next.acknowledge(delivery.key, .accepted(try Sample.hash()))
      }
      outcomes += service(client)
      return client.unacknowledged == 0
    }
    #expect(again.sorted { $0[0] < $1[0] } == [[2], [3]])
    #expect(outcomes.contains(.connected(receiverEpoch: 2)))
    #expect(outcomes.contains(.acknowledged(third, .accepted(try Sample.hash()))))
  }

  @Test func `an offer made before the server exists arrives when it does`() throws {
    let client = try client()
    _ = client.offer([7], validUntil: Sample.far)
    for _ in 0..<10 { #expect(service(client).isEmpty) }
    let server = try server()
    var delivered: [[UInt8]] = []
    try Wait.until([server.handle, client.handle]) {
      _ = service(client)
      delivered += server.service(now: Wait.now()).map(\.payload)
      return !delivered.isEmpty
    }
    #expect(delivered == [[7]])
  }

  @Test func `a sender of another build, instance or earlier life is told so and counted`() throws {
    let server = try server()
    let good = try client(epoch: 5)
    var isConnected = false
    try Wait.until([server.handle, good.handle]) {
      _ = server.service(now: Wait.now())
      isConnected = isConnected || service(good).contains(.connected(receiverEpoch: 1))
      return isConnected
    }
    let cases: [(LinkClient, String)] = [
      (try client(build: "another"), "build"), (try client(token: [9]), "token"),
      (try client(epoch: 4), "a later life"),
    ]
    for (client, word) in cases {
      _ = client.offer([1], validUntil: Sample.far)
      var reasons: [String] = []
      try Wait.until([server.handle, client.handle]) {
        #expect(server.service(now: Wait.now()).isEmpty)
        for outcome in service(client) {
          if case .refused(let reason) = outcome { reasons.append(reason) }
        }
        return !reasons.isEmpty
      }
      #expect(reasons.first?.contains(word) == true, "\(reasons)")
    }
    #expect(server.refused >= 3)
  }

  @Test func `rubbish at the server is counted and changes nothing`() throws {
    let server = try server()
    let stranger = try RawSocket(ZMQ_DEALER, connect: folder.run.intents)
    let rubbish = RawSocket.rubbish(seed: 5, count: 400)
    var left = rubbish[...]
    try Wait.until([server.handle]) {
      while let frames = left.first, stranger.send(frames) { left = left.dropFirst() }
      #expect(server.service(now: Wait.now()).isEmpty)
      return server.refused == UInt64(rubbish.count)
    }
    // Good frames of a stranger who never said hello, one with a number at the end of all numbers.
    let data = LinkFrame.data(epoch: 5, sequence: .max, payload: [1]).encode()
    stranger.send([data])
    try Wait.until([server.handle]) {
      #expect(server.service(now: Wait.now()).isEmpty)
      return stranger.receive() != nil
    }
    let client = try client()
    _ = client.offer([1], validUntil: Sample.far)
    var delivered = 0
    try Wait.until([server.handle, client.handle]) {
      _ = service(client)
      delivered += server.service(now: Wait.now()).count
      return delivered == 1
    }
  }

  @Test func `rubbish at the client is counted and changes nothing`() throws {
    let router = try RawSocket(ZMQ_ROUTER, bind: folder.run.intents)
    let client = try client()
    let sequence = try #require(client.offer([1], validUntil: Sample.far))
    var outcomes: [LinkOutcome] = []
    var peer: [UInt8]?
    try Wait.until([client.handle]) {
      outcomes += service(client)
      peer = peer ?? router.receive()?.first
      return peer != nil
    }
    let address = try #require(peer)
    let rubbish = RawSocket.rubbish(seed: 8, count: 200)
    for frames in rubbish { router.send([address] + frames) }
    router.send([address, LinkFrame.welcome(epoch: 5, receiverEpoch: 3).encode()])
    router.send([
      address, LinkFrame.acknowledgement(epoch: 5, sequence: sequence, Sample.denied).encode(),
    ])
    try Wait.until([client.handle]) {
      outcomes += service(client)
      return client.unacknowledged == 0
    }
    #expect(
      outcomes == [.connected(receiverEpoch: 3), .acknowledged(sequence, Sample.denied)])
    #expect(client.malformed == UInt64(rubbish.count))
  }
}
