import CCrypto
import Domain
import Foundation
import Synchronization
import Testing

@testable import Exchange

/// `openssl s_server` with a certificate of its own for `localhost`: what a client sends comes out
/// of it, what is put in goes to the client.
private final class SocketTLSServer: Sendable {
  static let program = "/usr/bin/openssl"

  let folder = "/tmp/il-tls-\(UUID().uuidString.prefix(8).lowercased())"
  let port = 20_000 + Int(getpid()) % 20_000
  private let process = Process()
  private let input = Pipe()
  private let output = Mutex("")

  var certificate: String { "\(folder)/cert.pem" }
  var heard: String { output.withLock { $0 } }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let maker = Process()
    maker.executableURL = URL(fileURLWithPath: Self.program)
    maker.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=DNS:localhost", "-keyout", "\(folder)/key.pem", "-out",
      certificate,
    ]
    maker.standardError = FileHandle.nullDevice
    try maker.run()
    maker.waitUntilExit()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = [
      "s_server", "-accept", "\(port)", "-cert", certificate, "-key", "\(folder)/key.pem",
      "-quiet",
    ]
    let pipe = Pipe()
    process.standardInput = input
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
      let text = String(decoding: handle.availableData, as: UTF8.self)
      self?.output.withLock { $0 += text }
    }
    try process.run()
  }

  func stop() {
    kill(process.processIdentifier, SIGKILL)
    try? FileManager.default.removeItem(atPath: folder)
  }

  func say(_ bytes: [UInt8]) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(bytes))
  }

  /// The answer to the request for an upgrade; false while there is none.
  func upgrade() throws -> Bool {
    guard heard.contains("\r\n\r\n"),
      let key = heard.split(separator: "\r\n").first(where: {
        $0.lowercased().hasPrefix("sec-websocket-key: ")
      })?.split(separator: " ").last
    else { return false }
    let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
    var digest = [UInt8](repeating: 0, count: 20)
    _ = SHA1(text, text.count, &digest)
    let answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(Base64.text(digest))\r\n\r\n"
    try say(Array(answer.utf8))
    return true
  }
}

@Suite(
  "the stream over TLS", .serialized,
  .enabled(if: FileManager.default.fileExists(atPath: SocketTLSServer.program)))
struct SocketTLSTests {
  private func stream(
    _ server: SocketTLSServer, _ host: String, trusting file: String? = nil
  ) throws -> KrakenFuturesStream {
    let stream = try KrakenFuturesStream(
      url: "https://\(host):\(server.port)", connectTimeoutMilliseconds: 1000,
      certificateAuthorities: file, seed: 1)
    stream.learn(SocketDrive.instruments)
    stream.subscribe(.book, SocketDrive.instruments.prefix(1).map(\.id))
    return stream
  }

  private func turn(
    _ stream: KrakenFuturesStream, seconds: Int, until isThere: ([StreamEvent]) throws -> Bool
  ) async throws -> Bool {
    var told: [StreamEvent] = []
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      told += stream.advance(
        now: MachineTime(nanoseconds: Int64(DispatchTime.now().uptimeNanoseconds)),
        wall: WallTime(milliseconds: 1_795_564_800_000))
      if try isThere(told) { return true }
      try await Task.sleep(for: .milliseconds(5))
    }
    return false
  }

  @Test func `a server that proves who it is is heard, any other hears nothing of us`()
    async throws
  {
    let server = try SocketTLSServer()
    defer { server.stop() }
    // Nobody vouches for the certificate.
    let stranger = try stream(server, "localhost")
    #expect(try await !turn(stranger, seconds: 1) { _ in server.heard.contains("GET") })
    #expect(stranger.counts.connections == 0)
    // It is of another name.
    let other = try stream(server, "127.0.0.1", trusting: server.certificate)
    #expect(try await !turn(other, seconds: 1) { _ in server.heard.contains("GET") })
    #expect(other.counts.connections == 0)
    let stream = try stream(server, "localhost", trusting: server.certificate)
    var isUpgraded = false
    let isConnected = try await turn(stream, seconds: 20) { told in
      if !isUpgraded { isUpgraded = try server.upgrade() }
      return told.contains(.connected)
    }
    #expect(isConnected, "\(server.heard)")
    let frame = Array(Frames.snapshot(5).utf8)
    try server.say([0x81, 126, UInt8(frame.count >> 8), UInt8(frame.count & 0xFF)] + frame)
    #expect(
      try await turn(stream, seconds: 20) { told in
        told.contains { if case .book = $0 { true } else { false } }
      })
  }
}
