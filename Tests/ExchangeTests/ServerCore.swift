import Glibc
import Synchronization

/// The loop of a `ScriptedServer`.
final class ServerCore: Sendable {
  let port: UInt16
  let seen = Mutex<[ScriptedServer.Seen]>([])
  let accepted = Mutex(0)
  private let script: [ScriptedServer.Turn]
  private let listener: Int32
  private let wake: (read: Int32, write: Int32)

  init(_ script: [ScriptedServer.Turn]) throws {
    self.script = script
    (listener, port) = try Loopback.bound()
    var ends: [Int32] = [0, 0]
    guard listen(listener, 64) == 0, pipe(&ends) == 0 else {
      throw SocketFailure(what: "listen", code: errno)
    }
    wake = (ends[0], ends[1])
  }

  deinit {
    for descriptor in [listener, wake.read, wake.write] { close(descriptor) }
  }

  func stop() {
    var byte: UInt8 = 1
    _ = write(wake.write, &byte, 1)
  }

  func run() {
    var open: [Int32: (number: Int, bytes: [UInt8])] = [:]
    defer { for descriptor in open.keys { close(descriptor) } }
    while true {
      var polled = ([wake.read, listener] + open.keys).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      guard poll(&polled, nfds_t(polled.count), 30_000) > 0, polled[0].revents == 0 else { return }
      if polled[1].revents != 0 {
        let connection = accept(listener, nil, nil)
        let number = accepted.withLock { count in
          count += 1
          return count
        }
        open[connection] = (number, [])
      }
      for item in polled.dropFirst(2) where item.revents != 0 {
        guard let state = open.removeValue(forKey: item.fd) else { continue }
        if let next = serve(item.fd, state) { open[item.fd] = next } else { close(item.fd) }
      }
    }
  }

  /// Reads what is there and answers a whole request; nil when the connection ends.
  private func serve(
    _ descriptor: Int32, _ state: (number: Int, bytes: [UInt8])
  ) -> (number: Int, bytes: [UInt8])? {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else { return nil }
    let bytes = state.bytes + chunk.prefix(count)
    guard let request = parse(bytes, state.number) else { return (state.number, bytes) }
    let index = seen.withLock { all in
      all.append(request)
      return all.count - 1
    }
    guard index < min(script.count, 256) else { return nil }
    return perform(script[index], descriptor) ? (state.number, []) : nil
  }

  /// Whether the connection stays open.
  private func perform(_ turn: ScriptedServer.Turn, _ descriptor: Int32) -> Bool {
    switch turn {
    case .answer(let status, let body):
      send(descriptor, head(status, body.utf8.count) + body)
      return true
    case .drop: return false
    case .silence: return true
    case .truncate(let body, let more):
      send(descriptor, head(200, body.utf8.count + more) + body)
      return false
    case .raw(let text):
      send(descriptor, text)
      return false
    case .kept(let text):
      send(descriptor, text)
      return true
    case .flood(let bytes):
      send(descriptor, head(200, bytes) + String(repeating: " ", count: bytes))
      return false
    }
  }

  private func head(_ status: Int, _ length: Int) -> String {
    "HTTP/1.1 \(status) Scripted\r\nContent-Type: application/json\r\n"
      + "Location: /elsewhere\r\nContent-Length: \(length)\r\n\r\n"
  }

  private func send(_ descriptor: Int32, _ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// The request, once all of it is there.
  private func parse(_ bytes: [UInt8], _ connection: Int) -> ScriptedServer.Seen? {
    let blank = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: blank) }) else {
      return nil
    }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      headers[parts[0].lowercased()] = String((parts.count > 1 ? parts[1] : "").drop { $0 == " " })
    }
    let body = bytes[(end + blank.count)...]
    guard body.count >= Int(headers["content-length"] ?? "0") ?? 0 else { return nil }
    return ScriptedServer.Seen(
      line: String(lines.first ?? ""), headers: headers,
      body: String(decoding: body, as: UTF8.self), connection: connection)
  }
}
