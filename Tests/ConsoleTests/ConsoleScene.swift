import Daemon
import Foundation
import Glibc
import Testing
import Wire

/// A real `console` in folders of its own, and a socket to it; killed and swept away with the test.
final class ConsoleScene {
  let folder = "/tmp/il-\(UUID().uuidString.prefix(8).lowercased())"
  let run: RunDirectory
  private let process = Process()
  private(set) var port: UInt16 = 0

  var stateDirectory: String { "\(folder)/state" }
  var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }
  var isRunning: Bool { process.isRunning }
  var pid: Int32 { process.processIdentifier }

  /// `configuration` are further keys of the section `console`.
  init(_ configuration: String = "", state: (String) throws -> Void = { _ in }) throws {
    for name in ["open", "core", "state"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    run = try RunDirectory(folder)
    try state("\(folder)/state")
    try "console:\n  listen: 127.0.0.1:0\n\(configuration)".write(
      toFile: "\(folder)/il.yaml", atomically: true, encoding: .utf8)
    try Data().write(to: URL(fileURLWithPath: "\(folder)/log"))
    let log = try #require(FileHandle(forWritingAtPath: "\(folder)/log"))
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("console")
    process.arguments = [
      "--run-dir", folder, "--state-dir", stateDirectory, "--config", "\(folder)/il.yaml",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardError = log
    try process.run()
    try log.close()
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGCONT)
      kill(process.processIdentifier, SIGKILL)
    }
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  struct NeverHappened: Error, CustomStringConvertible {
    let description: String
  }

  /// Waits for a condition by time; nobody waits longer than this for anything.
  static func until(_ what: String, seconds: Int64 = 90, _ isTrue: () throws -> Bool) throws {
    let end = Clock.machineNanoseconds() + seconds * 1_000_000_000
    while Clock.machineNanoseconds() < end {
      if try isTrue() { return }
      poll(nil, 0, 10)
    }
    throw NeverHappened(description: what)
  }

  /// Waits until it serves, and learns where.
  @discardableResult
  func serving() throws -> ConsoleScene {
    let mark = "url=http://127.0.0.1:"
    try Self.until("the console serves: \(log)") {
      guard let range = log.range(of: mark) else { return false }
      port = UInt16(log[range.upperBound...].prefix(while: \.isNumber)) ?? 0
      return port > 0
    }
    return self
  }

  func exited() throws -> Int32 {
    try Self.until("the console ends: \(log)") { !process.isRunning }
    return process.terminationStatus
  }

  func signal(_ number: Int32) { if process.isRunning { kill(process.processIdentifier, number) } }

  func token(_ name: String = "console-token") throws -> String {
    try String(contentsOfFile: "\(stateDirectory)/\(name)", encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  // MARK: - Asking

  struct Answer {
    let status: Int
    let headers: String
    let body: String

    init(_ bytes: [UInt8]) {
      let text = String(decoding: bytes, as: UTF8.self)
      let parts = text.components(separatedBy: "\r\n\r\n")
      headers = parts[0]
      body = parts.dropFirst().joined(separator: "\r\n\r\n")
      status = headers.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    func header(_ name: String) -> String? {
      for line in headers.components(separatedBy: "\r\n")
      where line.lowercased().hasPrefix("\(name.lowercased()): ") {
        return String(line.dropFirst(name.count + 2))
      }
      return nil
    }
  }

  func connect() throws -> RawSocket { try RawSocket(port: port) }

  /// One request on a connection of its own, closed by the server after its answer.
  func ask(
    _ method: String, _ path: String, headers: [String: String] = [:], body: String = ""
  ) throws -> Answer {
    let socket = try connect()
    var all = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
    if !body.isEmpty { all["Content-Length"] = "\(body.utf8.count)" }
    all.merge(headers) { $1 }
    let lines = all.map { "\($0.key): \($0.value)\r\n" }.joined()
    socket.send("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n\(body)")
    return Answer(socket.receiveAll())
  }

  /// The headers of somebody who is logged in, with the second value.
  func login() throws -> [String: String] {
    let answer = try ask("POST", "/api/login", body: "token=\(try token())")
    #expect(answer.status == 200, "\(answer.headers) \(answer.body)")
    let cookie = try #require(answer.header("Set-Cookie")?.split(separator: ";").first)
    let csrf = try #require(
      answer.body.components(separatedBy: "\"csrf\":\"").last?.split(separator: "\"").first)
    return ["Cookie": String(cookie), "X-CSRF-Token": String(csrf)]
  }
}

/// A TCP connection that sends whatever a test wants.
final class RawSocket {
  let descriptor: Int32

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, size)
      }
    }
    guard descriptor >= 0, result == 0 else {
      throw ConsoleScene.NeverHappened(description: "no connection: \(SystemError.text())")
    }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// What the other end does not take any more is dropped.
  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// What comes next; empty at the end, or after a minute of silence.
  func receive() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  func receiveAll(atMost: Int = 32 << 20) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < atMost {
      let more = receive()
      if more.isEmpty { break }
      bytes += more
    }
    return bytes
  }

  /// Reads until `word` has come.
  func receive(until word: String) -> String {
    var text = ""
    while !text.contains(word), text.utf8.count < 32 << 20 {
      let more = receive()
      if more.isEmpty { break }
      text += String(decoding: more, as: UTF8.self)
    }
    return text
  }
}
