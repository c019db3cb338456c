import Daemon
import Foundation
import Testing
import Wire

@testable import Interlock

/// A real paper venue and a real market-data on it, in folders of their own; killed with the value.
final class MarketDataRun {
  private struct Address: Decodable {
    let url: String
    let admin: String
  }

  let folder: ScratchFolder
  let venue: RealCommand
  private(set) var stage: RealCommand?
  let url: String
  private let admin: String
  private let context: ZMQContext
  private let subscriber: Subscriber
  private var formatter = TapFormatter(json: true, symbol: nil)
  /// What a tap has shown, by who published it.
  private(set) var lines: [String: [String]] = [:]
  private(set) var gaps: [String] = []

  init(speed: Int, configuration: String) async throws {
    folder = try ScratchFolder()
    for room in ["run/core", "run/open", "state"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(room), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    _ = try folder.write(configuration, to: "interlock.yaml")
    venue = try RealCommand(
      [
        "--run-dir", folder.file("run"), "--state-dir", folder.file("state"), "--key", "k",
        "--secret", Data(repeating: 7, count: 64).base64EncodedString(), "--speed", "\(speed)",
      ], in: folder, executable: RealCommand.binaries.appendingPathComponent("paper-venue").path)
    let file = folder.file("run/venue.json")
    try await RealCommand.until("the venue listens: \(venue.errors)") {
      FileManager.default.fileExists(atPath: file)
    }
    let address = try JSONDecoder().decode(
      Address.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    (url, admin) = (address.url, address.admin)
    let run = try RunDirectory(folder.file("run"))
    context = try ZMQContext()
    subscriber = try Subscriber(context: context, endpoints: [run.market, run.trades])
  }

  /// Starts market-data; `limit` is the largest file it may write, in KiB.
  func start(limit: Int? = nil) throws {
    let path = RealCommand.binaries.appendingPathComponent("market-data").path
    let arguments = [
      "--run-dir", folder.file("run"), "--state-dir", folder.file("state"), "--config",
      folder.file("interlock.yaml"),
    ]
    // A write beyond the limit fails with EFBIG, as one on a full disk does with ENOSPC.
    let bound = limit.map { "trap '' XFSZ; ulimit -f \($0); " } ?? ""
    stage = try RealCommand(
      ["-c", bound + #"exec "$0" "$@""#, path] + arguments, in: folder, executable: "/bin/bash")
  }

  /// Ends market-data with `number` and waits for its end.
  func end(_ number: Int32) async throws {
    guard let stage else { return }
    stage.signal(number)
    _ = try await stage.answer()
    hear()
  }

  /// Takes what has been published since the last call.
  func hear() {
    while let reception = subscriber.receive() {
      switch reception {
      case .message(let message):
        let line = formatter.line(reception, wanted: Set(TapFormatter.streams))
        if let line { lines[message.source, default: []].append(line.text) }
      case .gap(let source, let missed): gaps.append("\(source) \(missed)")
      case .malformed(let why): gaps.append(why)
      case .restarted: break
      }
    }
  }

  func count(_ text: String) -> Int {
    lines["market-data", default: []].count { $0.contains(text) }
  }

  /// Hears until `condition` holds.
  func until(
    _ what: String, seconds: Double = 60, _ condition: () throws -> Bool
  ) async throws {
    try await RealCommand.until("\(what): \(stage?.errors.suffix(800) ?? "")", seconds: seconds) {
      hear()
      return try condition()
    }
  }

  /// What market-data says of itself.
  func status() throws -> [String: String] {
    let text = try ControlClient(
      socket: RunFiles(folder.file("run")).controlSocket("market-data")
    ).ask("status")
    return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
  }

  /// Arms a fault of the venue.
  func arm(_ document: String) throws {
    let host = admin.replacing("http://", with: "")
    let parts = host.split(separator: ":")
    let port = try #require(parts.last.flatMap { UInt16($0) })
    let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(peer) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(peer, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(connected)
    let request = Array(
      ("POST /faults HTTP/1.1\r\nHost: \(host)\r\nContent-Type: application/json\r\n"
        + "Connection: close\r\nContent-Length: \(document.utf8.count)\r\n\r\n" + document).utf8)
    _ = send(peer, request, request.count, Int32(MSG_NOSIGNAL))
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(peer, &buffer, buffer.count, 0)
    let answer = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
  }
}
