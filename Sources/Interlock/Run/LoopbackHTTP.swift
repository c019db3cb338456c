import Daemon
import Glibc

/// One GET to a port of this machine, bounded in time and size.
enum LoopbackHTTP {
  private static let seconds = 5
  private static let longest = 512 * 1024 * 1024

  /// The body of a 200; `base` is `http://127.0.0.1:PORT`.
  static func get(_ base: String, _ path: String) throws(Fatal) -> [UInt8] {
    guard let port = base.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw Fatal(.internalError, "unable to ask \(base): no port in it")
    }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw failed(base, SystemError.text()) }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw failed(base, SystemError.text()) }
    let request = Array("GET \(path) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw failed(base, SystemError.text())
    }
    return try body(of: try receive(descriptor, base), base)
  }

  private static func receive(_ descriptor: Int32, _ base: String) throws(Fatal) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count < longest {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failed(base, SystemError.text())
      }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    throw failed(base, "the answer is too long")
  }

  private static func body(of answer: [UInt8], _ base: String) throws(Fatal) -> [UInt8] {
    let separator = Array("\r\n\r\n".utf8)
    guard answer.starts(with: Array("HTTP/1.".utf8)), answer.count > 12,
      Array(answer[9..<12]) == Array("200".utf8),
      let end = answer.firstRange(of: separator)
    else { throw failed(base, "not a 200: \(String(decoding: answer.prefix(40), as: UTF8.self))") }
    let body = Array(answer[end.upperBound...])
    let head = String(decoding: answer[..<end.lowerBound], as: UTF8.self)
    guard contentLength(head).map({ $0 == body.count }) ?? true else {
      throw failed(base, "the answer is cut off after \(body.count) bytes")
    }
    return body
  }

  private static func contentLength(_ head: String) -> Int? {
    for line in head.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == "content-length" {
        return Int(parts[1].drop { $0 == " " })
      }
    }
    return nil
  }

  private static func failed(_ base: String, _ reason: String) -> Fatal {
    Fatal(.tryAgain, "unable to ask \(base): \(reason): is the paper venue up?")
  }
}
