import Foundation
import Testing

@testable import Daemon

/// The server's bounds, turn by turn, with time as an input.
@Suite("control server")
struct ControlServerTests {
  private let folder: ScratchFolder
  private let path: String
  private let server: ControlServer
  private let start = Clock.machineNanoseconds()

  init() throws {
    folder = try ScratchFolder()
    path = folder.file("stage.sock")
    server = try ControlServer(path: path)
  }

  @Test func `a question in pieces is heard once it is whole, and answered in one line`() throws {
    let peer = try ControlPeer(path)
    peer.send("{\"verb\":\"ord")
    #expect(server.service(now: start).isEmpty)
    peer.send("ers\",\"arguments\":{\"a\":\"b\"}}\n")
    let query = try #require(server.service(now: start).first)
    #expect(query.verb == "orders" && query.arguments == ["a": "b"])
    query.answer("[1,\n2]")
    #expect(peer.receive() == .text("{\"ok\":true,\"result\":[1, 2]}\n"))
  }

  @Test func `questions sent together are answered one by one, in order`() throws {
    let peer = try ControlPeer(path)
    peer.send("{\"verb\":\"a\"}\n{\"verb\":\"b\"}\n")
    for verb in ["a", "b"] {
      let queries = server.service(now: start)
      #expect(queries.map(\.verb) == [verb])
      #expect(server.service(now: start).isEmpty, "one question is under way at a time")
      queries.first?.answer("\"\(verb)\"")
      #expect(peer.receive() == .text("{\"ok\":true,\"result\":\"\(verb)\"}\n"))
      if verb == "a" { #expect(server.deadline(now: start) == start + 5_000_000) }
    }
  }

  @Test func `a question that is dropped is refused, one answered twice is answered once`() throws {
    let peer = try ControlPeer(path)
    peer.send("{\"verb\":\"a\"}\n")
    #expect(server.service(now: start).count == 1)
    guard case .text(let text) = peer.receive() else {
      Issue.record("no refusal")
      return
    }
    #expect(text.contains("\"ok\":false") && text.contains("no answer"))
    peer.send("{\"verb\":\"b\"}\n")
    let query = try #require(server.service(now: start).first)
    query.answer("1")
    query.answer("2")
    query.refuse("3")
    #expect(peer.receive() == .text("{\"ok\":true,\"result\":1}\n"))
  }

  @Test(arguments: [
    "", "hello", "{}", "[]", "{\"verb\":1}", "{\"verb\":\"a\",\"arguments\":[]}",
    "{\"verb\":\"a\",\"arguments\":{\"n\":1}}", "GET / HTTP/1.1\r", "\u{0}\u{1}",
    String(repeating: "[", count: 10_000),
  ])
  func `a line that is no question is refused and the next one is heard`(_ line: String) throws {
    let peer = try ControlPeer(path)
    peer.send("\(line)\n")
    #expect(server.service(now: start).isEmpty)
    guard case .text(let text) = peer.receive() else {
      Issue.record("no refusal")
      return
    }
    #expect(text.hasPrefix("{\"error\":\"not a question") && text.hasSuffix("\"ok\":false}\n"))
    peer.send("{\"verb\":\"a\"}\n")
    #expect(server.service(now: start).map(\.verb) == ["a"])
  }

  @Test func `a line without end is refused and its connection closed`() throws {
    let peer = try ControlPeer(path)
    var sent = 0
    for _ in 0..<100 where sent <= ControlLine.longestQuestion {
      sent += peer.send(String(repeating: "x", count: 8192))
      #expect(server.service(now: start).isEmpty)
    }
    guard case .text(let text) = peer.receive() else {
      Issue.record("no refusal")
      return
    }
    #expect(text.contains("longer than"))
    #expect(peer.receive() == .closed)
    #expect(server.descriptors.count == 1)
  }

  @Test func `an answer that is too long is refused instead`() throws {
    let peer = try ControlPeer(path)
    peer.send("{\"verb\":\"a\"}\n")
    let query = try #require(server.service(now: start).first)
    query.answer("\"\(String(repeating: "x", count: ControlLine.longestReply))\"")
    guard case .text(let text) = peer.receive() else {
      Issue.record("no refusal")
      return
    }
    #expect(text.contains("\"ok\":false") && text.contains("too long"))
  }

  @Test func `a seventeenth connection is told so, the sixteen go on`() throws {
    var peers: [ControlPeer] = []
    // The backlog is bounded too, so they come in two rounds.
    for _ in 0..<2 {
      for _ in 0..<8 { peers.append(try ControlPeer(path)) }
      #expect(server.service(now: start).isEmpty)
    }
    let last = try ControlPeer(path)
    #expect(server.service(now: start).isEmpty)
    guard case .text(let text) = last.receive() else {
      Issue.record("no refusal")
      return
    }
    #expect(text.contains("too many connections"))
    #expect(last.receive() == .closed)
    peers[15].send("{\"verb\":\"a\"}\n")
    #expect(server.service(now: start).map(\.verb) == ["a"])
    peers.removeFirst()
    #expect(server.service(now: start).isEmpty)
    let next = try ControlPeer(path)
    next.send("{\"verb\":\"b\"}\n")
    #expect(server.service(now: start).map(\.verb) == ["b"])
  }

  @Test func `a peer that says nothing is let go after its patience, one that talks is not`()
    throws
  {
    let silent = try ControlPeer(path)
    let half = try ControlPeer(path)
    half.send("{\"verb\":")
    #expect(server.service(now: start).isEmpty)
    #expect(server.deadline(now: start) != nil)
    let talker = try ControlPeer(path)
    let later = start + ControlConnection.patience + 1
    #expect(server.service(now: later).isEmpty)
    #expect(silent.receive() == .closed)
    #expect(half.receive() == .closed)
    talker.send("{\"verb\":\"a\"}\n")
    #expect(server.service(now: later).map(\.verb) == ["a"])
  }

  @Test func `a peer that does not read its answer is let go`() throws {
    let peer = try ControlPeer(path)
    peer.send("{\"verb\":\"a\"}\n")
    let query = try #require(server.service(now: start).first)
    query.answer("\"\(String(repeating: "x", count: 4 << 20))\"")
    #expect(server.deadline(now: start) == start + 5_000_000, "there is more to write")
    #expect(server.service(now: start).isEmpty)
    #expect(server.descriptors.count == 2)
    #expect(
      server.service(now: Clock.machineNanoseconds() + ControlConnection.patience + 1).isEmpty)
    #expect(server.descriptors.count == 1)
    #expect(server.deadline(now: start) == nil)
  }

  @Test func `a peer that ends its input is answered and then let go`() throws {
    let peer = try ControlPeer(path)
    peer.send("{\"verb\":\"a\"}\n")
    peer.endInput()
    let query = try #require(server.service(now: start).first)
    query.answer("1")
    #expect(server.service(now: start).isEmpty)
    #expect(peer.receive() == .text("{\"ok\":true,\"result\":1}\n"))
    #expect(peer.receive() == .closed)
  }

  @Test func `who asks is what the kernel says, not what the question says`() throws {
    let peer = try ControlPeer(path)
    peer.send("{\"verb\":\"a\",\"arguments\":{\"by\":\"somebody\"}}\n")
    let query = try #require(server.service(now: start).first)
    #expect(query.peer.hasSuffix("(uid \(getuid()), pid \(getpid()))"), "\(query.peer)")
    query.answer("1")
  }

  @Test func `a peer that leaves before its answer harms nobody`() throws {
    var query: ControlQuery?
    do {
      let peer = try ControlPeer(path)
      peer.send("{\"verb\":\"a\"}\n")
      query = server.service(now: start).first
      #expect(query != nil)
    }
    query?.answer("1")
    query = nil
    #expect(server.service(now: start).isEmpty)
    #expect(server.descriptors.count == 1)
  }

  @Test func `the socket is for its owner alone and takes the place of a dead one`() throws {
    #expect(try folder.mode("stage.sock") == 0o600)
    let peer = try ControlPeer(path)
    let successor = try ControlServer(path: path)
    let next = try ControlPeer(path)
    next.send("{\"verb\":\"a\"}\n")
    #expect(successor.service(now: start).map(\.verb) == ["a"])
    #expect(server.service(now: start).isEmpty)
    withExtendedLifetime(peer) {}
  }

  @Test func `a path that is too long or cannot be made is refused with a remedy`() {
    for path in [folder.file(String(repeating: "x", count: 120)), folder.file("none/x.sock")] {
      do {
        _ = try ControlServer(path: path)
        Issue.record("accepted \(path)")
      } catch {
        #expect(error.code == .badConfiguration && error.message.contains("--run-dir"))
      }
    }
  }
}
