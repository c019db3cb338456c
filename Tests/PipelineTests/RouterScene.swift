import Daemon
import Foundation
import Testing

@testable import Interlock

/// Folders in which order routers are started by hand, without a pipeline around them.
///
/// No venue answers unless `openVenue` was called: a router that owns its state then asks for ever.
final class RouterScene {
  let folder = "/tmp/il-\(UUID().uuidString.prefix(8).lowercased())"
  private(set) var venue: Process?
  private var routers: [RouterProcess] = []
  private var lives = 0

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  deinit {
    for router in routers { router.end(SIGKILL) }
    if let venue, venue.isRunning { kill(venue.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  static let secret = Data(repeating: 0x2A, count: 64).base64EncodedString()
  let key = "key-\(UUID().uuidString)"

  /// The directories of the place of that name, made when it is new.
  func place(_ name: String, key: String? = nil) throws -> RouterPlace {
    let place = RouterPlace(folder: "\(folder)/\(name)")
    guard !FileManager.default.fileExists(atPath: place.folder) else { return place }
    for room in ["run/core", "run/open", "state"] {
      try FileManager.default.createDirectory(
        atPath: "\(place.folder)/\(room)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    try Credentials(key: key ?? self.key, secret: Self.secret).write(to: place.credentials)
    // Nobody listens there.
    try place.run.write(
      VenueAddress(url: "http://127.0.0.1:9", admin: "http://127.0.0.1:9", pid: getpid()))
    return place
  }

  /// Starts a router there; its words go to a file of its own.
  func start(
    _ place: RouterPlace, key: String? = nil, arguments: [String] = [],
    environment: [String: String] = [:]
  ) throws -> RouterProcess {
    lives += 1
    var credentials = place.credentials
    if let key {
      credentials = "\(folder)/credentials-\(lives)"
      try Credentials(key: key, secret: Self.secret).write(to: credentials)
    }
    let router = try RouterProcess(
      place, ["--secret-file", credentials] + arguments, log: "\(folder)/router-\(lives).log",
      environment: environment)
    routers.append(router)
    return router
  }

  /// Starts one that hears the test as its supervisor and gate.
  func lead(_ place: RouterPlace, failpoints: String = "") throws -> LedRouter {
    lives += 1
    return try LedRouter(place, log: "\(folder)/router-\(lives).log", failpoints: failpoints)
  }

  /// A venue at wall speed for the routers of `place`.
  func openVenue(for place: RouterPlace) async throws {
    let log = "\(folder)/venue.log"
    // A venue takes the port again that it had before.
    try place.run.forget()
    let venue = try Pipeline.launch(
      [
        "--run-dir", place.run.folder, "--state-dir", "\(place.folder)/state", "--key", key,
        "--secret", Self.secret, "--no-rate-limits", "--speed", "1",
      ], executable: "paper-venue", output: URL(fileURLWithPath: log))
    self.venue = venue
    try await Pipeline.until("the venue listens", seconds: 60) {
      guard venue.isRunning else {
        throw Pipeline.Late(description: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
      }
      return try place.run.readVenue()?.pid == venue.processIdentifier
    }
  }
}

/// The directories of one router.
struct RouterPlace {
  let folder: String

  var run: RunFiles { RunFiles("\(folder)/run") }
  var state: String { "\(folder)/state" }
  var credentials: String { "\(folder)/credentials" }
  var ledger: String { "\(state)/ledger.sqlite" }
}

/// One real `order-router`, started by hand.
final class RouterProcess {
  private let process: Process
  private let path: String

  init(
    _ place: RouterPlace, _ arguments: [String], log: String, environment: [String: String]
  ) throws {
    path = log
    try Data().write(to: URL(fileURLWithPath: log))
    let handle = try #require(FileHandle(forWritingAtPath: log))
    process = Process()
    process.executableURL = Pipeline.binaries.appendingPathComponent("order-router")
    process.arguments =
      ["--run-dir", place.run.folder, "--state-dir", place.state] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
  }

  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var log: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
  /// It has everything that is to be locked, and has read its ledger.
  var owns: Bool { log.contains("ledger loaded") }

  func end(_ signal: Int32) {
    guard process.isRunning else { return }
    kill(pid, SIGCONT)
    kill(pid, signal)
  }

  /// The exit code; of one that a signal ended, its number below zero.
  func code(_ why: String, seconds: Double = 120) async throws -> Int32 {
    try await Pipeline.until("\(why): \(log)", seconds: seconds) { !process.isRunning }
    return process.terminationReason == .exit
      ? process.terminationStatus : -process.terminationStatus
  }

  func untilItOwns() async throws {
    try await Pipeline.until("router \(pid) owns its state", seconds: 120) {
      guard process.isRunning else { throw Pipeline.Late(description: "it ended: \(log)") }
      return owns
    }
  }
}
