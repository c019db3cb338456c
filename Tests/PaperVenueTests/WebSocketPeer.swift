import Foundation

/// A WebSocket client on a blocking socket that does exactly what a test tells it to.
final class WebSocketPeer {
  struct Frame: Equatable {
    let opcode: UInt8
    let payload: Data

    var text: String { String(decoding: payload, as: UTF8.self) }
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: payload)) as? [String: Any] ?? [:]
    }
    var closeCode: Int { payload.prefix(2).reduce(0) { $0 << 8 | Int($1) } }
  }

  struct Closed: Error {}

  private let descriptor: Int32
  private var buffer = Data()

  /// Connects and asks for the upgrade, after some other requests.
  ///
  /// `receiveBuffer` makes a peer that takes little.
  init(
    port: Int, path: String = "/ws/v1", receiveBuffer: Int32? = nil, afterRequests count: Int = 0
  ) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    let length = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, length)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, length)
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(4))
    }
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
      close(descriptor)
      throw Closed()
    }
    let end = Data("\r\n\r\n".utf8)
    for _ in 0..<count {
      try write(Data("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8))
      // Answers of the tests end with the one closing brace of their bodies.
      while buffer.last != UInt8(ascii: "}") { try fill() }
      buffer = Data()
    }
    let request = """
      GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n
      """
    try write(Data(request.utf8))
    while buffer.range(of: end) == nil { try fill() }
    guard let range = buffer.range(of: end) else { throw Closed() }
    head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
    buffer = Data(buffer[range.upperBound...])
  }

  /// The answer to the request for an upgrade.
  private(set) var head = ""

  deinit { close(descriptor) }

  func send(_ text: String) throws { try send(opcode: 1, Data(text.utf8)) }

  func send(
    opcode: UInt8, _ payload: Data, isFinal: Bool = true, isMasked: Bool = true,
    announced: Int? = nil
  ) throws {
    var frame = Data([isFinal ? opcode | 0x80 : opcode])
    let count = announced ?? payload.count
    let mask: UInt8 = isMasked ? 0x80 : 0
    switch count {
    case ..<126: frame.append(mask | UInt8(count))
    case ..<65_536: frame.append(contentsOf: [mask | 126, UInt8(count >> 8), UInt8(count & 0xFF)])
    default:
      frame.append(mask | 127)
      frame.append(contentsOf: (0..<8).reversed().map { UInt8(count >> ($0 * 8) & 0xFF) })
    }
    if isMasked {
      let key: [UInt8] = [1, 2, 3, 4]
      frame.append(contentsOf: key)
      frame.append(contentsOf: payload.enumerated().map { $1 ^ key[$0 % 4] })
    } else {
      frame.append(payload)
    }
    try write(frame)
  }

  func write(_ data: Data) throws {
    var rest = Array(data)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Closed() }
      rest = rest.dropFirst(count)
    }
  }

  /// The next frame; throws when the server has closed or says nothing for ten seconds.
  func read() throws -> Frame {
    while true {
      let bytes = [UInt8](buffer)
      if bytes.count >= 2 {
        var length = Int(bytes[1] & 0x7F)
        let extra = length == 126 ? 2 : length == 127 ? 8 : 0
        if bytes.count >= 2 + extra {
          if extra > 0 { length = bytes[2..<(2 + extra)].reduce(0) { $0 << 8 | Int($1) } }
          let end = 2 + extra + length
          if bytes.count >= end {
            buffer = Data(bytes[end...])
            return Frame(opcode: bytes[0] & 0x0F, payload: Data(bytes[(2 + extra)..<end]))
          }
        }
      }
      try fill()
    }
  }

  /// The next message of the venue in which `member` has this text.
  func message(_ member: String, _ value: String) throws -> [String: Any] {
    while true {
      let message = try read().json
      if message[member] as? String == value { return message }
    }
  }

  /// Whether the connection ends within ten seconds, whatever still arrives before.
  var ends: Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &bytes, bytes.count, 0)
      if count == 0 || count < 0 && errno == ECONNRESET { return true }
      if count < 0 { return false }
    }
  }

  private func fill() throws {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { throw Closed() }
    buffer.append(contentsOf: bytes.prefix(count))
  }
}
