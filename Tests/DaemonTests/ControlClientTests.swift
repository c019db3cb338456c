import Foundation
import Synchronization
import Testing

@testable import Daemon

/// A stage that serves its control socket on a thread of its own until the value goes.
private final class ServedSocket: Sendable {
  let path: String
  private let isStopping = Atomic(false)

  init(_ path: String) throws {
    self.path = path
    let server = try ControlServer(path: path)
    let carried = UncheckedBox(server)
    let thread = Thread { [self] in
      while !isStopping.load(ordering: .acquiring) { Self.turn(carried.value) }
    }
    thread.start()
  }

  func stop() {
    isStopping.store(true, ordering: .releasing)
  }

  private static func turn(_ server: ControlServer) {
    var items = server.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    poll(&items, nfds_t(items.count), 5)
    for query in server.service(now: Clock.machineNanoseconds()) {
      switch query.verb {
      case "echo": query.answer(JSONLine.text(query.arguments))
      case "long": query.answer("\"\(String(repeating: "x", count: 3 << 20))\"")
      case "number": query.answer("{\"n\":0.1000000000000000055511151231257827}")
      default: query.refuse("no verb \(query.verb)")
      }
    }
  }
}

/// Hands the server to the one thread that uses it.
private struct UncheckedBox<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

@Suite("control client")
struct ControlClientTests {
  private func refused(_ code: ExitCode, says word: String, _ body: () throws(Fatal) -> String) {
    do {
      Issue.record("answered: \(try body())")
    } catch {
      #expect(error.code == code, "\(error)")
      #expect(error.message.contains(word), "\(error)")
    }
  }

  @Test func `answers come back as they were written, however long`() throws {
    let folder = try ScratchFolder()
    let served = try ServedSocket(folder.file("s.sock"))
    defer { served.stop() }
    let client = ControlClient(socket: served.path, timeoutMilliseconds: 20_000)
    #expect(try client.ask("echo", ["a": "line\nbreak"]) == "{\"a\":\"line\\nbreak\"}")
    #expect(try client.ask("long").utf8.count == (3 << 20) + 2)
    #expect(try client.ask("number") == "{\"n\":0.1000000000000000055511151231257827}")
  }

  @Test func `a refusal is an answer of no with its reason`() throws {
    let folder = try ScratchFolder()
    let served = try ServedSocket(folder.file("s.sock"))
    defer { served.stop() }
    refused(.no, says: "no verb dance") { () throws(Fatal) in
      try ControlClient(socket: served.path, timeoutMilliseconds: 20_000).ask("dance")
    }
  }

  @Test func `nobody there is not running`() throws {
    let folder = try ScratchFolder()
    refused(.notRunning, says: "is the pipeline running?") { () throws(Fatal) in
      try ControlClient(socket: folder.file("none.sock")).ask("status")
    }
    // What a killed process leaves behind: a socket file without a listener.
    do { _ = try ControlServer(path: folder.file("left.sock")) }
    refused(.notRunning, says: "is the pipeline running?") { () throws(Fatal) in
      try ControlClient(socket: folder.file("left.sock")).ask("status")
    }
  }

  @Test func `a process that does not serve its socket is waited for, not for ever`() throws {
    let folder = try ScratchFolder()
    let server = try ControlServer(path: folder.file("s.sock"))
    refused(.tryAgain, says: "no answer in 50 ms") { () throws(Fatal) in
      try ControlClient(socket: folder.file("s.sock"), timeoutMilliseconds: 50).ask("status")
    }
    // The same with a full backlog.
    var peers: [ControlPeer] = []
    while peers.count < 64, let peer = try? ControlPeer(folder.file("s.sock")) {
      peers.append(peer)
    }
    #expect(peers.count < 64)
    refused(.tryAgain, says: "no answer in 50 ms") { () throws(Fatal) in
      try ControlClient(socket: folder.file("s.sock"), timeoutMilliseconds: 50).ask("status")
    }
    withExtendedLifetime((server, peers)) {}
  }
}
