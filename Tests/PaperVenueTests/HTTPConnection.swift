import Foundation
import Glibc

/// One keep-alive connection to a server on loopback, blocking with a bound of ten seconds.
final class HTTPConnection {
  struct Answer {
    let status: Int
    let headers: [String: String]
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let descriptor: Int32
  private var buffer = Data()

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    let length = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, length)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, length)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      let reason = errno
      close(descriptor)
      throw Failure(description: "connect to \(port): \(String(cString: strerror(reason)))")
    }
  }

  deinit { close(descriptor) }

  func ask(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: String = ""
  ) throws -> Answer {
    try send(method, target, headers: headers, body: body)
    return try read(isHead: method == "HEAD")
  }

  /// Sends a request and reads nothing.
  func send(
    _ method: String, _ target: String, headers: [(String, String)] = [], body: String = ""
  ) throws {
    var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1"]
    lines += headers.map { "\($0.0): \($0.1)" }
    if method != "GET" { lines.append("Content-Length: \(body.utf8.count)") }
    try write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }

  func write(_ text: String) throws { try write(bytes: Array(text.utf8)) }

  func write(bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(description: "send: errno \(errno)") }
      rest = rest.dropFirst(count)
    }
  }

  /// Whether the server takes all of `text`, or closes its window for longer than a second.
  func offer(_ text: String) -> Bool {
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    return (try? write(text)) != nil
  }

  /// The next answer; throws when the server closes or says nothing.
  func read(isHead: Bool = false) throws -> Answer {
    let end = Data("\r\n\r\n".utf8)
    while buffer.range(of: end) == nil { try fill() }
    guard let range = buffer.range(of: end) else { throw Failure(description: "no head") }
    let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      if parts.count == 2 {
        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    let length = isHead ? 0 : Int(headers["content-length"] ?? "") ?? 0
    while buffer.distance(from: range.upperBound, to: buffer.endIndex) < length { try fill() }
    let body = Data(buffer[range.upperBound..<(range.upperBound + length)])
    buffer = Data(buffer[(range.upperBound + length)...])
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return Answer(status: status, headers: headers, body: body)
  }

  private func fill() throws {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else {
      throw Failure(description: count == 0 ? "closed" : "recv: errno \(errno)")
    }
    buffer.append(contentsOf: bytes.prefix(count))
  }

  /// How a connection ends for its client.
  enum End: Equatable {
    case closed, reset
    /// Nothing happened within the time.
    case silent
  }

  /// What arrives until the connection ends or is silent for so long.
  func rest(milliseconds: Int) -> (text: String, end: End) {
    var patience = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    while true {
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      guard count <= 0 else {
        buffer.append(contentsOf: bytes.prefix(count))
        continue
      }
      let end: End = count == 0 ? .closed : errno == ECONNRESET ? .reset : .silent
      defer { buffer = Data() }
      return (String(decoding: buffer, as: UTF8.self), end)
    }
  }

  /// Whether the server has closed the connection, waiting at most ten seconds for it.
  var isClosed: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, 0)
    return count == 0 || count < 0 && errno == ECONNRESET
  }
}
