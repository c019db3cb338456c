import Daemon
import Foundation
import Synchronization
import Testing

@testable import PaperVenue

/// The real executable in folders of its own; killed with the value.
final class VenueProcess {
  static let binary = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("paper-venue")
  static let key = "test-key"
  static let secret = Data(repeating: 0x2A, count: 64).base64EncodedString()

  let folder: String
  private(set) var process: Process?
  private(set) var address: VenueAddress?
  private var connection: HTTPConnection?
  private var lives = 0

  init() throws {
    folder = "/tmp/il-venue-\(UUID().uuidString.prefix(8).lowercased())"
    for room in ["run/core", "state"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(room)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
  }

  deinit {
    end(with: SIGKILL)
    try? FileManager.default.removeItem(atPath: folder)
  }

  var runDirectory: String { "\(folder)/run" }
  var book: String { "\(folder)/state/venue/book.jsonl" }
  var log: String {
    (try? String(contentsOfFile: "\(folder)/log.\(lives)", encoding: .utf8)) ?? ""
  }

  /// Starts the venue and waits until it says where it listens; a test asks as often as it likes.
  func start(_ arguments: [String] = [], rateLimits: Bool = false) async throws {
    try launch(
      [
        "--run-dir", runDirectory, "--state-dir", "\(folder)/state", "--key", Self.key,
        "--secret", Self.secret,
      ] + (rateLimits ? [] : ["--no-rate-limits"]) + arguments)
    try await until("the venue listens:\n\(log)") {
      guard process?.isRunning == true else { throw Late(description: "it ended: \(log)") }
      guard log.contains("listening on ") else { return false }
      address = try RunFiles(runDirectory).readVenue()
      return address?.pid == process?.processIdentifier
    }
  }

  func launch(_ arguments: [String]) throws {
    connection = nil
    lives += 1
    let path = "\(folder)/log.\(lives)"
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw Late(description: "unable to create \(path)")
    }
    let process = Process()
    process.executableURL = Self.binary
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try output.close()
    self.process = process
  }

  /// Sends the signal and returns when the process is gone.
  func end(with signal: Int32) {
    connection = nil
    guard let process, process.isRunning else { return }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
  }

  /// The exit code of a process that ends by itself.
  func exitCode() async throws -> Int32 {
    try await until("the process ends:\n\(log)") { process?.isRunning == false }
    return process?.terminationStatus ?? -1
  }

  /// Memory of the process.
  var residentKilobytes: Int {
    get throws {
      let pid = try #require(process?.processIdentifier)
      let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }
  }

  struct Late: Error, CustomStringConvertible {
    let description: String
  }

  /// Waits for `condition`, looked at again and again, for at most `seconds`.
  func until(
    _ what: String, seconds: Int = 120, _ condition: () throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Late(description: "not within \(seconds) s: \(what)")
  }
}

// MARK: - Requests

extension VenueProcess {
  static func port(_ url: String?) throws -> Int {
    try #require(url?.split(separator: ":").last.flatMap { Int($0) })
  }

  func connect() throws -> HTTPConnection { try HTTPConnection(port: Self.port(address?.url)) }

  /// A signed request over the one connection of this life.
  func ask(
    _ method: String, _ path: String, _ parameters: String = ""
  ) throws -> HTTPConnection.Answer {
    let connection = try connection ?? connect()
    self.connection = connection
    let target = method == "GET" && !parameters.isEmpty ? "\(path)?\(parameters)" : path
    return try connection.ask(
      method, target, headers: try Self.signed(path, parameters),
      body: method == "GET" ? "" : parameters)
  }

  static func signed(
    _ path: String, _ parameters: String, nonce: String = Nonces.next()
  ) throws -> [(String, String)] {
    let signer = try #require(Authentication(key: key, base64Secret: secret))
    let code = signer.signature(parameters: parameters, nonce: nonce, path: path)
    return [
      ("APIKey", key), ("Nonce", nonce), ("Authent", code),
      ("Content-Type", "application/x-www-form-urlencoded"),
    ]
  }

  func get(_ name: String, _ parameters: String = "") throws -> [String: Any] {
    try ask("GET", "/derivatives/api/v3/\(name)", parameters).json
  }

  func post(_ name: String, _ parameters: String) throws -> [String: Any] {
    try ask("POST", "/derivatives/api/v3/\(name)", parameters).json
  }

  /// The `sendStatus` of an order for 0.01 PF_XBTUSD unless `parameters` say otherwise.
  func send(_ type: String, _ side: String, _ parameters: String) throws -> [String: Any] {
    let order = "orderType=\(type)&symbol=PF_XBTUSD&side=\(side)&\(parameters)"
    return try post("sendorder", order)["sendStatus"] as? [String: Any] ?? [:]
  }

  func admin(
    _ path: String, _ method: String = "GET", _ body: String = "",
    type: String = "application/json"
  ) throws -> HTTPConnection.Answer {
    try HTTPConnection(port: Self.port(address?.admin))
      .ask(method, path, headers: [("Content-Type", type)], body: body)
  }

  /// Arms a fault and returns its id.
  @discardableResult
  func arm(_ document: String) throws -> String {
    let answer = try admin("/faults", "POST", document)
    return try #require(answer.json["id"] as? String, "\(answer.text)")
  }

  /// How often a fault befell something.
  func hits(_ id: String) throws -> Int? {
    let faults = try admin("/faults").json["faults"] as? [[String: Any]]
    return faults?.first { $0["id"] as? String == id }?["hits"] as? Int
  }
}

/// Numbers that only grow.
enum Nonces {
  private static let last = Mutex(Int64(Date().timeIntervalSince1970 * 1_000_000))

  static func next() -> String {
    last.withLock { last in
      last += 1
      return String(last)
    }
  }
}
