import Daemon
import Foundation
import Testing

@testable import Interlock

/// A server of one answer on a port of its own, on a thread of its own.
private struct OneAnswer {
  let base: String

  init(_ answer: String) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 1) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    try #require(bound)
    base = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    Thread {
      let peer = accept(listener, nil, nil)
      var buffer = [UInt8](repeating: 0, count: 4096)
      _ = recv(peer, &buffer, buffer.count, 0)
      let bytes = Array(answer.utf8)
      _ = send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      close(peer)
      close(listener)
    }.start()
  }
}

@Suite("loopback HTTP", .serialized)
struct LoopbackHTTPTests {
  private func refused(_ base: String) {
    do {
      _ = try LoopbackHTTP.get(base, "/book")
      Issue.record("answered")
    } catch {
      #expect(error.message.contains(base), "\(error)")
    }
  }

  @Test func `the body of a 200 comes back whole`() throws {
    let server = try OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}")
    #expect(try LoopbackHTTP.get(server.base, "/book") == Array("{\"a\":1}".utf8))
  }

  @Test(arguments: [
    "", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", "garbage\r\n\r\n200",
    "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":1}",
  ])
  func `an answer that is torn or no 200 is refused`(_ answer: String) throws {
    refused(try OneAnswer(answer).base)
  }

  @Test(arguments: ["http://127.0.0.1:1", "http://127.0.0.1", "nowhere"])
  func `an address without a server is refused`(_ base: String) {
    refused(base)
  }
}
