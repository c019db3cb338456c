import Glibc
import Testing

@testable import Exchange

/// A request that is written by hand, for what the code under test never asks.
struct RawRequest {
  let method: String
  let path: String
  let headers: [HTTPRequest.Header]

  /// Sends it and waits for the end of the answer, which has to be a 200.
  func send(to url: String, body: String) throws {
    let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw SocketFailure(what: "connect", code: errno) }
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
      + headers.map { "\($0.name): \($0.value)" } + [
        "Content-Length: \(body.utf8.count)", "", body,
      ]
    let bytes = Array(lines.joined(separator: "\r\n").utf8)
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw SocketFailure(what: "send", code: errno)
    }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { break }
      answer += chunk.prefix(count)
    }
    let text = String(decoding: answer, as: UTF8.self)
    #expect(text.hasPrefix("HTTP/1.1 200 "), "\(method) \(path): \(text)")
  }
}
