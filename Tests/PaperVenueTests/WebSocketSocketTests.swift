import Domain
import Foundation
import NIOCore
import SimulatedVenue
import Testing

@testable import PaperVenue

/// A trading port with a WebSocket and no venue behind it but what the test sets.
private final class PortBench: WebSocketService {
  let port: Int
  let product: InstrumentID
  private let http = HTTPServer()
  private let server: WebSocketServer
  private let source = SourceStub(.init(view: AccountView(balance: Samples.balance)))
  private let bound: Bound

  /// The service that the port was opened with; the port must exist before the bench does.
  private final class Bound: WebSocketService {
    let server: WebSocketServer
    let source: SourceStub

    init(_ server: WebSocketServer, _ source: SourceStub) {
      self.server = server
      self.source = source
    }

    func open(_ connection: WebSocketConnection) -> Int? {
      server.open(connection, now: Samples.wall)
    }

    func receive(_ text: String?, from id: Int) {
      var source = source
      server.receive(text, from: id, source: &source, now: Samples.wall)
    }

    func close(_ id: Int) { server.close(id) }
  }

  init(
    patience: TimeAmount = .seconds(60), backlog: WebSocketBacklog = WebSocketBacklog()
  ) throws {
    let product = try #require(InstrumentID("PF_XBTUSD"))
    let contract = try #require(StandardInstruments.contract(product))
    self.product = product
    server = WebSocketServer(
      WebSocketHub(contracts: [product: contract], account: "a", seed: 1) { _, _, _ in true })
    bound = Bound(server, source)
    source.change { $0.ticks[product] = Samples.tick(product) }
    let upgrade = WebSocketUpgrade(service: bound, patience: patience, backlog: backlog)
    port = try http.listen(ListenAddress(host: "127.0.0.1", port: 0), webSocket: upgrade) {
      $1(VenueHTTPResponse(.members(["path": .text($0.path)])))
    }
  }

  func open(_ connection: WebSocketConnection) -> Int? { bound.open(connection) }
  func receive(_ text: String?, from id: Int) { bound.receive(text, from: id) }
  func close(_ id: Int) { bound.close(id) }

  var counts: WebSocketServer.Counts { server.counts }
  var isListenedTo: Bool { server.isListenedTo }

  func peer(receiveBuffer: Int32? = nil) throws -> WebSocketPeer {
    let peer = try WebSocketPeer(port: port, receiveBuffer: receiveBuffer)
    #expect(try peer.read().json["event"] as? String == "info")
    return peer
  }

  /// Moves the price so that every level changes.
  func move(_ step: Int64) {
    let product = product
    source.change {
      $0.ticks[product] = Samples.tick(product, last: 50_000 + step * 10, at: step * 250)
    }
    var source = source
    server.advance(source: &source, now: Samples.wall.advanced(byMilliseconds: step * 250))
  }
}

@Suite("a WebSocket on a real socket", .serialized)
struct WebSocketSocketTests {
  @Test(arguments: ["/ws/v1", "/ws/v1/", "/ws/v1?x=1"])
  func `the trading port becomes a WebSocket`(_ path: String) throws {
    let bench = try PortBench()
    let peer = try WebSocketPeer(port: bench.port, path: path)
    #expect(peer.head.hasPrefix("HTTP/1.1 101 "))
    // RFC 6455, section 1.3.
    #expect(peer.head.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
    #expect(try peer.read().json["version"] as? Int == 1)
    try peer.send(#"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#)
    #expect(try peer.read().json["event"] as? String == "subscribed")
    #expect(try peer.read().json["feed"] as? String == "book_snapshot")
    bench.move(1)
    #expect(try peer.read().json["feed"] as? String == "book")
  }

  @Test func `a connection that has carried other requests becomes a WebSocket too`() throws {
    let bench = try PortBench()
    let peer = try WebSocketPeer(port: bench.port, afterRequests: 2)
    #expect(peer.head.hasPrefix("HTTP/1.1 101 "))
    #expect(try peer.read().json["event"] as? String == "info")
  }

  @Test func `another path stays HTTP, and so does the port`() throws {
    let bench = try PortBench()
    let peer = try WebSocketPeer(port: bench.port, path: "/ws/v2")
    #expect(peer.head.hasPrefix("HTTP/1.1 200 "))
    let answer = try HTTPConnection(port: bench.port).ask("GET", "/ws/v1")
    #expect(answer.json["path"] as? String == "/ws/v1")
  }

  @Test func `fragments are one message, and a ping may come between them`() throws {
    let bench = try PortBench()
    let peer = try bench.peer()
    try peer.send(opcode: 1, Data(#"{"event":"subs"#.utf8), isFinal: false)
    try peer.send(opcode: 9, Data("between".utf8))
    try peer.send(opcode: 0, Data(#"cribe","feed":"#.utf8), isFinal: false)
    try peer.send(opcode: 0, Data(#""heartbeat"}"#.utf8))
    #expect(try peer.read() == .init(opcode: 10, payload: Data("between".utf8)))
    #expect(try peer.read().json["event"] as? String == "subscribed")
  }

  @Test func `bad UTF-8 and binary messages are JSON errors and nothing worse`() throws {
    let bench = try PortBench()
    let peer = try bench.peer()
    try peer.send(opcode: 1, Data([0x22, 0xFF, 0xC0, 0x22]))
    try peer.send(opcode: 2, Data(#"{"event":"ping"}"#.utf8))
    try peer.send("")
    for _ in 0..<3 { #expect(try peer.read().json["message"] as? String == "Json Error") }
    try peer.send(#"{"event":"ping"}"#)
    #expect(try peer.read().json["event"] as? String == "pong")
  }

  @Test func `a close is answered with its code and the client is forgotten`() async throws {
    let bench = try PortBench()
    let peer = try bench.peer()
    try peer.send(#"{"event":"subscribe","feed":"heartbeat"}"#)
    _ = try peer.read()
    #expect(bench.isListenedTo)
    try peer.send(opcode: 8, Data([0x03, 0xE8]))
    let answer = try peer.read()
    #expect(answer.opcode == 8 && answer.closeCode == 1000)
    #expect(peer.ends)
    #expect(!bench.isListenedTo)
  }

  enum Misdeed: CaseIterable {
    case unmasked, reserved, unknownOpcode, lostContinuation, nestedMessage, longPing, openPing
    case tooLong, tooLongInParts
  }

  @Test(arguments: Misdeed.allCases)
  func `a breach of the protocol ends the connection and nothing else`(_ misdeed: Misdeed) throws {
    let bench = try PortBench()
    let good = try bench.peer()
    let peer = try bench.peer()
    let half = Data(repeating: 0x20, count: 40_000)
    switch misdeed {
    case .unmasked: try peer.send(opcode: 1, Data("{}".utf8), isMasked: false)
    case .reserved: try peer.send(opcode: 0x41, Data("{}".utf8))
    case .unknownOpcode: try peer.send(opcode: 5, Data())
    case .lostContinuation: try peer.send(opcode: 0, Data("{}".utf8))
    case .nestedMessage:
      try peer.send(opcode: 1, Data("{".utf8), isFinal: false)
      try peer.send("{}")
    case .longPing: try peer.send(opcode: 9, Data(repeating: 0, count: 126))
    case .openPing: try peer.send(opcode: 9, Data(), isFinal: false)
    case .tooLong: try peer.send(opcode: 1, half, announced: 1 << 40)
    case .tooLongInParts:
      try peer.send(opcode: 1, half, isFinal: false)
      try peer.send(opcode: 0, half)
    }
    let answer = try peer.read()
    #expect(answer.opcode == 8)
    #expect([1002, 1009].contains(answer.closeCode))
    #expect(peer.ends)
    try good.send(#"{"event":"ping"}"#)
    #expect(try good.read().json["event"] as? String == "pong")
  }

  @Test func `garbage in place of frames never ends the server`() throws {
    let bench = try PortBench()
    var random = SplitMix(seed: 3)
    for _ in 0..<200 {
      let peer = try bench.peer()
      let garbage = Data(
        (0..<random.whole(1...600)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
      // The server may close while this is still being written.
      try? peer.write(garbage)
    }
    let peer = try bench.peer()
    try peer.send(#"{"event":"ping"}"#)
    #expect(try peer.read().json["event"] as? String == "pong")
  }

  @Test func `a client that is silent for too long loses its connection, one that pings does not`()
    throws
  {
    let bench = try PortBench(patience: .milliseconds(300))
    let silent = try bench.peer()
    let lively = try bench.peer()
    let end = ContinuousClock.now + .milliseconds(900)
    while ContinuousClock.now < end {
      try lively.send(opcode: 9, Data())
      #expect(try lively.read().opcode == 10)
    }
    #expect(silent.ends)
    #expect(bench.counts.opened == 2)
  }

  @Test func `the hundred and first connection is told to come back later`() throws {
    let bench = try PortBench()
    let peers = try (0..<100).map { _ in try bench.peer() }
    let late = try WebSocketPeer(port: bench.port)
    let answer = try late.read()
    #expect(answer.opcode == 8 && answer.closeCode == 1013)
    #expect(late.ends)
    #expect(bench.counts.refused == 1 && peers.count == 100)
  }

  @Test(arguments: [
    WebSocketBacklog(mostOfOne: 1 << 19), WebSocketBacklog(mostOfAll: 1 << 19, little: 1 << 16),
  ])
  func `a slow reader is cut off and counted, and the others go on`(
    _ backlog: WebSocketBacklog
  ) throws {
    let bench = try PortBench(backlog: backlog)
    let slow = try bench.peer(receiveBuffer: 4096)
    let quick = try bench.peer()
    for peer in [slow, quick] {
      try peer.send(#"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#)
      #expect(try peer.read().json["event"] as? String == "subscribed")
    }
    _ = try quick.message("feed", "book_snapshot")
    var step: Int64 = 0
    while bench.counts.tooSlow == 0, step < 100_000 {
      step += 1
      bench.move(step)
      // Eight changes a step: four levels go, four come.
      for _ in 0..<8 { _ = try quick.read() }
    }
    #expect(bench.counts.tooSlow == 1)
    #expect(slow.ends)
    bench.move(step + 1)
    #expect(try quick.read().json["feed"] as? String == "book")
  }
}
