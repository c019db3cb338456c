import CZeroMQ
import Domain
import Testing

@testable import Wire

/// Questions and replies over real sockets.
@Suite("request ports")
struct RequestTests {
  private let folder: RunFolder
  private let context: ZMQContext

  init() throws {
    folder = try RunFolder()
    context = try ZMQContext()
  }

  private func server() throws -> RequestServer {
    try RequestServer(context: context, endpoint: folder.run.replay)
  }

  /// Asks until there is a reply, and gives the reply to the last question.
  private func ask(
    _ question: Question, _ client: RequestClient, _ server: RequestServer,
    _ answer: (Request) -> StreamReply
  ) throws -> StreamReply? {
    var found: StreamReply?
    var id: UInt64 = 0
    try Wait.until([server.handle, client.handle]) {
      id = client.ask(question)
      while let request = server.receive() { server.reply(to: request, answer(request)) }
      while let reply = client.receive() {
        #expect(reply.id <= id, "the reply to a question that was asked")
        found = reply.reply
      }
      return found != nil
    }
    return found
  }

  @Test func `a question gets the answer to itself, however large`() throws {
    let server = try server()
    let client = try RequestClient(context: context, endpoint: folder.run.replay)
    let reply = try Sample.reply()
    var asked: [Question] = []
    let found = try ask(.replay(from: 3, count: 1000), client, server) { request in
      asked.append(request.question)
      return reply
    }
    #expect(found == reply)
    #expect(asked.first == .replay(from: 3, count: 1000))
    #expect(server.malformed == 0 && client.malformed == 0)
  }

  @Test func `two askers get their own answers`() throws {
    let server = try server()
    let clients = try (0..<2).map { _ in
      try RequestClient(context: context, endpoint: folder.run.replay)
    }
    for (index, client) in clients.enumerated() {
      let from = Int64(index) + 1
      let found = try ask(.replay(from: from, count: 1), client, server) { request in
        guard case .replay(let from, _) = request.question else { return .refused("what") }
        return StreamReply(epoch: 1, sequence: 1, newestEvent: from)
      }
      #expect(found?.newestEvent == from)
    }
    for client in clients { #expect(client.malformed == 0) }
  }

  @Test func `a question out of bounds is answered with the reason`() throws {
    let server = try server()
    let client = try RequestClient(context: context, endpoint: folder.run.replay)
    let found = try ask(.marketSnapshot(candles: 5000), client, server) { request in
      Issue.record("\(request.question) was let in")
      return .refused("")
    }
    #expect(found?.refusal == "5000 are asked for, 1 to 1000 are answered")
    #expect(server.malformed > 0)
  }

  @Test func `another version is answered with the reason`() throws {
    let server = try server()
    let stranger = try RawSocket(ZMQ_DEALER, connect: folder.run.replay)
    // Version 2, id 9, no body.
    try Wait.until([]) { stranger.send([[0x08, 2, 0x10, 9]]) }
    var reply: [[UInt8]]?
    try Wait.until([server.handle]) {
      #expect(server.receive() == nil)
      reply = reply ?? stranger.receive()
      return reply != nil
    }
    let decoded = try Codec.decodeReply(try #require(reply?.first))
    #expect(decoded.id == 9)
    #expect(decoded.reply.refusal == "version 2 instead of 1")
  }

  @Test func `rubbish at the server is counted and the next question answered`() throws {
    let server = try server()
    let stranger = try RawSocket(ZMQ_DEALER, connect: folder.run.replay)
    let rubbish = RawSocket.rubbish(seed: 9, count: 300)
    var left = rubbish[...]
    try Wait.until([server.handle]) {
      while let frames = left.first, stranger.send(frames) { left = left.dropFirst() }
      #expect(server.receive() == nil)
      return server.malformed == UInt64(rubbish.count)
    }
    let client = try RequestClient(context: context, endpoint: folder.run.replay)
    let reply = StreamReply(epoch: 1, sequence: 2)
    #expect(try ask(.replay(from: 1, count: 1), client, server) { _ in reply } == reply)
  }

  @Test func `rubbish at the asker is counted`() throws {
    let router = try RawSocket(ZMQ_ROUTER, bind: folder.run.replay)
    let client = try RequestClient(context: context, endpoint: folder.run.replay)
    var peer: [UInt8]?
    try Wait.until([]) {
      _ = client.ask(.replay(from: 1, count: 1))
      peer = peer ?? router.receive()?.first
      return peer != nil
    }
    let address = try #require(peer)
    for frames in RawSocket.rubbish(seed: 2, count: 100) { router.send([address] + frames) }
    try Wait.until([client.handle]) {
      #expect(client.receive() == nil)
      return client.malformed == 100
    }
  }

  @Test func `a reply too long for the asker is a refusal, not a broken connection`() throws {
    let server = try server()
    let client = try RequestClient(context: context, endpoint: folder.run.replay)
    let text = String(repeating: "x", count: 4000)
    let event = LedgerEvent(number: 1, time: Sample.wall, body: .state(text))
    let long = StreamReply(epoch: 1, sequence: 1, events: Array(repeating: event, count: 2200))
    let found = try ask(.marketSnapshot(candles: 1000), client, server) { _ in long }
    #expect(found?.refusal?.hasSuffix("ask for less") == true)
    let short = StreamReply(epoch: 1, sequence: 2)
    #expect(try ask(.marketSnapshot(candles: 1), client, server) { _ in short } == short)
  }

  @Test func `a question of a megabyte costs its asker the connection and nobody else`() throws {
    let server = try server()
    let stranger = try RawSocket(ZMQ_DEALER, connect: folder.run.replay)
    for _ in 0..<5 { stranger.send([[UInt8](repeating: 0x0A, count: 1_000_000)]) }
    let client = try RequestClient(context: context, endpoint: folder.run.replay)
    let reply = StreamReply(epoch: 1, sequence: 2)
    #expect(try ask(.replay(from: 1, count: 1), client, server) { _ in reply } == reply)
    #expect(server.malformed == 0, "libzmq dropped it before it was a message")
  }
}
