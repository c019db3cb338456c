import Daemon
import Foundation
import Glibc
import Testing

/// What a hostile or broken client sends, and that nothing of it ends or fills the process.
@Suite("console: hostile input", .serialized)
struct HostileInputTests {
  @Test func `paths that lead elsewhere lead nowhere`() throws {
    let scene = try ConsoleScene().serving()
    let session = try scene.login()
    for path in [
      "/../console-token", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/app.js/../../etc/passwd",
      "/api/../metrics", "/app.css%00.html", "/.git/config", "*", "http://127.0.0.1/etc/passwd",
      "/api/story?signal=%00", "/api/chart?instrument=%3Cscript%3E", "/api/chart?instrument=%zz",
    ] {
      let answer = try scene.ask("GET", path, headers: session)
      #expect([400, 404].contains(answer.status), "\(path): \(answer.status)")
      #expect(!answer.body.contains("root:"))
    }
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"] {
      #expect(try scene.ask(method, "/", headers: session).status == 404, "\(method)")
    }
    #expect(try scene.ask("GET", "/ping").status == 200)
  }

  @Test func `what is no HTTP, or too long, is refused and closed`() throws {
    let scene = try ConsoleScene().serving()
    let garbage: [[UInt8]] = [
      Array("GARBAGE\r\n\r\n".utf8), [UInt8](repeating: 0xFF, count: 4096),
      // A TLS hello, and a WebSocket frame where no WebSocket is.
      [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
      [0x81, 0xFE, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00],
      Array("GET / HTTP/9.9\r\n\r\n".utf8),
      Array("POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".utf8),
      Array("GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n".utf8),
      Array("GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 200_000))\r\n\r\n".utf8),
    ]
    for bytes in garbage {
      let socket = try scene.connect()
      socket.send(bytes)
      shutdown(socket.descriptor, Int32(SHUT_WR))
      let answer = String(decoding: socket.receiveAll(), as: UTF8.self)
      #expect(!answer.hasPrefix("HTTP/1.1 200"), "\(bytes.prefix(20)): \(answer.prefix(60))")
    }
    let long = String(repeating: "x", count: 100_000)
    #expect(try scene.ask("POST", "/api/login", body: "token=\(long)").status == 413)
    #expect(try scene.ask("GET", "/?\(String(repeating: "q", count: 3000))").status == 413)
    let upgrade = ["Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"]
    let socket = try scene.connect()
    let lines = upgrade.map { "\($0.key): \($0.value)\r\n" }.joined()
    socket.send("GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:\(scene.port)\r\n\(lines)\r\n")
    socket.send([0x81, 0xFF, 0xFF])
    shutdown(socket.descriptor, Int32(SHUT_WR))
    #expect(!String(decoding: socket.receiveAll(), as: UTF8.self).contains(" 101 "))
    #expect(try scene.ask("GET", "/ping").status == 200)
    #expect(scene.isRunning)
  }

  @Test func `a request that drips in is closed, a thousand connections leave room for others`()
    throws
  {
    let scene = try ConsoleScene().serving()
    let slow = try scene.connect()
    slow.send("GET / HTTP/1.1\r\nHost: 127")
    var crowd: [RawSocket] = []
    for _ in 0..<1000 { crowd.append(try scene.connect()) }
    // The server closes those that say nothing, and the slow one.
    #expect(slow.receiveAll().isEmpty)
    crowd.removeAll()
    try ConsoleScene.until("it answers again") {
      (try? scene.ask("GET", "/ping").status) == 200
    }
    #expect(scene.isRunning)
    #expect(scene.log.contains("too many connections"), "\(scene.log)")
    let lines = scene.log.components(separatedBy: "\n").filter { $0.contains("too many") }
    #expect(lines.count <= 2, "a flood fills no log: \(lines.count) lines")
  }

  @Test func `a page that does not read loses updates, and no memory grows`() throws {
    let scene = try ConsoleScene("  pages: 2\n").serving()
    let session = try scene.login()
    let path = "/api/stream?sections=overview"
    func open() throws -> RawSocket {
      let socket = try scene.connect()
      socket.send(
        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(scene.port)\r\n"
          + "Cookie: \(session["Cookie"] ?? "")\r\n\r\n")
      return socket
    }
    let reading = try open()
    #expect(reading.receive(until: "event: overview").contains("text/event-stream"))
    #expect(reading.receive(until: "event: beat").contains("data: "))
    let second = try open()
    #expect(second.receive(until: "event: beat").contains("200 OK"))
    let answer = try scene.ask("GET", path, headers: session)
    #expect(answer.status == 503 && answer.body.contains("too many pages"))
  }
}
