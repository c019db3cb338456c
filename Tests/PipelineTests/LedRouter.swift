import Daemon
import Domain
import Foundation
import Testing
import Wire

@testable import Supervisor

/// A real `order-router` whose supervisor is the test: it is given its token, and so heard by it.
///
/// The kernel kills a child of ours when the thread that started it ends, so one thread waits for
/// as long as this value lives.
final class LedRouter {
  let place: RouterPlace
  let pid: Int32
  let token: [UInt8]
  private let path: String
  private let child: ChildProcess
  private let over = DispatchSemaphore(value: 0)
  private var status: Int32?

  init(_ place: RouterPlace, log: String, failpoints: String = "") throws {
    self.place = place
    path = log
    try Data().write(to: URL(fileURLWithPath: log))
    let binary = Pipeline.binaries.appendingPathComponent("order-router").path
    let arguments = [
      "-c", "exec \"$0\" \"$@\" 2>>\(log)", binary, "--run-dir", place.run.folder, "--state-dir",
      place.state, "--secret-file", place.credentials, "--parent", "\(getpid())",
    ]
    var environment = ProcessInfo.processInfo.environment
    environment["INTERLOCK_FAILPOINTS"] = failpoints
    let (started, over) = (DispatchSemaphore(value: 0), over)
    nonisolated(unsafe) var result: Result<ChildProcess, any Error>?
    let spawner = Spawner(environment: environment)
    Thread {
      result = Result { try spawner.spawn("/bin/sh", arguments) }
      started.signal()
      over.wait()
    }.start()
    started.wait()
    child = try #require(result).get()
    pid = child.pid
    token = try RandomToken.make()
    let build = Siblings(folder: Pipeline.binaries.path).build
    let sent = child.lifeline.send(
      .welcome(generation: 1, token: Hexadecimal.text(token), build: build))
    try #require(sent == .sent)
  }

  deinit {
    end()
    over.signal()
  }

  var log: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  /// Whether it is gone; its lifeline is read away, as a supervisor would.
  var isOver: Bool {
    while case .packet = child.lifeline.receive() {}
    if status == nil {
      var found: Int32 = 0
      if waitpid(pid, &found, WNOHANG) == pid { status = found }
    }
    return status != nil
  }

  /// Whether SIGKILL ended it.
  var wasKilled: Bool { isOver && status.map { $0 & 0x7F == SIGKILL } == true }

  /// SIGKILL, and gone when this returns.
  func end() {
    guard status == nil else { return }
    kill(pid, SIGKILL)
    var found: Int32 = 0
    if waitpid(pid, &found, 0) == pid { status = found }
  }

  /// Told to leave, and gone when this returns.
  func drain() async throws {
    _ = child.lifeline.send(LifelinePacket(.drain))
    try await Pipeline.until("it drains: \(log)", seconds: 60) { isOver }
  }

  /// The answer of its control socket.
  func ask(_ verb: String) throws -> Any {
    let answer = try ControlClient(socket: place.run.controlSocket("order-router")).ask(verb)
    return try JSONSerialization.jsonObject(with: Data(answer.utf8))
  }

  func untilReady() async throws {
    try await Pipeline.until("the router is ready: \(log)", seconds: 120) {
      guard !isOver else { throw Pipeline.Late(description: "it ended: \(log)") }
      let fields = try? ask("status") as? [String: Any]
      return fields?["phase"] as? String == "ready"
    }
  }
}

/// The gate's end of the router's link, in the hand of the test.
final class HandGate {
  private let client: LinkClient
  private var outcomes: [LinkOutcome] = []

  init(_ router: LedRouter, epoch: UInt64 = 10, token: [UInt8]? = nil, build: String? = nil) throws
  {
    client = try LinkClient(
      context: try ZMQContext(),
      endpoint: RunDirectory(router.place.run.folder).intents, source: "risk-gate", epoch: epoch,
      token: token ?? router.token,
      build: build ?? Siblings(folder: Pipeline.binaries.path).build)
  }

  private func service() {
    outcomes += client.service(
      now: MachineTime(nanoseconds: Clock.machineNanoseconds()), wall: Self.now)
  }

  static var now: WallTime { WallTime(milliseconds: Clock.wallMilliseconds()) }

  /// Offers `payload`; what it has in it is the router's business.
  func offer(_ payload: [UInt8]) throws -> UInt64 {
    try #require(client.offer(payload, validUntil: Self.now.advanced(byMilliseconds: 600_000)))
  }

  /// The verdict on what was offered under `sequence`, nil when `isOver` comes first.
  func verdict(
    on sequence: UInt64, unless isOver: () -> Bool = { false }
  ) async throws -> Verdict? {
    var verdict: Verdict?
    try await Pipeline.until("a verdict on \(sequence): \(outcomes)", seconds: 120) {
      service()
      for case .acknowledged(sequence, let found) in outcomes { verdict = found }
      return verdict != nil || isOver()
    }
    return verdict
  }

  /// Why every reason of the verdict on `payload` says no; empty for a yes.
  func denials(_ payload: [UInt8]) async throws -> [DenialReason] {
    guard case .denied(let denials) = try await verdict(on: try offer(payload)) else { return [] }
    return denials.map(\.reason)
  }

  /// Why the router does not listen.
  func refusal() async throws -> String {
    var why: String?
    try await Pipeline.until("a refusal: \(outcomes)", seconds: 120) {
      service()
      for case .refused(let reason) in outcomes { why = reason }
      return why != nil
    }
    return why ?? ""
  }
}
